"""The end in order: no new calls, and those that are live get some time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from offhook.common.systemd import notify
from offhook.config import DrainSettings
from offhook.manager.service import CallManager

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1

SPARE_S = 15
"""How long stopping may take after the calls' time is over, as systemd is told."""


SendAway = Callable[[asyncio.Event], Awaitable[None]]
"""Has the clients go to other Call Managers; at once when the event is set."""


def together_away(ways: Sequence[SendAway]) -> SendAway:
    """All of them beside each other."""

    async def send_away(at_once: asyncio.Event) -> None:
        await asyncio.gather(*(one(at_once) for one in ways))

    return send_away


async def drain(
    manager: CallManager,
    settings: DrainSettings,
    at_once: asyncio.Event,
    send_away: SendAway | None = None,
) -> None:
    """Have no new calls begin, and wait for those that are live.

    It ends when none is left to wait for, when the time of the settings is over, or once `at_once` is set.
    Where other Call Managers stand in, phones and calls are handed over to them, and clients are sent there.
    """
    if not manager.stand_ins:
        await _wait_for_calls(manager, settings, at_once)
        return
    if not manager.rings_on:
        await _wait_for_calls(manager, replace(settings, talking_s=0.0), at_once)
    logger.info("handing over to %s", ", ".join(manager.stand_ins))
    notify("STATUS=Handing over to other Call Managers")
    await manager.hand_over()
    if send_away is not None:
        await send_away(at_once)


async def _wait_for_calls(manager: CallManager, settings: DrainSettings, at_once: asyncio.Event) -> None:
    manager.drain()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    making, talking = manager.in_progress()
    if _left(making, talking, 0.0, settings) > 0:
        logger.info(
            "no new calls any more; those that are being made have %g s (%d), those that are up %g s (%d)",
            *(settings.ringing_s, making, settings.talking_s, talking),
        )
    told = False
    while not at_once.is_set():
        waited = loop.time() - begun
        left = _left(*manager.in_progress(), waited, settings)
        if left <= 0:
            return
        if not told:
            # systemd would kill it after TimeoutStopSec (sd_notify(3), EXTEND_TIMEOUT_USEC).
            notify(
                f"EXTEND_TIMEOUT_USEC={int((left + SPARE_S) * 1_000_000)}\nSTATUS=Waiting for calls to end"
            )
            told = True
        try:
            async with asyncio.timeout(min(left, LOOK_EVERY_S)):
                await at_once.wait()
        except TimeoutError:
            pass


def _left(making: int, talking: int, waited: float, settings: DrainSettings) -> float:
    """How many seconds there still are to wait."""
    most = max(settings.ringing_s if making else 0.0, settings.talking_s if talking else 0.0)
    return most - waited
