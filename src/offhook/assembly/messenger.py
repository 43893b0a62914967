"""Builds and starts the Smart Messenger: its way to the Call Manager, its directory, the TSP server."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from offhook.address import normalise
from offhook.assembly.database import audit_log
from offhook.assembly.directory import address_rules, open_directory
from offhook.assembly.metrics import Meters
from offhook.common.statefolder import make_folder
from offhook.config import Config, make_secret
from offhook.directory import DirectoryCache
from offhook.errors import CallError, ConfigError
from offhook.manager.audit import Event
from offhook.manager.locallink import LocalLink
from offhook.manager.ports import AuditLog
from offhook.manager.service import CallManager
from offhook.messenger import ManagerClient, Messenger
from offhook.tsp.auditrecord import AuditRecord
from offhook.tsp.server import TspServer

if TYPE_CHECKING:
    from offhook.assembly.elsewhere import ManagerAddress

logger = logging.getLogger(__name__)

MAX_READ = 256
"""Numbers whose reading is remembered. With the longest texts that are read, of 8 KiB, this takes 2 MiB."""

FOLLOW_S = 2.0
"""How often files are checked that may change while the process runs."""

LINK_LIMIT_S = 5.0
"""How long the start waits for the Call Manager; then the Smart Messenger serves and keeps trying."""


@dataclass(frozen=True, slots=True)
class MessengerParts:
    """A running Smart Messenger, for the window: core, link to the Call Manager, directory.

    `tsp_problem` is why it accepts no TSP sessions. `holds_calls`: the Call Manager runs in
    this process, and the phones have no switch without it; `busy` is whether any of them is in a call then.
    """

    messenger: Messenger
    client: ManagerClient
    directory: DirectoryCache
    tsp_port: int | None = None
    tsp_problem: str | None = None
    holds_calls: bool = False
    busy: Callable[[], bool] = lambda: False


Reach = Callable[[Messenger], ManagerClient]
"""The way to the Call Manager, not started yet, for a Smart Messenger."""


def over_sscp(address: ManagerAddress, on_token: Callable[[str], None] | None = None) -> Reach:
    """To a Call Manager of another process."""
    from offhook.sscp.client import SscpClient  # a process that holds all does not need it

    return lambda messenger: SscpClient(
        address.url,
        address.credentials,
        tls=address.tls,
        on_call=messenger.on_call,
        on_terminal=messenger.on_terminal,
        on_link=messenger.on_link,
        on_trunk=messenger.on_trunk,
        on_phones=messenger.on_phones,
        on_token=on_token,
    )


def in_process(manager: CallManager) -> Reach:
    """To a Call Manager of this process."""
    return lambda messenger: LocalLink(
        manager,
        on_call=messenger.on_call,
        on_terminal=messenger.on_terminal,
        on_link=messenger.on_link,
        on_trunk=messenger.on_trunk,
        on_phones=messenger.on_phones,
    )


async def start_messenger(
    config: Config, stack: AsyncExitStack, reach: Reach, directory: DirectoryCache | None = None
) -> MessengerParts:
    """Start the Smart Messenger, and add what stops it to `stack`. If the
    Call Manager is down, it keeps trying. `directory` is one that this process has started already."""
    rules = address_rules(config)
    if directory is None:
        directory = open_directory(config)
        stack.push_async_callback(directory.stop)
        await directory.start()
    messenger = Messenger(
        # The same numbers are dialled again and again, and reading one takes up to 0.1 ms.
        lru_cache(MAX_READ)(lambda address: normalise(address, rules)),
        name_of=directory.name_of if config.directory.sources else None,
        default_terminal=config.tsp.terminal or None,
        terminals=[entry.id for entry in config.terminals] or None,
    )
    client = reach(messenger)
    messenger.attach(client)
    stack.push_async_callback(messenger.stop)
    stack.push_async_callback(client.stop)
    await client.start()
    try:
        await client.connected_once(LINK_LIMIT_S)
    except CallError as error:
        logger.warning("%s; trying on, and refusing calls meanwhile", error)
    return MessengerParts(messenger, client, directory)


async def start_tsp(
    config: Config,
    stack: AsyncExitStack,
    messenger: Messenger,
    meters: Meters | None = None,
    audit: AuditLog | None = None,
) -> int:
    """Serve TSP sessions, which `meters` count; returns the port. `audit` is the log of the Call Manager of
    this process. Raises `ConfigError` and `OSError`."""
    make_folder(config.state.dir)
    log = audit or stack.enter_context(contextlib.closing(audit_log(config)))

    def note(record: AuditRecord) -> None:
        if meters is not None and record.event == Event.LOGIN.value:  # the Call Manager counts the rest
            meters.requests.add(record.event, "tsp", record.result)
        log.record(
            Event(record.event),
            record.result,
            door="tsp",
            source=record.peer,
            terminal=record.terminal,
            number=record.number,
            call=record.call,
        )

    token = make_secret(config.tsp.token_file, "tsp.token_file")
    server = TspServer(
        messenger,
        config.tsp,
        token=token if config.tsp.require_token else None,
        on_audit=note,
    )
    stack.push_async_callback(server.stop)
    if meters is not None:
        meters.sessions("tsp", lambda: server.sessions)
    await server.start()
    if config.tsp.require_token:
        watching = asyncio.create_task(_follow_token(config.tsp.token_file, server))
        stack.callback(watching.cancel)
    return server.port


async def _follow_token(file: Path, server: TspServer) -> None:
    """Load the token when it has changed, by `offhook token` or by hand."""
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
