"""What `offhook up` shows on a terminal: where it is reached, then a line for each change."""

import asyncio
import time
from collections.abc import Callable, Sequence

from offhook import __version__
from offhook.assembly.run import System
from offhook.call import Call, Direction, Terminal, live
from offhook.cli.calltable import colour_of
from offhook.cli.colour import BOLD, DIM, GREEN, YELLOW
from offhook.cli.managersession import manager
from offhook.cli.show import came_by, last_failure, outcome, party, safe, span
from offhook.common.listening import phone_hosts
from offhook.config import Config
from offhook.errors import CallError

Say = Callable[[str, str], None]
"""Prints a text in a colour."""

MOST_NAMED = 8
"""Phones that are named in one line."""

LINES_A_SECOND = 20
"""More than this nobody reads, and a slow terminal would keep the calls waiting."""


def heading(config: Config, system: System, say: Say) -> None:
    """Where phones and programs reach what runs."""
    say(f"Offhook {__version__} runs. Ctrl-C ends it.", BOLD)
    if system.sip_address is not None:
        host, port = system.sip_address
        hosts = " or ".join(phone_hosts(host)) or "this machine"
        here = " (from this machine only)" if host.startswith("127.") or host == "::1" else ""
        say(f"  phones register at  {hosts}, port {port}{here}", "")
    if system.tsp_port is not None:
        say(f"  programs dial at    {config.tsp.listen.host}, port {system.tsp_port} (TSP)", "")
    if system.http_url:
        say(f"  web page            {system.http_url}/", "")
    say(f"  Call Manager        {system.sscp_url}", "")


async def follow(config: Config, say: Say) -> None:
    """Say what changes, until cancelled."""
    changes = Changes(say)
    try:
        async with manager(
            config, on_call=changes.on_call, on_terminal=changes.on_terminal, quiet=False
        ) as client:
            await client.watch("*")
            changes.begin(await client.terminals())
            await asyncio.get_running_loop().create_future()
    except CallError as error:
        say(f"  What changes cannot be shown here: {error}", YELLOW)


class Changes:
    """A line for each change; a call between two phones of the site is told once, as its caller's."""

    def __init__(self, say: Say, clock: Callable[[], float] = time.time) -> None:
        self._say, self._clock = say, clock
        self._begun = False
        self._phones: dict[str, Terminal] = {}
        self._calls: dict[str, str] = {}
        self._second, self._said, self._unsaid = 0, 0, 0

    def begin(self, terminals: Sequence[Terminal]) -> None:
        """Tell how things are, and from here on what changes."""
        self._phones = {one.id: one for one in terminals}
        for words, there in (("registered", True), ("not registered", False)):
            names = [_name(one) for one in terminals if one.in_service is there]
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            if names:
                self._say(
                    f"  {words + ':':<19} {', '.join(names[:MOST_NAMED])}{more}", GREEN if there else ""
                )
        self._say("", "")
        self._begun = True

    def on_terminal(self, terminal: Terminal) -> None:
        """A phone comes, goes, or fails to register."""
        before = self._phones.get(terminal.id)
        self._phones[terminal.id] = terminal
        if not self._begun:
            return
        if before is None or before.in_service is not terminal.in_service:
            gone = "does not answer any more" if terminal.silent else "is not registered any more"
            words = ("registered", GREEN) if terminal.in_service else (gone, YELLOW)
            self._tell(f"{_name(terminal)} {words[0]}", words[1])
        failure = "" if terminal.in_service or terminal.silent else last_failure(terminal)
        if failure and (before is None or before.problem_at != terminal.problem_at):
            self._tell(f"{_name(terminal)} could not register{failure}", YELLOW)

    def on_call(self, call: Call) -> None:
        """A call begins, changes, or ends."""
        if call.direction is Direction.INBOUND and call.caller.id in self._phones and not came_by(call):
            return
        text, before = outcome(call), self._calls.get(call.id)
        if live(call):
            self._calls[call.id] = text
        else:
            self._calls.pop(call.id, None)
            if call.connected and call.ended:
                text += f" after {span(call.ended - call.connected)}"
        if text != before:
            way = f" ({came_by(call)})" if came_by(call) and before is None else ""
            self._tell(f"{party(call.caller)} -> {party(call.callee)}  {text}{way}", colour_of(call))

    def _tell(self, text: str, colour: str) -> None:
        now = self._clock()
        if int(now) != self._second:
            if self._unsaid:
                self._say(f"          ... and {self._unsaid} changes more; see: offhook watch", DIM)
            self._second, self._said, self._unsaid = int(now), 0, 0
        if self._said == LINES_A_SECOND:
            self._unsaid += 1
            return
        self._said += 1
        self._say(f"{time.strftime('%H:%M:%S', time.localtime(now))}  {text}", colour)


def _name(terminal: Terminal) -> str:
    return " ".join(filter(None, (terminal.id, safe(terminal.name))))
