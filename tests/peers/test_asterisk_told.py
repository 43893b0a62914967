"""What an account that may write = system can do besides, at a real Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from offhook.call import Answer, CallState, DoNotDisturb
from tests.peers.asterisk import PASSWORD, USER, Asterisk
from tests.peers.asteriskconf import manager
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close
from tests.switch.contract_incoming import DESK, TALKS, Dialled, rings
from tests.switch.rtp import talk

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Asterisk]:
    asterisk = Asterisk()
    write = "originate,call,reporting,system"
    asterisk.change(manager=manager(USER, PASSWORD, asterisk.ami[1], write=write))
    with asterisk:
        yield asterisk


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk)
    yield site
    await close(site)


async def test_a_phone_that_can_be_told_to_answer_is_told(site: AsteriskSite) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", TALKS)
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    await site.perform(Answer(call.id))
    assert site.now(call.id).state is CallState.CONNECTED
    assert (await dialled.over(), callee.invites, callee.cancels) == (0, 1, 0)
    await talk(caller, callee)


async def test_a_phone_that_does_not_do_as_it_is_told_is_called_anew(site: AsteriskSite) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", DESK)
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    await site.perform(Answer(call.id))
    assert (await dialled.over(), callee.invites) == (0, 2)


async def test_keys_of_the_database_are_written_without_the_dialplan(site: AsteriskSite) -> None:
    assert site.switch.abilities.writes_keys
    await site.perform(DoNotDisturb("4000"))
    assert site.forwardings[-1].do_not_disturb
    await site.perform(DoNotDisturb("4000", on=False))
    assert not site.forwardings[-1].do_not_disturb
