"""Version 3 of the TSP session: requests that may overlap, and all calls and the line as they change."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from offhook.call import BEGIN_A_CALL, Call, CallCommand, ClearMissed, Command, Terminal, commands
from offhook.errors import Refusal
from offhook.tsp.auditrecord import OK
from offhook.tsp.backend import Backend
from offhook.tsp.dialogue import Port, refusal_of, withdraw
from offhook.tsp.messages import Dial, Drop, Fail
from offhook.tsp.messages3 import (
    Alive,
    BadRequest,
    CallNotify,
    Done,
    LineNotify,
    Ready,
    Refused,
    Request,
)
from offhook.tsp.teller import CallTeller

MAX_OPEN: Final = 32
"""Requests of one session that may be open: a person has one or two, a program that tests some more."""


class CallControl:
    """The dialogue of a session of version 3.

    Nothing is told before the terminal is known, or known to be out of reach: then the line, every live call,
    and, once the Call Manager has told them all, `Ready`.
    """

    __slots__ = (
        "_backend",
        "_getting_ready",
        "_line",
        "_once_more",
        "_open",
        "_port",
        "_problem",
        "_reachable",
        "_teller",
        "_terminal",
        "_unwatch",
    )

    overlapping = True

    def __init__(self, port: Port, backend: Backend, terminal: str) -> None:
        self._port, self._backend, self._terminal = port, backend, terminal
        self._teller = CallTeller()
        self._open: set[int] = set()
        self._line: LineNotify | None = None
        self._problem = ""
        self._reachable = False
        self._getting_ready: asyncio.Task[None] | None = None
        self._once_more = False
        self._unwatch: list[Callable[[], None]] = []

    @property
    def open(self) -> int:
        """The number of requests that have no result yet."""
        return len(self._open)

    def begin(self) -> None:
        """Tell the line and its calls, and watch them."""
        backend, terminal = self._backend, self._terminal
        self._unwatch = [
            backend.watch(terminal, self._on_call),
            backend.watch_line(terminal, self._on_line),
        ]
        self._on_line()

    def end(self) -> None:
        """Tell nothing more. Requests under way go on."""
        unwatch, self._unwatch = self._unwatch, []
        for stop in unwatch:
            stop()
        if self._getting_ready is not None:
            self._getting_ready.cancel()

    # The line, and what there is at the beginning.

    def _on_line(self) -> None:
        """The terminal has changed, or the Call Manager came into reach or went out of it."""
        before, self._reachable = self._reachable, self._backend.reachable
        if not self._reachable or self._backend.line(self._terminal) is not None:
            self._tell_line()
        if self._reachable and not before:
            self._problem = ""
            if self._getting_ready is None:
                self._getting_ready = asyncio.get_running_loop().create_task(self._get_ready())
            else:
                self._once_more = True

    async def _get_ready(self) -> None:
        """Wait for the Call Manager's word on what there is, and tell it: each time that it came in reach."""
        try:
            while True:
                self._once_more = False
                await self._tell_all()
                if not self._once_more:
                    return
        finally:
            self._getting_ready = None

    async def _tell_all(self) -> None:
        try:
            calls = await self._backend.all_calls(self._terminal)
        except Exception as error:
            refused = refusal_of(error)
            if refused.refusal is Refusal.UNAVAILABLE:
                return
            calls, self._problem = (), str(refused)
        self._tell_line()
        for call in calls:
            self._on_call(call)
        self._port.tell([Ready()])

    def _tell_line(self) -> None:
        terminal = self._backend.line(self._terminal) or Terminal(self._terminal)
        if self._problem:
            terminal = replace(terminal, in_service=False, problem=self._problem)
        line, first = LineNotify(terminal, self._reachable), self._line is None
        if line != self._line:
            self._line = line
            self._port.tell([line])
        if first:
            for call in self._backend.live(self._terminal):
                self._on_call(call)

    def _on_call(self, call: Call) -> None:
        if call.terminal == self._terminal and self._line is not None:
            self._tell(self._teller.changed(call))

    def _tell(self, calls: list[Call]) -> None:
        self._port.tell([CallNotify(call) for call in calls])

    # Requests.

    def perform(self, asked: Dial | Drop | Request | BadRequest) -> Coroutine[Any, Any, None] | None:
        """What there is to do for a request that is not answered at once."""
        if not isinstance(asked, Request | BadRequest):
            return None
        number, port = asked.number, self._port
        if number in self._open:
            port.answer(Fail(Refusal.BAD_REQUEST.value))
        elif isinstance(asked, BadRequest):
            port.answer(Refused(number, asked.refusal, asked.text))
        elif isinstance(asked.command, Alive):
            port.answer(Done(number))
        elif len(self._open) >= MAX_OPEN:
            port.answer(
                Refused(number, Refusal.OVERLOADED, f"{MAX_OPEN} requests are open; wait for results")
            )
        else:
            self._open.add(number)
            if isinstance(asked.command, BEGIN_A_CALL):
                self._teller.beginning()
            return self._carry_out(number, self._of_terminal(asked.command))
        return None

    def _of_terminal(self, command: Command[Any]) -> Command[Any]:
        assert isinstance(command, commands.Dial | CallCommand | commands.TerminalCommand)
        return replace(command, terminal=self._terminal)

    async def _carry_out(self, number: int, command: Command[Any]) -> None:
        port, begins = self._port, isinstance(command, BEGIN_A_CALL)
        try:
            result = await self._backend.perform(command)
        except Exception as error:
            refused = refusal_of(error)
            port.answer(Refused(number, refused.refusal, str(refused)))
            self._note(command, refused.refusal.value)
            if begins:
                self._tell(self._teller.failed())
        else:
            call_id = result.id if isinstance(result, Call) else ""
            port.answer(Done(number, call_id, result if isinstance(result, str) else ""))
            self._note(command, OK, call_id)
            if begins:
                self._tell(self._teller.begun(call_id))
            if port.ended and isinstance(command, commands.Dial):
                await withdraw(port, self._backend, self._terminal, call_id)
        finally:
            self._open.discard(number)
            port.worked()

    def _note(self, command: Command[Any], result: str, call: str = "") -> None:
        if not isinstance(command, ClearMissed):  # it only says that somebody has looked
            self._port.note(command, result, call)
