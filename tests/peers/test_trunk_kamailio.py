"""Trunks at a real Kamailio that plays the provider: a registrar and proxy with Record-Route."""

from __future__ import annotations

from typing import Any

import pytest

from offhook.call import CallState, Cause, Feature, Hold, Retrieve, Transfer
from offhook.config import TrunkSettings
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Phone, Stage
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.kamailio import Kamailio
from tests.switch.site import ANSWERS, RINGS, Site, rejects
from tests.switch.trunksite import PHONES, a_site_with
from tests.waiting import until

pytestmark = pytest.mark.peer

ACCOUNT, FRIEND = "4930900101", "498912345678"


def trunk_to(kamailio: Kamailio, **more: Any) -> TrunkSettings:
    """Kamailio's users are their numbers, and it lets nobody call as somebody else."""
    values: dict[str, Any] = {
        "name": "provider",
        "servers": (kamailio.server,),
        "user": ACCOUNT,
        "password": f"secret-{ACCOUNT}",
        "number_format": "digits",
        "numbers": (outside_range(f"+{ACCOUNT}"),),
        "from_account": True,
    }
    return TrunkSettings(**{**values, **more})


def person(kamailio: Kamailio, behaviour: Behaviour | None = None) -> Phone:
    return Phone(kamailio.address, FRIEND, f"secret-{FRIEND}", behaviour=behaviour)


async def close(site: Site) -> None:
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_calls_go_out_and_come_in_by_a_proxy(kamailio: Kamailio, transport: Any) -> None:
    site = await a_site_with(trunk_to(kamailio, transport=transport))
    own = await site.phone("4000", ANSWERS)
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, friend)
        await until(lambda: Feature.HOLD in site.features(call_id))
        await site.perform(Hold(call_id, "4000"))
        await site.perform(Retrieve(call_id, "4000"))
        site.drop(call_id)
        await site.empty()
        await until(lambda: not friend.calls)
        call = await friend.call(ACCOUNT)
        await until(lambda: call.stage is Stage.UP)
        assert site.live("4000")[0].caller.id == f"+{FRIEND}"
        friend.hang_up(call)
        await site.empty()
    await close(site)


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [(rejects(486), Cause.BUSY), (rejects(603), Cause.REJECTED), (None, Cause.UNREACHABLE)],
)
async def test_why_a_call_comes_to_nothing(
    kamailio: Kamailio, behaviour: Behaviour | None, cause: Cause
) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    if behaviour is None:
        assert await site.cause(site.dial("4000", "08912345679")) is cause
    else:
        async with person(kamailio, behaviour):
            assert await site.cause(site.dial("4000", "08912345678")) is cause
    await close(site)


async def test_the_account_of_another_is_refused_by_the_provider(kamailio: Kamailio) -> None:
    """Kamailio compares who logs in with whom the call is from: a number of somebody else is no use."""
    trunk = trunk_to(kamailio, from_account=False, number="+493055555", numbers=())
    site = await a_site_with(trunk, terminals=PHONES)
    await site.phone("4000")
    assert await site.cause(site.dial("4000", "08912345678")) is Cause.NOT_ALLOWED
    await close(site)


async def test_a_friend_behind_a_proxy_holds_the_call_and_hangs_up(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.HOLD in site.features(call_id))
        (theirs,) = friend.calls
        await theirs.hold()
        await site.comes_to(call_id, lambda one: one.held_by_other)
        await theirs.resume()
        await site.comes_to(call_id, lambda one: not one.held_by_other)
        friend.hang_up(theirs)
        assert await site.cause(call_id) is Cause.NORMAL
    await close(site)


async def test_a_call_by_a_proxy_is_handed_to_a_colleague_and_nobody_answers_another(
    kamailio: Kamailio,
) -> None:
    site = await a_site_with(trunk_to(kamailio), no_answer_s=2.0)
    await site.phone("4000")
    colleague = await site.phone("4001", ANSWERS)
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in site.features(call_id))
        await site.perform(Transfer(call_id, "4000", "4001"))
        await until(lambda: site.live("4001"))
        await site.settled(colleague, friend)
        friend.hang_up(friend.calls[0])
        await site.empty()
    async with person(kamailio, RINGS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.RING_BACK)
        assert await site.cause(call_id) is Cause.NO_ANSWER
        await until(lambda: friend.cancels == 1)
    await close(site)
