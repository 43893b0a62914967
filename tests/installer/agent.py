"""The Smart Messenger and Call Manager that were installed, running."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.installer.windows import Site

START_S = 60.0

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "embedded"
[switch.embedded]
listen = "127.0.0.1:0"
[[terminal]]
id = "4000"
name = "Kim"
password = "first-phone"
"""
"""A Call Manager of its own with one phone, on ports that are free."""


@asynccontextmanager
async def agent(site: Site, *options: str) -> AsyncIterator[None]:
    """`offhook up` of the installed folder, with the settings that were installed, and these."""
    offhook = str(site.program / "app" / "offhook.exe")
    command = ("wine", offhook, "up", "--set", "log.level=info", *options)
    process = await asyncio.create_subprocess_exec(
        *command,
        env=site.environ,
        cwd=site.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(START_S):
            while b"TSP sessions on port" not in (line := await process.stderr.readline()):
                assert line, "it ended"
        yield
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()
