"""Commands for calls and phones: each goes by the Smart Messenger's core, over a session to the Call Manager.

So a call may be named as everywhere, by its id, by the other party's number or not at all, and a number may
be written in any way.
"""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from offhook.address import normalise
from offhook.assembly.directory import address_rules
from offhook.call import Call, Command, Result, Terminal
from offhook.call.refusals import with_step
from offhook.cli.calltable import calls_table
from offhook.cli.common import OK, add_config
from offhook.cli.managersession import config_for_login, manager, run_session
from offhook.cli.quiet import silent
from offhook.cli.show import call_fields
from offhook.errors import AddressError, CallError, Refusal
from offhook.messenger import Messenger
from offhook.sscp.client import SscpClient

MOST_NAMED = 8
"""Phones that are named when somebody has to say which."""


def add_other(parser: ArgumentParser) -> None:
    """`--with CALLID`, the second of two calls."""
    parser.add_argument(
        "--with",
        dest="other",
        metavar="CALLID",
        default="",
        help="the second call, if not the related one",
    )


def add_phone(parser: ArgumentParser) -> None:
    """`--terminal T` and `--config FILE`."""
    parser.add_argument("--terminal", metavar="T", default="", help="of this phone; yours if not given")
    add_config(parser)


def add_call(parser: ArgumentParser, which: str, *, option: bool = False) -> None:
    """The call: `[NUMBER|CALLID]`, or as an `option` `--call`."""
    name, more = ("--call", {}) if option else ("call", {"nargs": "?"})
    parser.add_argument(
        name,
        metavar="NUMBER|CALLID",
        default="",
        help=f"the other party's number, or the call's id; without it {which}",
        **more,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Phone:
    """One's own phone, and who carries out commands for it."""

    terminal: str
    client: SscpClient
    messenger: Messenger

    async def perform(self, command: Command[Result]) -> Result:
        """Have the command carried out. Raises `CallError` with the next step."""
        try:
            return await self.messenger.perform(command)
        except CallError as error:
            raise CallError(error.refusal, with_step(error)) from error.__cause__

    async def state(self) -> Terminal:
        """The phone as it is now. Raises `CallError` with the next step."""
        found: list[Terminal] = []
        leave = self.messenger.watch_terminals(found.append)
        try:
            await self.client.watch(self.terminal)
        except CallError as error:
            raise CallError(error.refusal, with_step(error)) from error
        finally:
            leave()
        return found[-1]


@asynccontextmanager
async def own_phone(options: Namespace) -> AsyncIterator[Phone]:
    """A session to the Call Manager, and the phone that is meant there. Raises `CallError`."""
    config = config_for_login(options)
    messenger = Messenger(partial(normalise, rules=address_rules(config)))
    watched = manager(
        config, on_call=messenger.on_call, on_terminal=messenger.on_terminal, on_link=messenger.on_link
    )
    with silent("offhook.messenger"):
        async with watched as client:
            messenger.attach(client)
            try:
                terminal = options.terminal or config.tsp.terminal or await _only(client)
                yield Phone(terminal, client, messenger)
            finally:
                await messenger.stop()


def on_phone(options: Namespace, work: Callable[[Phone], Coroutine[Any, Any, int]]) -> int:
    """Do the work with one's own phone; the exit code.

    Raises `CallError` with the next step, `AddressError` with who may be meant.
    """

    async def session() -> int:
        async with own_phone(options) as phone:
            return await work(phone)

    try:
        return run_session(session())
    except CallError as error:
        if isinstance(error.__cause__, AddressError):
            _explain(options, error)
        raise


def perform(options: Namespace, make: Callable[[str], Command[object]]) -> int:
    """Carry out the command that `make` makes for the phone; the exit code. Raises as `on_phone` does."""

    async def work(phone: Phone) -> int:
        await phone.perform(make(phone.terminal))
        return OK

    return on_phone(options, work)


def begin_call(options: Namespace, make: Callable[[str], Command[Call]]) -> int:
    """The same for a command that begins a call, which is printed."""

    async def work(phone: Phone) -> int:
        call = await phone.perform(make(phone.terminal))
        if options.json:
            print(json.dumps(call_fields(call), ensure_ascii=False))
        else:
            print("\n".join(calls_table([call], time.time())))
        return OK

    return on_phone(options, work)


async def _only(client: SscpClient) -> str:
    """The phone of who does not say which, at a Call Manager elsewhere."""
    ids = [one.id for one in await client.terminals()]
    if not ids:
        raise CallError(
            Refusal.NO_SUCH_TERMINAL,
            "you may use no phone there; an administrator gives one",
        )
    if len(ids) > 1:
        more = ", ..." if len(ids) > MOST_NAMED else ""
        raise CallError(
            Refusal.BAD_REQUEST,
            f"you have several phones; say which with --terminal: {', '.join(ids[:MOST_NAMED])}{more}",
        )
    return ids[0]


def _explain(options: Namespace, error: CallError) -> None:
    """Raises `AddressError`, with who may have been meant, where the address could not be read."""
    from offhook.cli.meant import advice  # it takes its time, and nothing is called any more

    if words := advice(config_for_login(options), options.address or ""):
        raise AddressError(words) from error
