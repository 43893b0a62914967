"""The HTTP API of a whole Offhook, spoken to by a program with nothing but Python's own library."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from offhook.assembly.run import System, running
from offhook.config import load
from offhook.demo.phone import Behaviour
from offhook.errors import ConfigError
from tests.assembly.helpers import a_config, phone

ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)


def http_config(folder: Path, extra: str = "") -> Path:
    file = a_config(folder)
    file.write_text(
        file.read_text(encoding="utf-8") + f'[http]\nlisten = "127.0.0.1:0"\n{extra}', encoding="utf-8"
    )
    return file


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(load(http_config(tmp_path), environ={})) as system:
        yield system


class Program:
    """Ten lines of somebody else's program."""

    def __init__(self, system: System, folder: Path) -> None:
        self.base = system.http_url + "/api/v1"
        token = (folder / "state" / "local.token").read_text().strip()
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self.headers, method=method)
        with self.opener.open(request) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else None


async def test_a_post_rings_a_phone_and_a_delete_hangs_it_up(tmp_path: Path, system: System) -> None:
    program = Program(system, tmp_path)
    async with phone(system, "4000"), phone(system, "4001", ANSWERS):
        call = await asyncio.to_thread(program.ask, "POST", "/terminals/4000/calls", {"number": "4001"})
        while call["state"] != "ConnectedState":
            call = await asyncio.to_thread(program.ask, "GET", f"/calls/{call['id']}")
        assert (call["caller"]["name"], call["callee"]["name"]) == ("Kim", "Lee Min-ho")
        await asyncio.to_thread(program.ask, "DELETE", f"/calls/{call['id']}")
        while call["state"] != "OnHookState":
            call = await asyncio.to_thread(program.ask, "GET", f"/calls/{call['id']}")
        assert call["cause"] == "dropped"


async def test_it_is_off_unless_the_configuration_says_where_it_listens(tmp_path: Path) -> None:
    async with running(load(a_config(tmp_path), environ={})) as system:
        assert system.http_url == ""


async def test_a_port_that_is_taken_is_told_with_the_setting(tmp_path: Path, system: System) -> None:
    taken = system.http_url.rpartition(":")[2]
    folder = tmp_path / "other"
    folder.mkdir()
    file = http_config(folder)
    file.write_text(
        file.read_text(encoding="utf-8").replace(
            '[http]\nlisten = "127.0.0.1:0"', f'[http]\nlisten = "127.0.0.1:{taken}"'
        ),
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"http\.listen"):
        async with running(load(file, environ={})):
            pass
