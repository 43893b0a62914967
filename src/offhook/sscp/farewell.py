"""The end of all sessions of a server that goes while others stand in: one after the other, so that its
clients do not come to the others all at once."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.frames import CloseCode

from offhook.sscp.managers import GOES_S, MAX_SPREAD_S
from offhook.sscp.session import Session

LOGINS_A_SECOND = 1000
"""So many clients that have lost a server come to the others in a second: 10,000 in ten, and those of an
office within a moment."""

STEP_S = 0.02
"""How often some are closed."""

COMMANDS_S = 2.0
"""How long a session is kept whose command is being carried out, so that its answer is heard."""

RETRY_AFTER = str(int(GOES_S))
"""What is answered to who comes meanwhile."""

REASON = "this Call Manager is being restarted; take another one"


async def send_away(connections: Mapping[Session, ServerConnection], at_once: asyncio.Event) -> None:
    """Close them with 1012 (service restart, RFC 6455 and IANA's registry), over a time that grows with their
    number; without any pause once `at_once` is set."""
    loop = asyncio.get_running_loop()
    begun, closing = loop.time(), set[asyncio.Task[None]]()
    waiting = dict.fromkeys(connections)
    a_step = max(LOGINS_A_SECOND, len(waiting) / MAX_SPREAD_S) * STEP_S
    while waiting:
        patient = loop.time() < begun + COMMANDS_S and not at_once.is_set()
        ready = [one for one in waiting if not (patient and one.busy)]
        for session in ready if at_once.is_set() else ready[: max(1, round(a_step))]:
            del waiting[session]
            if (connection := connections.get(session)) is not None:
                closing.add(asyncio.create_task(connection.close(CloseCode.SERVICE_RESTART, REASON)))
        await _pause(STEP_S, at_once)
    await _all(closing)


async def _pause(wait_s: float, at_once: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(wait_s):
            await at_once.wait()
    except TimeoutError:
        pass
    await asyncio.sleep(0)


async def _all(closing: Iterable[asyncio.Task[Any]]) -> None:
    """Each ends within the server's `close_timeout`."""
    await asyncio.gather(*closing, return_exceptions=True)
