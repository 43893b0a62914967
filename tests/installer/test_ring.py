"""What was installed, at work: a program dials through the DLL that was put in, and a real phone rings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.installer.agent import agent
from tests.installer.windows import Site
from tests.peers.baresip import Baresip
from tests.peers.chain import PASSWORDS, write_config
from tests.peers.program import free_port
from tests.peers.wine import WindowsService
from tests.windows.desktop import windows_path

pytestmark = [pytest.mark.peer, pytest.mark.timeout(300)]


@asynccontextmanager
async def office(site: Site, setup_program: Path, folder: Path) -> AsyncIterator[tuple[Baresip, Baresip]]:
    """Installed, with two phones: Kim's own, which is lifted by itself, and one far away."""
    sip, tsp, sscp = free_port(), free_port(), free_port()
    config = write_config(folder, sip_port=sip, sscp_port=sscp)
    text = config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{tsp}")
    config.write_text(text.replace(f"'{folder}/state'", f"'{windows_path(folder / 'state')}'"))
    assert site.setup(setup_program, "/TSP=1", f"/CONFIG={windows_path(config)}").code == 0
    # The line that was made is for the usual port: one for the port that is free here takes its place.
    site.offhook("tsp", "line", "remove", "1")
    site.offhook("tsp", "line", "add", "--terminal", "4000", "--port", str(tsp))
    at = ("127.0.0.1", sip)
    async with (
        agent(site),
        Baresip(folder, at, "4000", PASSWORDS["4000"], answer="auto") as own,
        Baresip(folder, at, "4001", PASSWORDS["4001"]) as far,
    ):
        yield own, far


async def test_a_number_dialled_in_windows_rings_a_phone(
    tapi: Site, setup_program: Path, tmp_path: Path
) -> None:
    async with office(tapi, setup_program, tmp_path) as (own, far):
        async with WindowsService.installed(tapi.prefix, tapi.screen) as service:
            await service.says("ready")
            found = tapi.offhook("doctor")
            for said in ("installed, with the id", "is the one of this Offhook", "a Smart Messenger answers"):
                assert said in found
            await service.ask("dial 4001")
            assert (await far.happened("CALL_INCOMING"))["peerdisplayname"] == "Kim"
            await service.says("state RINGBACK 0")
            await far.accept()
            await service.says("state CONNECTED 1")
            await service.ask("drop")
            await service.says("state IDLE 0")
            await own.happened("CALL_CLOSED")
            await far.happened("CALL_CLOSED")
        await _test_of_the_line(tapi, own, far)


async def _test_of_the_line(site: Site, own: Baresip, far: Baresip) -> None:
    """`offhook tsp test` as installed: with a stand-in for tapi32.dll, but all that is behind it is real."""
    testing = asyncio.create_task(asyncio.to_thread(site.offhook, "tsp", "test", "4000", "4001"))
    await far.happened("CALL_INCOMING")
    await far.accept()
    found = await testing
    assert found.splitlines()[-1] == "OK    other phone  answered; all of the way works"
    for layer in ("telephony service", "provider", "line", "Smart Messenger", "Call Manager", "your phone"):
        assert f"OK    {layer}  " in found
    await own.happened("CALL_CLOSED")
    await far.happened("CALL_CLOSED")
