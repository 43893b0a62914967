"""Does Asterisk's manager interface answer from here? Asked without a login, which Asterisk would log."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial

from offhook.common.aborting import abort
from offhook.common.tlspair import WatchedAuthority
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.ami import MAX_BANNER
from offhook.switch.asterisk.client import authority

ANSWER_S = 2.0
"""How long it has time to connect and to name itself."""


def knock(settings: AsteriskSettings) -> Callable[[], Awaitable[bool]]:
    """What connects, reads the line by which AMI begins, and closes. Raises `ConfigError` for a CA file that
    cannot be used."""
    return partial(_answers, settings.address, authority(settings))


async def _answers(address: tuple[str, int], trusted: WatchedAuthority | None) -> bool:
    host, port = address
    writer = None
    try:
        async with asyncio.timeout(ANSWER_S):
            tls = None if trusted is None else trusted.context()
            reader, writer = await asyncio.open_connection(host, port, ssl=tls, limit=MAX_BANNER)
            return (await reader.readuntil(b"\n")).startswith(b"Asterisk Call Manager/")
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return False
    finally:
        if writer is not None:
            abort(writer.transport)
            with contextlib.suppress(OSError):
                await writer.wait_closed()
