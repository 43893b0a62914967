"""A whole Offhook with its HTTP API, and a person who has an application token."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from offhook.assembly.run import running
from offhook.config import load
from tests.waiting import ONE_STEP_S

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[http]
listen = "127.0.0.1:0"
origins = {origins}
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "a"
[[terminal]]
id = "025683848"
name = "Lee Min-ho"
password = "b"
[address]
country = "KR"
extension_lengths = [4]
[log]
level = "warning"
"""

OUTSIDE = "025683848"
"""A phone at this switch that has a number as pages show them: 02-568-3848."""


@dataclass(frozen=True)
class RealSite:
    url: str
    sip: tuple[str, int]
    token: str
    """Kim's, who may use 4000."""


@asynccontextmanager
async def a_real_site(folder: Path, *, origins: Sequence[str] = ()) -> AsyncIterator[RealSite]:
    file = folder / "offhook.toml"
    file.write_text(
        CONFIG.format(state=folder / "state", origins=json.dumps(list(origins))), encoding="utf-8"
    )
    file.chmod(0o600)
    secret = folder / "kim.password"
    secret.write_text("correct horse", encoding="utf-8")
    secret.chmod(0o600)
    command = [sys.executable, "-m", "offhook.cli.main", "user", "add", "kim", "--terminal", "4000"]
    adding = await asyncio.create_subprocess_exec(
        *command, "--password-file", str(secret), "--config", str(file), stdout=asyncio.subprocess.DEVNULL
    )
    assert await adding.wait() == 0
    async with running(load(file, environ={})) as system:
        assert system.sip_address is not None
        yield RealSite(system.http_url, system.sip_address, await _application_token(system.http_url))


async def _application_token(url: str) -> str:
    """As the web page makes one for its person."""
    async with httpx.AsyncClient(timeout=ONE_STEP_S, base_url=url + "/api/v1", trust_env=False) as client:
        login = await client.post("/session", json={"user": "kim", "password": "correct horse"})
        headers = {"Authorization": f"Bearer {login.json()['token']}"}
        made = await client.post("/tokens", json={"name": "Chromium", "days": 30}, headers=headers)
        assert made.status_code == 201, made.text
        return str(made.json()["token"])
