"""The command as a process, a scripted Smart Messenger, and a real one."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from offhook.assembly.run import System, running
from offhook.config import load
from offhook.demo.phone import Phone
from tests.waiting import ONE_STEP_S

LIMIT_S = ONE_STEP_S

CONFIG = """\
# the site's phones
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = "state"
[[terminal]]
id = "4000"          # at the window
name = "Kim"
password = "first-phone"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "second-phone"
[address]
extension_lengths = [4]
[log]
level = "warning"
"""


def write_config(folder: Path, text: str = CONFIG) -> Path:
    """A configuration that passes without a warning."""
    file = folder / "offhook.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


@dataclass
class Result:
    """The result of a command."""

    code: int
    out: str
    err: str


@dataclass
class Command:
    """The command in its own folder, isolated from the settings of the user who runs the tests."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    async def start(
        self, *arguments: str, stdout: int = asyncio.subprocess.PIPE
    ) -> asyncio.subprocess.Process:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("OFFHOOK_")}
        home = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / ".config")}
        home["XDG_STATE_HOME"] = str(self.folder / ".state")
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "offhook.cli.main",
            *arguments,
            cwd=self.folder,
            env=clean | home | {"PYTHONUTF8": "1"} | self.environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: str) -> Result:
        """Run it to its end."""
        return await finish(await self.start(*arguments))


async def finish(process: asyncio.subprocess.Process) -> Result:
    """Wait for the end; a command that does not end is killed, and fails the test."""
    try:
        async with asyncio.timeout(LIMIT_S):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Result(process.returncode, (out or b"").decode(), err.decode())


async def interrupt(process: asyncio.subprocess.Process) -> Result:
    """Press Ctrl-C."""
    process.send_signal(signal.SIGINT)
    return await finish(process)


class PlayedMessenger:
    """A Smart Messenger with a script: the bytes to send for each Action, in order."""

    def __init__(self, *answers: str) -> None:
        self.heard: list[str] = []
        self._answers = list(answers)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def environ(self) -> dict[str, str]:
        """The configuration for commands to reach it; it requires no token."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return {"OFFHOOK_TSP_LISTEN": f"127.0.0.1:{port}", "OFFHOOK_TSP_REQUIRE_TOKEN": "false"}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while self._answers:
                self.heard.append((await reader.readuntil(b"\r\n\r\n")).decode().strip())
                writer.write(self._answers.pop(0).encode())
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def said(*messages: str) -> str:
    """Messages encoded for the wire, joined."""
    return "".join(f"{message}\r\n\r\n" for message in messages)


def state(name: str, call: str = "c1", *cause: str) -> str:
    """A CALL_STATE of a call from 4000 to 4001."""
    return "%".join(
        ("Notify", "CALL_STATE", "4000", f"{name}State", call, "Kim", "4000", "Lee", "4001", *cause)
    )


@asynccontextmanager
async def a_site(
    folder: Path, phones: Sequence[str] = (), text: str = CONFIG
) -> AsyncIterator[tuple[Command, System]]:
    """A running site with these phones registered, and a command configured for it."""
    config = load(write_config(folder, text), environ={})
    passwords = {entry.id: entry.password for entry in config.terminals}
    async with running(config) as system:
        assert system.sip_address is not None
        registered = [Phone(system.sip_address, phone, passwords[phone]) for phone in phones]
        try:
            for phone in registered:
                await phone.start()
            yield Command(folder, places(system)), system
        finally:
            for phone in registered:
                await phone.stop()


def places(system: System) -> dict[str, str]:
    """The ports of the parts, as environment variables for a command."""
    return {
        "OFFHOOK_TSP_LISTEN": f"127.0.0.1:{system.tsp_port}",
        "OFFHOOK_SSCP_LISTEN": system.sscp_url.partition("://")[2],
    }
