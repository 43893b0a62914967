"""Versions 1 and 2 of the TSP session: one Action after the other, and Notifies of dialled calls."""

from collections.abc import Callable, Coroutine
from typing import Any

from offhook.call import Call, commands
from offhook.tsp.auditrecord import OK
from offhook.tsp.backend import Backend
from offhook.tsp.dialogue import Port, refusal_of, withdraw
from offhook.tsp.messages import Dial, Drop, Fail, Success
from offhook.tsp.messages3 import BadRequest, Request
from offhook.tsp.notifier import CallNotifier


class Actions:
    """The dialogue of a session of version 1 or 2."""

    __slots__ = ("_backend", "_notifier", "_port", "_terminal", "_unwatch")

    overlapping = False
    open = 0

    def __init__(self, port: Port, backend: Backend, terminal: str) -> None:
        self._port, self._backend, self._terminal = port, backend, terminal
        self._notifier = CallNotifier()
        self._unwatch: Callable[[], None] | None = None

    def begin(self) -> None:
        """The first Notifies are those of the live calls."""
        self._unwatch = self._backend.watch(self._terminal, self._on_call)
        self._port.tell(self._notifier.snapshot(tuple(self._backend.live(self._terminal))))

    def end(self) -> None:
        """Tell nothing more. A Dial under way goes on: see `withdraw`."""
        unwatch, self._unwatch = self._unwatch, None
        if unwatch is not None:
            unwatch()

    def perform(self, asked: Dial | Drop | Request | BadRequest) -> Coroutine[Any, Any, None] | None:
        """What there is to do for an Action."""
        match asked:
            case Dial(address):
                self._notifier.dial_begins()
                return self._dial(commands.Dial(self._terminal, address))
            case Drop(which):
                return self._drop(commands.Drop(which, self._terminal))
        return None

    async def _dial(self, command: commands.Dial) -> None:
        port, notifier = self._port, self._notifier
        try:
            call = await self._backend.perform(command)
        except Exception as error:
            refusal = refusal_of(error).refusal.value
            port.answer(Fail(refusal))
            port.note(command, refusal)
            port.tell(notifier.dial_failed(tuple(self._backend.live(self._terminal))))
        else:
            port.answer(Success())
            port.note(command, OK, call.id)
            port.tell(notifier.dial_succeeded(call.id))
            if port.ended:
                await withdraw(port, self._backend, self._terminal, call.id)
        finally:
            port.worked()

    async def _drop(self, command: commands.Drop) -> None:
        port = self._port
        try:
            await self._backend.perform(command)
        except Exception as error:
            refusal = refusal_of(error).refusal.value
            port.answer(Fail(refusal))
            port.note(command, refusal)
        else:
            port.answer(Success())
            port.note(command, OK)
        finally:
            port.worked()

    def _on_call(self, call: Call) -> None:
        if call.terminal == self._terminal:
            self._port.tell(self._notifier.changed(call))
