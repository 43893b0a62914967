"""Another telephone system of the cluster that says nothing to an INVITE, and is back when it is given up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from offhook.call import CallState
from offhook.sip.message import Request, Response, make_response, serialize
from offhook.sip.transaction import Timing
from offhook.switch.base import Door
from offhook.switch.embedded import EmbeddedSwitch, othersystems
from tests.switch.embeddedsite import TERMINALS, a_site, close
from tests.switch.rawphone import RawPhone, raw_phone
from tests.switch.twosystems import PARTS, Others, Pair

FAST = Timing(t1=0.1, t2=0.4)
"""An INVITE goes out again after 0.1, 0.3 and 0.7 s, then after 1.5 and 3.1 s."""

GIVEN_UP_S = 1.0


class Silent(Others):
    """It is there, at this socket."""

    def __init__(self, pair: Pair, there: RawPhone) -> None:
        super().__init__(pair, "seoul")
        self._there = there

    def door(self, terminal: str) -> Door:
        return Door(*self._there.address, key="00" * 16)

    def keys(self) -> Mapping[str, str]:
        return {"busan": "00" * 16}


def taken(there: RawPhone) -> list[Request | Response]:
    """All that has come so far."""
    return [there.received.get_nowait() for _ in range(there.received.qsize())]


async def test_an_invite_that_is_given_up_goes_out_no_more_and_is_cancelled_if_it_rings_after_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(othersystems, "SILENT_S", GIVEN_UP_S)
    pair = Pair()
    site = pair.sites["seoul"] = await a_site(
        timing=FAST, terminals=[one for one in TERMINALS if one.id in PARTS["seoul"]]
    )
    assert isinstance(site.switch, EmbeddedSwitch)
    async with raw_phone(site.switch.address("udp")) as there:
        site.switch.know_others(Silent(pair, there))
        await site.phone("4000")
        call = site.dial("4000", "4002")
        await site.until(call, CallState.ON_HOOK)
        await asyncio.sleep(0)
        first, *_ = taken(there)
        assert isinstance(first, Request)
        assert first.method == "INVITE"
        await asyncio.sleep(1.0)  # another one would go out half a second after it is given up
        assert taken(there) == []
        there.send_text(serialize(make_response(first, 180, to_tag="far")).decode())
        cancel = await there.received.get()
        assert isinstance(cancel, Request)
        assert cancel.method == "CANCEL"
        there.send_text(serialize(make_response(cancel, 200, to_tag="far")).decode())
        there.send_text(serialize(make_response(first, 487, to_tag="far")).decode())
        await site.hang_up()
    await close(site)
