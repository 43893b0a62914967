"""From a POST to real phones."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from offhook.assembly.run import System, running
from offhook.config import load
from tests.assembly.helpers import a_config
from tests.peers.baresip import Baresip
from tests.waiting import ONE_STEP_S

pytestmark = pytest.mark.peer


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    file = a_config(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + '[http]\nlisten = "127.0.0.1:0"\n', encoding="utf-8")
    async with running(load(file, environ={})) as system:
        yield system


async def test_a_post_rings_a_real_phone_and_a_delete_sends_it_a_bye(tmp_path: Path, system: System) -> None:
    assert system.sip_address is not None
    token = (tmp_path / "state" / "local.token").read_text().strip()
    async with (
        Baresip(tmp_path, system.sip_address, "4000", "a", answer="auto"),
        Baresip(tmp_path, system.sip_address, "4001", "b") as callee,
        httpx.AsyncClient(
            timeout=ONE_STEP_S,
            base_url=system.http_url + "/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        ) as client,
    ):
        call = (await client.post("/terminals/4000/calls", json={"number": "4001"})).json()
        await callee.happened("CALL_INCOMING")
        await callee.accept()
        await callee.happened("CALL_ESTABLISHED")
        while call["state"] != "ConnectedState":
            call = (await client.get(f"/calls/{call['id']}")).json()
            await asyncio.sleep(0)
        assert (await client.delete(f"/calls/{call['id']}")).status_code == 204
        await callee.happened("CALL_CLOSED")
