"""Asterisk 22: forwarding and do-not-disturb are set by the site's feature codes, and seen in its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import DoNotDisturb, Feature, Forward, Forwarding, ForwardWhen
from offhook.errors import CallError, Refusal
from tests.peers import asterisksite
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite
from tests.switch.contract_incoming import Dialled
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, RINGS
from tests.waiting import until

pytestmark = pytest.mark.peer

CODES = (
    ("forward-always", "*72{number}"),
    ("forward-always-off", "*73"),
    ("do-not-disturb", "*76"),
    ("do-not-disturb-off", "*77"),
)


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisksite.asterisk_site(asterisk, codes=CODES)
    yield site
    await asterisksite.close(site)


async def test_a_forwarding_is_set_and_ended(site: AsteriskSite) -> None:
    caller, own, last = [await site.phone(one, ANSWERS) for one in ("4001", "4000", "4003")]
    assert Feature.FORWARD in site.switch.features("4000")
    forwarding = Forwarding(ForwardWhen.ALWAYS, "4003")
    await site.perform(Forward("4000", (forwarding,)))
    assert site.forwardings[-1].forwardings == (forwarding,)
    assert await Dialled(caller, "4000").over() == 0
    await talk(caller, last)
    assert own.invites == 0
    caller.calls[0].hang_up()
    await site.perform(Forward("4000"))
    assert not site.forwardings[-1].forwardings
    await until(lambda: site.switch.idle)
    assert {call.terminal for call in site.seen} == {"4001", "4003"}, "a code is no call"


async def test_a_phone_is_left_in_peace_and_rings_again(site: AsteriskSite) -> None:
    caller, own = await site.phone("4001"), await site.phone("4000", RINGS)
    await site.perform(DoNotDisturb("4000"))
    assert site.forwardings[-1].do_not_disturb
    assert await Dialled(caller, "4000").over() != 0
    await site.perform(DoNotDisturb("4000", on=False))
    assert not site.forwardings[-1].do_not_disturb
    assert own.invites == 0


async def test_a_code_that_sets_no_key_is_a_failure(asterisk: Asterisk) -> None:
    codes = (("do-not-disturb", "*78"), ("do-not-disturb-off", "*79"))
    site = await asterisksite.asterisk_site(asterisk, codes=codes)
    with pytest.raises(CallError) as caught:
        await site.perform(DoNotDisturb("4000"))
    assert caught.value.refusal is Refusal.FAILURE
    assert not site.forwardings
    await asterisksite.close(site)


@pytest.mark.parametrize("address", ["*77", "4001#", "40&01"])
async def test_what_could_be_another_code_is_no_number(site: AsteriskSite, address: str) -> None:
    await site.phone("4000")
    with pytest.raises(CallError) as caught:
        await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, address),)))
    assert caught.value.refusal is Refusal.INVALID_ADDRESS
