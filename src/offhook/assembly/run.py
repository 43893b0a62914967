"""Builds and joins all parts from the configuration.

One process holds everything by default. With `only` it is the Call Manager (with its switch) or the Smart
Messenger alone; the two then meet over the network, and otherwise without a socket between them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from offhook.assembly.drain import SendAway, drain
from offhook.assembly.events import EventLog
from offhook.assembly.files import share_files
from offhook.assembly.manager import start_manager
from offhook.assembly.messenger import (
    LINK_LIMIT_S,
    MessengerParts,
    in_process,
    over_sscp,
    start_messenger,
    start_tsp,
)
from offhook.assembly.metrics import Meters
from offhook.call import TrunkState
from offhook.common import coredumps, eventloop
from offhook.common.garbage import tune_gc
from offhook.common.systemd import live, notify
from offhook.config import Config
from offhook.errors import ConfigError
from offhook.manager.principal import LOCAL
from offhook.manager.service import CallManager

if TYPE_CHECKING:
    from offhook.sscp.client import Credentials

logger = logging.getLogger(__name__)

Only = Literal["manager", "messenger"]


@dataclass(frozen=True, slots=True)
class System:
    """The running parts and their addresses; None for a part that does not run in this process."""

    sscp_url: str
    tsp_port: int | None = None
    sip_address: tuple[str, int] | None = None
    http_url: str = ""
    trunks: Callable[[], list[TrunkState]] = list
    """The trunks of the Call Manager, if it runs in this process."""
    meters: Meters = field(default_factory=lambda: Meters(on=False))
    manager: CallManager | None = None
    """The Call Manager, if it runs in this process."""
    send_away: SendAway | None = None
    """Sends its clients to others, if it runs in this process."""


Beside = Callable[[System], Coroutine[Any, Any, None]]
"""What a command does while all runs; it is cancelled at the end."""

HANG_UPS = frozenset(
    number for name in ("SIGHUP", "SIGBREAK") if (number := getattr(signal, name, None)) is not None
)
"""Signals for a closed terminal or Windows console. Ignored under nohup."""

END_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals for an orderly end: pending data is written, and ringing phones are told."""


def run(config: Config, only: Only | None = None, beside: Beside | None = None) -> None:
    """Run until one of `END_SIGNALS`. At SIGTERM the calls that are live get the time of `[drain]`; a second
    signal ends that, and one more forces the end. `beside` runs along.

    Raises `ConfigError`.
    """
    tune_gc()
    coredumps.switch_off(private=True)
    # At debug level the WebSocket library logs whole messages, with passwords and tokens.
    logging.getLogger("websockets").setLevel(logging.INFO)
    eventloop.run(_serve(config, only, beside))


@asynccontextmanager
async def running(config: Config, only: Only | None = None) -> AsyncIterator[System]:
    """Start all configured parts in order, and stop them in reverse order.

    With `sscp.url` the Call Manager runs elsewhere, and only the Smart Messenger is started. Raises
    `ConfigError` if a part cannot start as configured (port in use, certificate unreadable ...).
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_naming_the_file(config))
        elsewhere = only == "messenger" or bool(config.sscp.url and only is None)
        share_files(config, manager=not elsewhere, messenger=only != "manager")
        meters = Meters(on=config.metrics.listen is not None)
        await meters.serve(config, stack)
        manager, send_away = None, None
        sip_address, http_url, directory, audit = None, "", None, None
        trunks: Callable[[], list[TrunkState]] = list
        if elsewhere:
            from offhook.assembly.elsewhere import address_elsewhere

            address = address_elsewhere(config)
            url, reach = address.url, over_sscp(address)
        else:
            here = await start_manager(config, stack, meters)
            manager, send_away = here.manager, here.send_away
            if config.log.format == "json":
                manager.subscribe(EventLog())
            url, reach, sip_address = here.url, in_process(here.manager), here.sip_address
            http_url, directory, audit = here.http_url, here.directory, here.audit
            trunks = partial(here.manager.trunks.all, LOCAL)
        tsp_port = None
        if only != "manager":
            parts = await start_messenger(config, stack, reach, directory)
            tsp_port = await start_tsp(config, stack, parts.messenger, meters, audit)
            meters.check("Call Manager", lambda: "" if parts.client.connected else "it is not connected")
        meters.started()
        yield System(url, tsp_port, sip_address, http_url, trunks, meters, manager, send_away)


@asynccontextmanager
async def messenger_running(
    config: Config, credentials: Credentials | None = None, on_token: Callable[[str], None] | None = None
) -> AsyncIterator[MessengerParts]:
    """The Smart Messenger with all that it needs, for the desktop.

    Without `sscp.url` a Call Manager of this account on this machine is used, and started here when none
    runs. `credentials` replace those of the configuration; `on_token` gets the token that stands for
    them from then on. A TSP port that is taken does not keep it from running. Raises `ConfigError`.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_naming_the_file(config))
        elsewhere = bool(config.sscp.url) or await _manager_runs(config)
        share_files(config, manager=not elsewhere, messenger=True)
        directory, audit = None, None
        if elsewhere:
            from offhook.assembly.elsewhere import address_elsewhere

            reach = over_sscp(address_elsewhere(config, credentials), on_token)
        else:
            here = await start_manager(config, stack)
            reach, directory, audit = in_process(here.manager), here.directory, here.audit
        parts = await start_messenger(config, stack, reach, directory)
        if not elsewhere:
            parts = replace(parts, holds_calls=True, busy=partial(_in_calls, here.manager))
        try:
            parts = replace(parts, tsp_port=await start_tsp(config, stack, parts.messenger, audit=audit))
        except (OSError, ConfigError) as error:
            parts = replace(parts, tsp_problem=str(error))
        yield parts


def _in_calls(manager: CallManager) -> bool:
    return any(one.calls for one in manager.snapshots(LOCAL))


async def _manager_runs(config: Config) -> bool:
    if not config.state.local_token.exists():
        return False
    here = config.sscp.listen.here
    try:
        async with asyncio.timeout(LINK_LIMIT_S):
            _, writer = await asyncio.open_connection(here.host, here.port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


@contextmanager
def _naming_the_file(config: Config) -> Iterator[None]:
    """Add the file to the errors of parts, which know only the key."""
    try:
        yield
    except ConfigError as error:
        if error.key and "configuration" in error.file:
            raise config.error(error.key, error.what, error.fix) from error
        raise


async def _serve(config: Config, only: Only | None, beside: Beside | None) -> None:
    stop, at_once = asyncio.Event(), asyncio.Event()
    with _stopping(stop, at_once):
        async with running(config, only) as system:
            _announce(system)
            tune_gc()
            notify("READY=1")
            alive = asyncio.create_task(live())
            along = None if beside is None else asyncio.create_task(beside(system))
            try:
                await stop.wait()
                notify("STOPPING=1")
                system.meters.stopping()
                if system.manager is not None:
                    await drain(system.manager, config.drain, at_once, system.send_away)
            finally:
                alive.cancel()
                if along is not None:
                    along.cancel()
                    await asyncio.gather(along, return_exceptions=True)
            logger.info("stopping")
    logger.info("stopped")


@contextmanager
def _stopping(stop: asyncio.Event, at_once: asyncio.Event) -> Iterator[None]:
    """Set `stop` at the first of `END_SIGNALS`, `at_once` as well at a second one; raise at one more.

    All but SIGTERM come of somebody who waits, and set both. Works on Windows' loop as well.
    """
    loop = asyncio.get_running_loop()

    def on_signal(number: int, _frame: object) -> None:
        if at_once.is_set():
            raise KeyboardInterrupt
        if stop.is_set() or number != signal.SIGTERM:
            loop.call_soon_threadsafe(at_once.set)
        loop.call_soon_threadsafe(stop.set)

    before = {
        number: signal.signal(number, on_signal)
        for number in (getattr(signal, name, None) for name in END_SIGNALS)
        if number is not None and not (number in HANG_UPS and signal.getsignal(number) is signal.SIG_IGN)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announce(system: System) -> None:
    if system.sip_address is not None:
        logger.info("phones register at %s:%d (UDP and TCP)", *system.sip_address)
    logger.info("Call Manager at %s", system.sscp_url)
    if system.http_url:
        logger.info("HTTP API at %s/api/v1/docs", system.http_url)
    if system.meters.url:
        logger.info("metrics at %s/metrics", system.meters.url)
    if system.tsp_port is not None:
        logger.info("Smart Messenger takes TSP sessions on port %d", system.tsp_port)
