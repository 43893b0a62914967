"""Linphone as a phone: its console program, which sets itself up by remote provisioning."""

import asyncio
import os
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from tests.peers.program import LIMIT_S, Program, free_port

ASK_S = 0.2

RC = """\
[misc]
config-uri={url}
[sip]
bind_address=127.0.0.1
sip_port={port}
sip_tcp_port=0
sip_tls_port=0
use_ipv6=0
[rtp]
audio_rtp_port={rtp}
bind_address=127.0.0.1
"""


class Linphone(Program):
    """It knows nothing but the URL of its configuration. It has no sound device: it sends silence."""

    def __init__(self, folder: Path, url: str) -> None:
        home = folder / "linphone"
        (home / ".local" / "share" / "linphone").mkdir(parents=True)  # it does not make them itself
        self._rc, self._home = home / "linphonerc", home
        self._rc.write_text(RC.format(url=url, port=free_port(), rtp=free_port()), encoding="utf-8")
        super().__init__(home, "linphonec", "-c", str(self._rc))

    @property
    def settings(self) -> str:
        """What it has made of its configuration."""
        return self._rc.read_text(encoding="utf-8")

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self.argv,
            cwd=self.folder,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            env={**os.environ, "HOME": str(self._home)},
        )
        self._reader = asyncio.create_task(self._read(self._process))
        await self.said("linphonec>")
        await self.do("soundcard use files")

    async def stop(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        await super().stop()

    async def registered(self) -> None:
        """Wait until it is. It does not say so by itself, and is asked."""
        async with asyncio.timeout(LIMIT_S):
            while "registered, identity=" not in self.output:
                await self.do("status register")
                await asyncio.sleep(ASK_S)

    async def do(self, command: str) -> None:
        """Type a command."""
        assert self._process is not None and self._process.stdin is not None, "not started"
        self._process.stdin.write(f"{command}\n".encode())
        await self._process.stdin.drain()
