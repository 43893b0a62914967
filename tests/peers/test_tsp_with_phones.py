"""The whole product: the DLL in Wine, Smart Messenger, Call Manager,
embedded switch, and real phones that ring."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests.peers.baresip import Baresip
from tests.peers.chain import PASSWORDS, write_config
from tests.peers.wine import WindowsService, windows

# The tests only, not the start of a Windows.
pytestmark = [pytest.mark.peer, pytest.mark.timeout(60, func_only=True)]

NORMAL, BUSY = "1", "20"
"""LINEDISCONNECTMODE_, in hexadecimal."""


class Site(NamedTuple):
    """Windows, and both people's phones: Kim's is lifted by itself."""

    service: WindowsService
    own: Baresip
    far: Baresip


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
            Baresip(tmp_path, sip, "4000", PASSWORDS["4000"], answer="auto") as own,
            Baresip(tmp_path, sip, "4001", PASSWORDS["4001"]) as far,
            WindowsService(system.tsp_port, "4000") as service,
        ):
            await service.says("ready")
            yield Site(service, own, far)


async def test_a_number_dialled_in_windows_rings_a_phone_and_is_answered_and_dropped(
    everything: Site,
) -> None:
    service, own, far = everything
    await service.ask("dial 4001")
    incoming = await far.happened("CALL_INCOMING")
    assert incoming["peerdisplayname"] == "Kim"
    await service.says("state DIALTONE 20", "state DIALING 0", "state PROCEEDING 0", "state RINGBACK 0")
    await far.accept()
    await service.says("state CONNECTED 1")
    assert (await own.heard(25)).sent > 0
    assert (await far.heard(25)).sent > 0
    await service.ask("info")
    await service.says("info Kim|Lee Min-ho|Lee Min-ho")
    await service.ask("drop")
    await service.says("state IDLE 0", "dropped")
    await own.happened("CALL_CLOSED")
    await far.happened("CALL_CLOSED")
    await service.ask("close")
    await service.says("closed")


async def test_the_called_person_hangs_up(everything: Site) -> None:
    service, own, far = everything
    await service.ask("dial 4001")
    await far.happened("CALL_INCOMING")
    await far.accept()
    await service.says("state CONNECTED 1")
    await far.hang_up()
    await service.says(f"state DISCONNECTED {NORMAL}", "state IDLE 0")
    await own.happened("CALL_CLOSED")


async def test_the_called_person_is_busy(everything: Site) -> None:
    service, own, far = everything
    await service.ask("dial 4001")
    await far.happened("CALL_INCOMING")
    await far.hang_up()
    await service.says(f"state DISCONNECTED {BUSY}", "state IDLE 0")
    await own.happened("CALL_CLOSED")


async def test_dropped_while_it_rings(everything: Site) -> None:
    service, own, far = everything
    await service.ask("dial 4001")
    await far.happened("CALL_INCOMING")
    await service.says("state RINGBACK 0")
    await service.ask("drop")
    await service.says("state IDLE 0", "dropped")
    await far.happened("CALL_CLOSED")
    await own.happened("CALL_CLOSED")


async def talk(everything: Site) -> None:
    """Dialled in Windows, and answered."""
    service, _own, far = everything
    await service.ask("dial 4001")
    await far.happened("CALL_INCOMING")
    await far.accept()
    await service.says("state CONNECTED 1")


async def still_talk(everything: Site) -> None:
    """Sound comes in at both phones, more than so far; then the called person hangs up."""
    _service, own, far = everything
    for phone in (own, far):
        await phone.heard((await phone.audio()).received + 25)
    await far.hang_up()
    await own.happened("CALL_CLOSED")


async def test_people_talk_on_when_the_program_closes_the_call(everything: Site) -> None:
    await talk(everything)
    await everything.service.ask("close")
    await everything.service.says("closed")
    await still_talk(everything)


async def test_people_talk_on_when_windows_goes_down(everything: Site) -> None:
    await talk(everything)
    await everything.service.end()
    await still_talk(everything)


async def test_people_talk_on_when_the_telephony_service_is_killed(everything: Site) -> None:
    await talk(everything)
    await everything.service.kill()
    await still_talk(everything)


async def test_a_line_that_is_closed_in_a_talk_and_opened_again_dials_again(everything: Site) -> None:
    service, own, far = everything
    await talk(everything)
    await service.ask("reopen")
    await service.says("reopened")
    await still_talk(everything)
    await far.happened("CALL_CLOSED")
    await talk(everything)
    await service.ask("drop")
    await service.says("state IDLE 0", "dropped")
    await own.happened("CALL_CLOSED")
    await far.happened("CALL_CLOSED")


async def test_a_second_call_to_whom_one_talks_is_dropped_alone(everything: Site) -> None:
    service, _own, far = everything
    await talk(everything)
    await service.ask("reopen")
    await service.says("reopened")
    await service.ask("dial 4001")
    await far.happened("CALL_INCOMING")
    await service.says("state RINGBACK 0")
    await service.ask("drop")
    await service.says("state IDLE 0", "dropped")
    await far.happened("CALL_CLOSED")
    await far.heard((await far.audio()).received + 25)


async def test_as_people_type_it(everything: Site) -> None:
    service, _own, far = everything
    await service.ask("dial T40-01|9^Lee")
    await far.happened("CALL_INCOMING")
    await service.ask("drop")
    await service.says("dropped")
    await far.happened("CALL_CLOSED")


async def test_ten_calls_one_after_another(everything: Site) -> None:
    service, own, far = everything
    for _ in range(10):
        await service.ask("dial 4001")
        await far.happened("CALL_INCOMING")
        await far.accept()
        await service.says("state CONNECTED 1")
        await service.ask("drop")
        await service.says("dropped")
        await far.happened("CALL_CLOSED")
        await own.happened("CALL_CLOSED")
        await service.ask("close")
        await service.says("closed")
