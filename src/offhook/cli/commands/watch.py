"""`offhook watch`."""

import asyncio
import json
import sys
import time
from argparse import ArgumentParser, Namespace

from offhook.call import Call, CallState, Terminal, live
from offhook.cli.calltable import colour_of
from offhook.cli.colour import YELLOW, paint
from offhook.cli.common import add_config, add_json
from offhook.cli.managersession import config_for_login, manager, run_session
from offhook.cli.show import (
    call_fields,
    came_by,
    outcome,
    party,
    safe,
    span,
    table,
    terminal_fields,
    terminal_state,
)
from offhook.common.clock import Stopwatch
from offhook.errors import CallError, Refusal
from offhook.sscp.client import SscpClient

SUMMARY = """Show phones and calls as they change, until Ctrl-C. On a terminal it is a table that is kept up
to date; into a file or a pipe it is one line for each change."""

EXAMPLES = """\
  offhook watch
  offhook watch --terminal 4000
  offhook watch --json | jq ."""

REDRAW_S = 1.0
"""The table's durations count in seconds."""

CLEAR = "\x1b[H\x1b[J"
EVERY = "*"


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--terminal", metavar="T", help="this phone only")
    add_config(parser)
    add_json(parser, "print one line of JSON for each change")


def run(options: Namespace) -> int:
    """Until interrupted. Raises `CallError`."""
    return run_session(_watch(options))


async def _watch(options: Namespace) -> int:
    view: _Table | _Lines = _Lines(options.json) if options.json or not sys.stdout.isatty() else _Table()
    config = config_for_login(options)
    async with manager(
        config, on_call=view.on_call, on_terminal=view.on_terminal, on_link=view.on_link
    ) as client:
        for call in await _begin(client, options.terminal):
            view.on_call(call)
        await view.show()
    return 0


async def _begin(client: SscpClient, terminal: str | None) -> list[Call]:
    """Watch one phone, or all that this user may use or watch; their live calls."""
    if terminal is not None:
        return await client.watch(terminal)
    try:
        return await client.watch(EVERY)
    except CallError as error:
        if error.refusal is not Refusal.NOT_ALLOWED:
            raise
    phones = await client.terminals(watched=True)
    found = await asyncio.gather(*(client.watch(one.id) for one in phones))
    return [call for calls in found for call in calls]


def _happens(call: Call) -> str:
    way = came_by(call)
    return f"{outcome(call)} ({way})" if way else outcome(call)


class _Lines:
    """One line a change."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._broken = asyncio.get_running_loop().create_future()

    def on_call(self, call: Call) -> None:
        self._print(
            {"type": "call", **call_fields(call)},
            f"{call.terminal}  {party(call.caller)} -> {party(call.callee)}  {_happens(call)}  {call.id}",
        )

    def on_terminal(self, terminal: Terminal) -> None:
        state = terminal_state(terminal).replace("ready", "in service", 1)
        fields: dict[str, object] = {"type": "terminal", **terminal_fields(terminal)}
        self._print(fields, f"{terminal.id}  {safe(terminal.name)}  {state}")

    def on_link(self, up: bool) -> None:
        self._print(
            {"type": "link", "up": up}, "Call Manager connected" if up else "Call Manager lost; reconnecting"
        )

    async def show(self) -> None:
        await self._broken

    def _print(self, fields: dict[str, object], text: str) -> None:
        now = time.time()
        try:
            if self._json:
                print(json.dumps({"time": round(now, 3), **fields}, ensure_ascii=False), flush=True)
            else:
                print(f"{time.strftime('%H:%M:%S', time.localtime(now))}  {text}", flush=True)
        except BrokenPipeError as error:
            if not self._broken.done():
                self._broken.set_exception(error)


class _Table:
    """A table on the terminal, drawn anew at each change and each second."""

    def __init__(self) -> None:
        self._terminals: dict[str, Terminal] = {}
        self._calls: dict[str, Call] = {}
        self._lasting: dict[str, Stopwatch] = {}
        self._up = True
        self._changed = asyncio.Event()

    def on_call(self, call: Call) -> None:
        before = self._calls.pop(call.id, None)
        if live(call):
            self._calls[call.id] = call
            if before is None:
                self._lasting[call.id] = Stopwatch(call.connected or call.started)
            elif call.state is CallState.CONNECTED and before.state is not CallState.CONNECTED:
                self._lasting[call.id] = Stopwatch()
        else:
            self._lasting.pop(call.id, None)
        self._changed.set()

    def on_terminal(self, terminal: Terminal) -> None:
        self._terminals[terminal.id] = terminal
        self._changed.set()

    def on_link(self, up: bool) -> None:
        self._up = up
        self._changed.set()

    async def show(self) -> None:
        while True:
            self._changed.clear()
            print(CLEAR + "\n".join(self._lines()), flush=True)
            try:
                async with asyncio.timeout(REDRAW_S):
                    await self._changed.wait()
            except TimeoutError:
                pass

    def _lines(self) -> list[str]:
        rows = [("PHONE", "NAME", "STATE", "FROM", "TO", "FOR")]
        colours = [""]
        for terminal in sorted(self._terminals.values(), key=lambda one: one.id):
            calls = [call for call in self._calls.values() if call.terminal == terminal.id]
            idle = terminal_state(terminal)
            shown = [
                (
                    _happens(call),
                    party(call.caller),
                    party(call.callee),
                    span(self._lasting[call.id].seconds()),
                )
                for call in calls
            ]
            name = safe(terminal.name)
            rows.extend((terminal.id, name, *state) for state in shown or [(idle, "", "", "")])
            colours += [colour_of(call) for call in calls] or ["" if terminal.in_service else YELLOW]
        trouble = [] if self._up else ["", "Call Manager lost; reconnecting. What is shown may be old."]
        lines = [paint(line, colour, sys.stdout) for line, colour in zip(table(rows), colours, strict=True)]
        return [*lines, *trouble]
