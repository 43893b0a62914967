"""The contract of every switch driver.

A *dial* is third-party call control: the user's own terminal is rung first (auto-answered where the phone
allows it), then the address, and the two are joined. States: OFF_HOOK as soon as the terminal is being
rung, PROCEED when it is up and the address is being called, RING_BACK, CONNECTED, ON_HOOK with a cause.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from offhook.call import Call, Command, Features, Result
from offhook.errors import CallError, Refusal


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call is new or has another state or party; `call` is the whole call as it now is."""

    call: Call


@dataclass(frozen=True, slots=True)
class TerminalChanged:
    """A terminal came into service (can be rung) or went out of it, or failed to: `problem` says of what."""

    terminal: str
    in_service: bool
    problem: str = ""


MAX_SHOWN = 256
"""Characters of an address that go into a message: as many as a number may have."""

MayCall = Callable[[str, str], bool]
"""May this terminal call this number? Asked at the last moment, and must not call back into the switch."""


def unsupported(command: Command[Any]) -> CallError:
    """What a switch answers to a command that it cannot carry out."""
    return CallError(
        Refusal.NOT_ALLOWED, f"this telephone system cannot do that ({command.name}); do it at the phone"
    )


def no_such_terminal(terminal: str) -> CallError:
    """The answer to a command for a terminal that is not configured."""
    return CallError(
        Refusal.NO_SUCH_TERMINAL, f"terminal {terminal} is not known; add it to the configuration"
    )


def invalid_address(terminal: str, address: str) -> CallError:
    """The answer to a Dial of what no phone can call, or of the terminal's own number."""
    return CallError(
        Refusal.INVALID_ADDRESS,
        f"{address[:MAX_SHOWN]!a} cannot be called from {terminal}; give another number",
    )


def no_such_call(call_id: str) -> CallError:
    """The answer to a command for a call that is not live."""
    return CallError(Refusal.NO_SUCH_CALL, f"call {call_id} is over or was never there")


def too_many_calls() -> CallError:
    """The answer to a Dial where the switch has as many calls as it may."""
    return CallError(Refusal.OVERLOADED, "too many calls are live; try again in a moment")


SwitchEvent = CallChanged | TerminalChanged
Listener = Callable[[SwitchEvent], None]


class Switch(ABC):
    """Makes and clears calls. All in one event loop; events come in order, on that loop.

    A listener is called synchronously, must not block, and asks the switch for nothing but `features`.
    """

    _may_call: MayCall | None = None

    def ask_first(self, may_call: MayCall) -> None:
        """Ask this before a number is called for a phone by other ways than `dial`: transfer, call by hand.

        What it denies is refused to the phone with 403. A switch knows no users and no rules.
        """
        self._may_call = may_call

    def may_call(self, terminal: str, number: str) -> bool:
        """May the terminal call the number? Everything may be called until `ask_first` was."""
        return self._may_call is None or self._may_call(terminal, number)

    @abstractmethod
    def subscribe(self, listener: Listener) -> None:
        """Hear of every change from now on. Called before `start`."""

    @abstractmethod
    async def start(self) -> None:
        """Come into service. Raises `ConfigError` (port in use ...) or `UnavailableError`."""

    @abstractmethod
    async def stop(self) -> None:
        """Clear what is live (every call gets its ON_HOOK), close everything. Bounded in time."""

    @abstractmethod
    async def perform(self, command: Command[Result]) -> Result:
        """Begin what is asked for, without waiting for a phone. Raises `CallError` when nothing was begun.

        `Dial`: a call from `terminal` to `address` (dialable: digits, `+`, `*`, `#`, or a SIP user). The
        result is the call in OFF_HOOK; that first state is not repeated as an event, every later change is
        one, also those that come before this returns. NO_SUCH_TERMINAL, TERMINAL_UNAVAILABLE ...

        `Drop`: clear a call in any state. Its ON_HOOK (cause DROPPED) is an event that follows, and does not
        wait for the phones. NO_SUCH_CALL for one that is over or unknown.

        Others, and what the switch cannot do: `unsupported`.
        """

    @abstractmethod
    def features(self, terminal: str, call: Call | None = None) -> Features:
        """What can be done now at the terminal, or with this call of it. A listener may ask while it is told.

        `perform` refuses what is not among them, and carries out what is, unless something else is wrong (the
        address, too many calls). Who keeps them asks again with each `CallChanged` and `TerminalChanged`.
        """

    @abstractmethod
    def in_service(self, terminal: str) -> bool:
        """Can this terminal be rung now?"""
