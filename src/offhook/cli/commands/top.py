"""`offhook top`."""

import asyncio
import json
import shutil
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from offhook.cli.colour import paint
from offhook.cli.common import OK, USAGE, add_config, add_json, complain
from offhook.cli.managersession import config_for_login, manager, run_session, url_of
from offhook.cli.topview import Top
from offhook.errors import CallError
from offhook.sscp.client import SscpClient

SUMMARY = """Show how much is going on, until q or Ctrl-C: the nodes of a cluster, phones in service, calls,
how many began and failed within a minute, trunks, and the calls that last. The key s sorts them in another
way. With --once it is shown once; how much happens a second is then not known yet."""

EXAMPLES = """\
  offhook top
  offhook top --once
  offhook top --once --json | jq .calls"""

REDRAW_S = 1.0
"""Durations count in seconds."""

ASK_S = 3.0
"""How often trunks and nodes are asked for."""

EVERY = "*"

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""The alternate screen without a cursor, so that what was on the terminal is there again afterwards."""

HOME, CLEAR_LINE, CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--once", action="store_true", help="show it once")
    add_config(parser)
    add_json(parser, "print it as JSON; with --once only")


def run(options: Namespace) -> int:
    """Until q, or once. Raises `CallError`."""
    if options.json and not options.once:
        complain("--json goes with --once; what changes is told by: offhook watch --json")
        return USAGE
    if not options.once and not sys.stdout.isatty():
        complain("this is no terminal; take --once")
        return USAGE
    return run_session(_top(options))


async def _top(options: Namespace) -> int:
    config = config_for_login(options)
    top = Top(url_of(config), wall=time.time)

    def on_link(up: bool) -> None:
        top.up = up

    async with manager(config, on_call=top.on_call, on_terminal=top.on_terminal, on_link=on_link) as client:
        await _begin(client, top)
        if options.json:
            print(json.dumps(top.figures(), ensure_ascii=False))
        elif options.once:
            size = shutil.get_terminal_size()
            for text, colour in top.lines(size.columns, 1_000, time.strftime("%H:%M:%S"))[:-1]:
                print(paint(text, colour, sys.stdout))
        else:
            await _show(client, top)
    return OK


async def _begin(client: SscpClient, top: Top) -> None:
    """Watch all phones, or those of this user; what is live is told."""
    try:
        calls = await client.watch(EVERY)
        phones = await client.terminals()
    except CallError:
        phones = await client.terminals(watched=True)
        found = await asyncio.gather(*(client.watch(one.id) for one in phones))
        calls = [call for own in found for call in own]
    for terminal in phones:
        top.on_terminal(terminal)
    for call in calls:
        top.on_call(call)
    await _ask(client, top)
    top.begin()


async def _ask(client: SscpClient, top: Top) -> None:
    """Only administrators may see trunks and nodes, and the session may be away just now."""
    with suppress(CallError):
        top.trunks = await client.trunks()
        top.nodes = await client.nodes()


async def _show(client: SscpClient, top: Top) -> None:
    over, changed = asyncio.Event(), asyncio.Event()

    def on_key(key: str) -> None:
        if key in ("q", "Q", "\x03", "\x04", ""):  # nothing: the terminal is gone
            over.set()
        elif key in ("s", "S"):
            top.next_order()
        changed.set()

    asked = time.monotonic()
    with _screen(), _keys(on_key):
        while not over.is_set():
            changed.clear()
            _draw(top)
            await _wait(changed)
            if top.up and top.trunks is not None and time.monotonic() - asked > ASK_S:
                asked = time.monotonic()
                await _ask(client, top)


async def _wait(changed: asyncio.Event) -> None:
    """Until something has changed, or it is time to draw anew."""
    with suppress(TimeoutError):
        async with asyncio.timeout(REDRAW_S):
            await changed.wait()


def _draw(top: Top) -> None:
    size = shutil.get_terminal_size()
    lines = top.lines(size.columns, size.lines, time.strftime("%H:%M:%S"))
    shown = "\n".join(paint(text, colour, sys.stdout) + CLEAR_LINE for text, colour in lines)
    sys.stdout.write(HOME + shown + CLEAR_BELOW)
    sys.stdout.flush()


@contextmanager
def _screen() -> Iterator[None]:
    sys.stdout.write(ENTER)
    sys.stdout.flush()
    try:
        yield
    finally:
        sys.stdout.write(LEAVE)
        sys.stdout.flush()


@contextmanager
def _keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Each key as it is pressed. Where the terminal cannot (Windows, no keyboard) there is only Ctrl-C."""
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield
        return
    import os
    import termios
    import tty

    file, loop = sys.stdin.fileno(), asyncio.get_running_loop()
    before = termios.tcgetattr(file)
    tty.setcbreak(file)
    loop.add_reader(file, lambda: on_key(os.read(file, 1).decode("latin-1")))
    try:
        yield
    finally:
        loop.remove_reader(file)
        termios.tcsetattr(file, termios.TCSADRAIN, before)
