"""Builds and starts the Call Manager: its stores, its switch, and the server of the SSCP session."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from offhook.assembly.access import dial_rules, groups, open_authenticator, open_users
from offhook.assembly.database import (
    audit_entries,
    audit_log,
    claimed_server,
    open_calls,
    open_outbox,
    open_phones,
)
from offhook.assembly.directory import open_directory
from offhook.assembly.drain import SendAway, together_away
from offhook.assembly.files import check_users
from offhook.assembly.metrics import Meters
from offhook.assembly.switches import open_switch
from offhook.assembly.tls import keep_certificate, shown_pair, write_shown
from offhook.call import Terminal
from offhook.common.listening import bind_problem
from offhook.common.network import RateLimitKeys, host_port
from offhook.common.statefolder import StateFolder, opened
from offhook.common.tlspair import WatchedPair
from offhook.config import Config, Listen
from offhook.directory import DirectoryCache
from offhook.errors import ConfigError
from offhook.manager.localtoken import keep_token
from offhook.manager.login import Logins
from offhook.manager.ports import AuditLog
from offhook.manager.service import CallManager
from offhook.sscp.server import SscpServer

logger = logging.getLogger(__name__)

KEEP_S = 5.0
"""How often it is checked whether the state folder's lock and `local.token` still exist."""


@dataclass(frozen=True, slots=True)
class RunningManager:
    """A Call Manager of this process, where others reach it, and where phones register (None: at a PBX).

    `directory` is the one of this process, already started: only if the Call Manager has use for it.
    """

    manager: CallManager
    url: str
    sip_address: tuple[str, int] | None
    http_url: str = ""
    directory: DirectoryCache | None = None
    send_away: SendAway | None = None
    audit: AuditLog | None = None
    """Its audit log; what is recorded by this is not counted."""


async def start_manager(
    config: Config, stack: AsyncExitStack, meters: Meters | None = None
) -> RunningManager:
    """Start the Call Manager, and add what stops it to `stack`. `meters` measure it. Raises `ConfigError`."""
    meters = meters or Meters(on=False)
    held = stack.enter_context(opened(config.state.dir))
    state = held.path
    database, database_problem = await asyncio.to_thread(claimed_server, config, stack)
    meters.check("database", database_problem)
    switch, sip_address = open_switch(config, database)
    log = stack.enter_context(contextlib.closing(open_calls(config, state, database, switch.acts_for)))
    if log.orphans:
        logger.warning("%d calls were live when this last ended; closed with cause failure", log.orphans)
    users = stack.enter_context(contextlib.closing(open_users(config, state, database, fault_tolerant=True)))
    check_users(config, users.count())
    audit_file = stack.enter_context(contextlib.closing(audit_log(config, database)))
    audit = meters.audit(audit_file)
    meters.store("call log", log)
    meters.store("audit log", audit_file)
    terminals = [Terminal(entry.id, entry.name) for entry in config.terminals]
    together = groups(config)
    manager = CallManager(switch, terminals, log, rules=dial_rules(config), audit=audit, groups=together)
    manager.nodes.name = config.cluster.node or config.state.node
    pair = _shown(config, stack)
    places = RateLimitKeys(config.auth.local_networks)
    logins = Logins(open_authenticator(config, users), audit, places, groups=together)
    meters.manager(manager, logins)
    server = SscpServer(
        manager,
        logins,
        config.sscp,
        pair.context if pair is not None else None,
        places=places,
    )
    phones = None
    if config.provisioning.on:
        from offhook.assembly.provisioning import PhoneProvisioning  # off by default

        desk = manager.phones
        phones = PhoneProvisioning(config, switch, audit, places, desk.tell_stranger, desk.note_change)
        await phones.start(stack, open_phones(config, state, database, fault_tolerant=True))
    stack.push_async_callback(switch.stop)
    await switch.start()
    stack.push_async_callback(server.stop)
    meters.sessions("sscp", lambda: server.sessions)
    with _listening(config, "sscp.listen", config.sscp.listen):
        await server.start()
    directory, http_url = None, ""
    send_away: list[SendAway] = [server.send_away]
    names = bool(config.trunks and config.directory.sources)
    if config.http.listen is not None or config.webhooks or phones is not None or names:
        directory = await _directory(config, stack)
    if names and directory is not None:
        switch.know_names(directory.name_of)
    if phones is not None:
        assert directory is not None
        await phones.listen(stack, directory)
        manager.phones.open(
            phones.administered(stack, open_phones(config, state, database, fault_tolerant=True)),
            phones.look,
        )
    if config.webhooks:
        from offhook.assembly.webhooks import start_webhooks

        assert directory is not None
        await start_webhooks(config, stack, open_outbox(config, state, database), manager, directory)
    if config.http.listen is not None:
        from offhook.assembly.http import start_http
        from offhook.assembly.officefile import ConfiguredOffice
        from offhook.manager.administration import Administration
        from offhook.manager.office import Office

        assert directory is not None
        http_url, http_send_away = await start_http(
            config,
            stack,
            manager,
            logins,
            meters,
            shown=pair,
            places=places,
            directory=directory,
            administration=Administration(
                users, dial_rules(config), together, audit, lambda: audit_entries(config, database)
            ),
            office=Office(ConfiguredOffice(config), audit),
        )
        send_away.append(http_send_away)
    _let_local_programs_in(config, stack, held, users.local_token)
    await _announce(config, stack, server.port, tls=pair is not None)
    scheme = "wss" if config.sscp.tls_certificate else "ws"
    url = f"{scheme}://{host_port(config.sscp.listen.here.host, server.port)}"
    return RunningManager(
        manager, url, sip_address(), http_url, directory, together_away(send_away), audit_file
    )


def _shown(config: Config, stack: AsyncExitStack) -> WatchedPair | None:
    """The certificate that SSCP shows, which is looked at from now on; None without TLS."""
    pair = shown_pair(config)
    if pair is not None:
        write_shown(config, pair)
        stack.callback(asyncio.create_task(keep_certificate(config, pair)).cancel)
    return pair


def _let_local_programs_in(config: Config, stack: AsyncExitStack, held: StateFolder, token: str) -> None:
    """Programs of this account find the token in a file until the end."""
    file = config.state.local_token
    with contextlib.suppress(OSError):
        keep_token(file, token)
    stack.callback(_forget_token, file)
    stack.callback(asyncio.create_task(_keep_state(held, file, token)).cancel)


async def _announce(config: Config, stack: AsyncExitStack, port: int, *, tls: bool) -> None:
    """Have it found by DNS-SD, where that is configured."""
    if config.discovery.announce:
        from offhook.sscp.discovery import announced  # off by default, and then not even imported

        own = config.discovery
        await stack.enter_async_context(announced(own.name, own.host, config.sscp.listen.host, port, tls=tls))


async def _directory(config: Config, stack: AsyncExitStack) -> DirectoryCache:
    """The directory, which the Smart Messenger of the same process uses as well."""
    directory = open_directory(config)
    stack.push_async_callback(directory.stop)
    await directory.start()
    return directory


async def _keep_state(held: StateFolder, file: Path, token: str) -> None:
    """Keep the lock on the folder, and write `local.token` again if it is
    missing, as soon as the disk allows it."""
    problem = ""
    while True:
        try:
            await asyncio.to_thread(_keep, held, file, token)
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
        await asyncio.sleep(KEEP_S)


def _keep(held: StateFolder, file: Path, token: str) -> None:
    held.keep()
    keep_token(file, token)


def _forget_token(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


@contextmanager
def _listening(config: Config, key: str, listen: Listen) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise config.error(key, *bind_problem(error, listen.host, listen.port, key)) from error
