"""Joins the parts: the only place that names concrete switches and builds everything from the configuration.

One process holds everything by default. With `only` it is the Call Manager (with its switch) or the Smart
Messenger alone; the two then meet over the network as they otherwise do over loopback.
"""

import asyncio
import contextlib
import gc
import logging
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from offhook import coredumps, eventloop
from offhook.access import dial_rules, open_authenticator, open_users
from offhook.address import normalise
from offhook.addressbook import address_rules, open_directory
from offhook.call import Terminal
from offhook.config import Config, Listen, make_secret
from offhook.directory import DirectoryCache
from offhook.errors import CallError, ConfigError
from offhook.hosts import Places
from offhook.listening import why_not
from offhook.manager.audit import AuditLog, Event
from offhook.manager.calllog import CallLog
from offhook.manager.localtoken import keep_token
from offhook.manager.service import CallManager
from offhook.messenger import Messenger
from offhook.openfiles import check_limit
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.forwarded import TrustedProxies, networks
from offhook.sscp.server import SscpServer
from offhook.statefolder import StateFolder, make_folder, opened
from offhook.switches import open_switch
from offhook.tls import client_context, keep_certificate, own_context, shown_pair, write_shown
from offhook.tlspair import trusting_exactly
from offhook.tsp.act import Act
from offhook.tsp.server import TspServer

logger = logging.getLogger(__name__)

Only = Literal["manager", "messenger"]

FOLLOW_S = 2.0
"""How often files that may be made anew under a running process are looked at."""

TOKEN_S = 1.0
"""How often it is looked whether the token of this account's programs is still there."""

LINK_LIMIT_S = 5.0
"""How long start-up waits for the Call Manager; after that the Smart Messenger serves and keeps trying."""


@dataclass(frozen=True, slots=True)
class System:
    """What runs and where it is reached; None for a part that does not run in this process."""

    sscp_url: str
    tsp_port: int | None = None
    sip_address: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class MessengerParts:
    """A Smart Messenger that runs, for whoever shows it: core, session to the Call Manager, directory.

    `tsp_problem` says why it takes no TSP sessions, when it does not. `holds_calls`: the Call Manager runs in
    this process, and the phones have no switch without it.
    """

    messenger: Messenger
    client: SscpClient
    directory: DirectoryCache
    tsp_port: int | None = None
    tsp_problem: str | None = None
    holds_calls: bool = False


@dataclass(frozen=True, slots=True)
class _Door:
    """How a Smart Messenger reaches its Call Manager."""

    url: str
    credentials: Credentials
    tls: ssl.SSLContext | Callable[[], ssl.SSLContext | None] | None


HANG_UPS = frozenset(
    number for name in ("SIGHUP", "SIGBREAK") if (number := getattr(signal, name, None)) is not None
)
"""The terminal that it was started from is closed, on Windows the console. Under nohup it is ignored."""

END_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What ends a long-running process in order: what waits to be written is written, who rings is told."""


def run(config: Config, only: Only | None = None) -> None:
    """Run until one of `END_SIGNALS`; a second one forces the end. Raises `ConfigError`."""
    calm_collector()
    coredumps.switch_off(private=True)
    # At its debug level the WebSocket library writes whole messages, passwords and tokens among them.
    logging.getLogger("websockets").setLevel(logging.INFO)
    eventloop.run(_serve(config, only))


def calm_collector() -> None:
    """Let the garbage collector walk rarely, and past what start-up made.

    A walk over everything stops all calls for as long: 222 ms at 400 calls a second, 8 ms with this.
    """
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@asynccontextmanager
async def running(config: Config, only: Only | None = None) -> AsyncIterator[System]:
    """Everything that the configuration names, started in order and stopped in the reverse order.

    With `sscp.url` the Call Manager runs elsewhere, and only the Smart Messenger is started. Raises
    `ConfigError` when a part cannot start as configured (port in use, certificate unreadable ...).
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(_naming_the_file(config))
        check_limit()
        sip_address = None
        if only == "messenger" or (config.sscp.url and only is None):
            door = _door_elsewhere(config)
        else:
            door, sip_address = await _start_manager(config, stack)
        tsp_port = None
        if only != "manager":
            parts = await _start_messenger(config, stack, door)
            tsp_port = await _start_tsp(config, stack, parts.messenger)
        yield System(door.url, tsp_port, sip_address)


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
        check_limit()
        elsewhere = bool(config.sscp.url) or await _manager_runs(config)
        if elsewhere:
            door = _door_elsewhere(config, credentials)
        else:
            door, _ = await _start_manager(config, stack)
        parts = await _start_messenger(config, stack, door, on_token)
        parts = replace(parts, holds_calls=not elsewhere)
        try:
            parts = replace(parts, tsp_port=await _start_tsp(config, stack, parts.messenger))
        except (OSError, ConfigError) as error:
            parts = replace(parts, tsp_problem=str(error))
        yield parts


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
    """A part names the key that is wrong; which file set it, only the configuration knows."""
    try:
        yield
    except ConfigError as error:
        if error.key and "configuration" in error.file:
            raise config.error(error.key, error.what, error.fix) from error
        raise


async def _serve(config: Config, only: Only | None) -> None:
    stop = asyncio.Event()
    with _stopping(stop):
        async with running(config, only) as system:
            _announce(system)
            await stop.wait()
            logger.info("stopping")
    logger.info("stopped")


@contextmanager
def _stopping(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at the first of `END_SIGNALS`, raise at the second. Works on Windows' loop as well."""
    loop = asyncio.get_running_loop()

    def on_signal(_number: int, _frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
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
    if system.tsp_port is not None:
        logger.info("Smart Messenger takes TSP sessions on port %d", system.tsp_port)


# The Call Manager


async def _start_manager(config: Config, stack: AsyncExitStack) -> tuple[_Door, tuple[str, int] | None]:
    held = stack.enter_context(opened(config.state.dir))
    state = held.path
    log = stack.enter_context(contextlib.closing(CallLog(state / "calls.sqlite")))
    if log.orphans:
        logger.warning("%d calls were live when this last ended; closed with cause failure", log.orphans)
    users = stack.enter_context(contextlib.closing(open_users(config, state, makes_do=True)))
    audit = stack.enter_context(contextlib.closing(_audit_log(config)))
    switch, sip_address = open_switch(config)
    terminals = [Terminal(entry.id, entry.name) for entry in config.terminals]
    manager = CallManager(switch, terminals, users, log, rules=dial_rules(config), audit=audit)
    listen = config.sscp.listen
    pair = shown_pair(config)
    if pair is not None:
        write_shown(config, pair)
        stack.callback(asyncio.create_task(keep_certificate(config, pair)).cancel)
    server = SscpServer(
        manager,
        listen.host,
        listen.port,
        pair.context if pair is not None else None,
        origins=config.sscp.origins,
        authenticator=open_authenticator(config, users),
        proxies=TrustedProxies(networks(config.sscp.trusted_proxies), config.sscp.proxy_header),
        places=Places(config.auth.local_networks),
    )
    stack.push_async_callback(switch.stop)
    await switch.start()
    stack.push_async_callback(server.stop)
    with _listening(config, "sscp.listen", listen):
        await server.start()
    token_file = config.state.local_token
    with contextlib.suppress(OSError):
        keep_token(token_file, users.local_token)
    stack.callback(_forget_token, token_file)
    stack.callback(asyncio.create_task(_keep_state(held, token_file, users.local_token)).cancel)
    if config.discovery.announce:
        from offhook.discovery import announced  # off by default, and then not even imported

        own = config.discovery
        await stack.enter_async_context(
            announced(own.name, own.host, listen.host, server.port, tls=pair is not None)
        )
    scheme = "wss" if config.sscp.tls_certificate else "ws"
    here = listen.here
    host = f"[{here.host}]" if ":" in here.host else here.host
    url = f"{scheme}://{host}:{server.port}"
    trust = None if pair is None else lambda: trusting_exactly([pair.pem])
    return _Door(url, Credentials(token=users.local_token), trust), sip_address()


async def _keep_state(held: StateFolder, file: Path, token: str) -> None:
    """The folder stays ours, and the token of this account's programs where they look for it, once the disk
    takes it."""
    problem = ""
    while True:
        try:
            await asyncio.to_thread(held.keep)
            await asyncio.to_thread(keep_token, file, token)
            problem = ""
        except ConfigError as error:
            if str(error) != problem:
                logger.error("%s", error)
            problem = str(error)
        except OSError as error:
            if str(error) != problem:
                logger.error(
                    "%s cannot be written (%s): programs of this account cannot log in until it can. Check"
                    " the disk", file, error.strerror or error,
                )  # fmt: skip
            problem = str(error)
        await asyncio.sleep(TOKEN_S)


def _forget_token(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _audit_log(config: Config) -> AuditLog:
    auth = config.auth
    return AuditLog(config.state.dir, keep_days=auth.audit_days, max_bytes=auth.audit_mb * 1_000_000)


# The Smart Messenger


async def _start_messenger(
    config: Config, stack: AsyncExitStack, door: _Door, on_token: Callable[[str], None] | None = None
) -> MessengerParts:
    rules = address_rules(config)
    directory = open_directory(config)
    stack.push_async_callback(directory.stop)
    await directory.start()
    messenger = Messenger(
        lambda address: normalise(address, rules),
        name_of=directory.name_of if config.directory.sources else None,
        default_terminal=config.tsp.terminal or None,
        terminals=[entry.id for entry in config.terminals] or None,
    )
    client = SscpClient(
        door.url,
        door.credentials,
        tls=door.tls,
        on_call=messenger.on_call,
        on_terminal=messenger.on_terminal,
        on_link=messenger.on_link,
        on_token=on_token,
    )
    messenger.attach(client)
    stack.push_async_callback(messenger.stop)
    stack.push_async_callback(client.stop)
    await client.start()
    try:
        await client.connected_once(LINK_LIMIT_S)
    except CallError as error:
        logger.warning("%s; trying on, and refusing calls meanwhile", error)
    return MessengerParts(messenger, client, directory)


async def _start_tsp(config: Config, stack: AsyncExitStack, messenger: Messenger) -> int:
    make_folder(config.state.dir)
    audit = stack.enter_context(contextlib.closing(_audit_log(config)))

    def note(act: Act) -> None:
        audit.record(
            Event(act.event),
            act.result,
            door="tsp",
            source=act.peer,
            terminal=act.terminal,
            number=act.number,
            call=act.call,
        )

    token = make_secret(config.tsp.token_file, "tsp.token_file")
    server = TspServer(
        messenger,
        config.tsp.listen.host,
        config.tsp.listen.port,
        token=token if config.tsp.require_token else None,
        require_token=config.tsp.require_token,
        max_sessions=config.tsp.max_sessions,
        on_act=note,
    )
    stack.push_async_callback(server.stop)
    await server.start()
    if config.tsp.require_token:
        watching = asyncio.create_task(_follow_token(config.tsp.token_file, server))
        stack.callback(watching.cancel)
    return server.port


async def _follow_token(file: Path, server: TspServer) -> None:
    """Take over a token that was made anew, by `offhook token` or by hand."""
    seen = _stamp(file)
    while True:
        await asyncio.sleep(FOLLOW_S)
        now = _stamp(file)
        if now == seen:
            continue
        seen = now
        try:
            server.set_token(make_secret(file, "tsp.token_file"))
        except ConfigError as error:
            logger.error("%s; the old token still holds", error)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.lstat()
    except OSError:
        return (0, 0)
    return status.st_mtime_ns, status.st_ino


def _door_elsewhere(config: Config, credentials: Credentials | None = None) -> _Door:
    """Where `sscp.url` says; without it a Call Manager of this account on this machine.

    `credentials` replace those of the configuration for the former. Raises `ConfigError` when there are none.
    """
    url = config.sscp.url
    if not url:
        here = config.sscp.listen.here
        host = f"[{here.host}]" if ":" in here.host else here.host
        url = f"{'wss' if config.sscp.tls_certificate else 'ws'}://{host}:{here.port}"
    if not config.sscp.url:
        credentials = Credentials(token_file=config.state.local_token)
    elif credentials is None:
        config.check_login()
        credentials = Credentials(config.sscp.user, config.sscp.password)
    trust = partial(client_context, config, url) if config.sscp.url else partial(own_context, config)
    trust()  # what is wrong with it is to be told now, not at each attempt
    return _Door(url, credentials, trust)


@contextmanager
def _listening(config: Config, key: str, listen: Listen) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise config.error(key, *why_not(error, listen.host, listen.port, key)) from error
