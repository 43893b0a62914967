"""The whole product when a real phone calls: Windows is told, and a program deals with it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone, PhoneCall
from tests.peers.baresip import Baresip
from tests.peers.chain import PASSWORDS, write_config
from tests.peers.wine import WindowsService, windows

# The tests only, not the start of a Windows.
pytestmark = [pytest.mark.peer, pytest.mark.timeout(60, func_only=True)]

NORMAL, CANCELLED = "1", "80000"
"""LINEDISCONNECTMODE_, in hexadecimal."""

PACKETS = 25
"""Half a second of audio, each way."""


class Site(NamedTuple):
    """Windows; Kim's phone, one of ours that answers when it is told to; the caller's, a baresip; and
    a colleague's, 4002, which answers at once."""

    service: WindowsService
    own: Phone
    caller: Baresip
    colleague: Baresip


@pytest.fixture(scope="module", autouse=True)
def wine() -> Iterator[None]:
    with windows():
        yield


@pytest.fixture
async def everything(tmp_path: Path) -> AsyncIterator[Site]:
    async with running(load(write_config(tmp_path))) as system:
        assert system.tsp_port is not None and system.sip_address is not None
        sip = system.sip_address
        async with (
            Phone(sip, "4000", PASSWORDS["4000"], behaviour=Behaviour(answer_after=None)) as own,
            Baresip(tmp_path, sip, "4001", PASSWORDS["4001"]) as caller,
            Baresip(tmp_path, sip, "4002", PASSWORDS["4002"], answer="auto") as colleague,
            WindowsService(system.tsp_port, "4000", whole=True) as service,
        ):
            await service.says("ready")
            await service.ask("want")
            await service.says("wanted")
            yield Site(service, own, caller, colleague)


async def rings(everything: Site) -> PhoneCall:
    """The caller has dialled, Windows knows who it is, and the phone rings."""
    service, own, caller, _ = everything
    await caller.dial("4000")
    call = (await own.event("ringing")).call
    assert call is not None
    await service.says("state OFFERING 1")
    await service.ask("take")
    await service.says("taken 4001|Lee Min-ho")
    return call


async def test_a_call_is_offered_with_number_and_name_and_answered_by_a_program(everything: Site) -> None:
    service, own, caller, _ = everything
    await rings(everything)
    await service.ask("answer")
    await service.says("state CONNECTED 1", "did answer 0")
    await caller.happened("CALL_ESTABLISHED")
    await service.ask("drop")
    await service.says("state IDLE 0", "dropped")
    await caller.happened("CALL_CLOSED")
    await own.event("ended")


async def test_a_call_that_is_answered_at_the_phone_is_told_as_connected(everything: Site) -> None:
    service, _, caller, _ = everything
    (await rings(everything)).answer()
    await service.says("state CONNECTED 1")
    await caller.hang_up()
    await service.says(f"state DISCONNECTED {NORMAL}", "state IDLE 0")


async def test_a_call_is_declined_by_a_program(everything: Site) -> None:
    service, own, caller, _ = everything
    await rings(everything)
    await service.ask("drop")
    await service.says("state IDLE 0", "dropped")
    assert "603" in (await caller.happened("CALL_CLOSED"))["param"]
    await own.event("cancelled")


async def test_a_caller_gives_up(everything: Site) -> None:
    service, own, caller, _ = everything
    await rings(everything)
    await caller.hang_up()
    await service.says(f"state DISCONNECTED {CANCELLED}", "state IDLE 0")
    await own.event("cancelled")


async def test_a_call_is_sent_on_to_a_colleague(everything: Site) -> None:
    service, own, caller, colleague = everything
    await rings(everything)
    await service.ask("redirect 4002")
    await service.says("state IDLE 0", "did redirect 0")
    await own.event("cancelled")
    assert (await caller.heard(PACKETS)).sent > 0
    assert (await colleague.heard(PACKETS)).sent > 0


async def test_a_call_is_held_and_taken_back_by_a_program(everything: Site) -> None:
    service, own, caller, _ = everything
    await rings(everything)
    await service.ask("answer")
    await service.says("did answer 0")
    await service.ask("hold")
    await service.says("state ONHOLD 0", "did hold 0")
    await service.ask("unhold")
    await service.says("state CONNECTED 1", "did unhold 0")
    await caller.hang_up()
    await service.says(f"state DISCONNECTED {NORMAL}", "state IDLE 0")
    await own.event("ended")


@pytest.mark.parametrize("asks", ["consult", "consult-at-once"])
async def test_a_caller_is_transferred_to_a_colleague_who_was_asked_first(
    everything: Site, asks: str
) -> None:
    service, _own, caller, colleague = everything
    await rings(everything)
    await service.ask("answer")
    await service.says("did answer 0")
    await service.ask(f"{asks} 4002")
    steps = ["state ONHOLDPENDTRANSFER 0", f"did {asks} 0"]
    await service.says(*(steps if asks == "consult" else steps[::-1]), "state CONNECTED 1")
    await service.ask("complete")
    await service.says("state IDLE 0", "state IDLE 0", "did complete 0")
    before = (await caller.audio()).received, (await colleague.audio()).received
    await caller.heard(before[0] + PACKETS)
    await colleague.heard(before[1] + PACKETS)
    await caller.hang_up()
    await colleague.happened("CALL_CLOSED")


async def test_a_caller_is_transferred_to_a_colleague_at_once(everything: Site) -> None:
    service, _own, caller, colleague = everything
    await rings(everything)
    await service.ask("answer")
    await service.says("did answer 0")
    await service.ask("transfer 4002")
    await service.says("state IDLE 0", "did transfer 0")
    await caller.heard((await caller.audio()).received + PACKETS)
    await caller.hang_up()
    await colleague.happened("CALL_CLOSED")


async def test_people_talk_on_when_the_program_closes_a_call_that_came_in(everything: Site) -> None:
    service, own, caller, _ = everything
    await rings(everything)
    await service.ask("answer")
    await service.says("did answer 0")
    await service.ask("close")
    await service.says("closed")
    await service.ask("reopen")
    await service.says("reopened")
    assert own.state == "up"
    await caller.hang_up()
    await own.event("ended")
