"""The Call Manager: checks and carries out commands on one switch, and publishes events to its listeners."""

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from offhook.call import (
    BEGIN_A_CALL,
    Call,
    CallCommand,
    CallState,
    ClearMissed,
    Command,
    Consult,
    Dial,
    Direction,
    Drop,
    Forward,
    Pickup,
    Redirect,
    Result,
    Terminal,
    TerminalCommand,
    Transfer,
    Unpark,
    Withdraw,
    live,
)
from offhook.common.threads import Threads
from offhook.errors import CallError, Refusal, TransitionError, UnavailableError
from offhook.manager.audit import OK, Event
from offhook.manager.calls import LiveCalls, NumberedCall, TerminalCalls
from offhook.manager.dialrules import DialRules
from offhook.manager.dials import Dialled, Dials, withdrawn
from offhook.manager.ports import AuditLog, CallLog
from offhook.manager.principal import LOCAL, Principal
from offhook.manager.terminals import TerminalBook
from offhook.switch.base import CallChanged, ForwardingChanged, Switch, SwitchEvent, TerminalChanged

logger = logging.getLogger(__name__)

LOG_READERS = 2
"""Queries of the call log at the same time; further ones wait only for these."""

ManagerEvent = NumberedCall | Terminal
Listener = Callable[[ManagerEvent], None]

DIALABLE = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]{1,64}")
"""Digits, `+`, `*`, `#` or a SIP user: nothing that could break out of the brackets of a SIP URI."""

LOGGED_STATES = frozenset({CallState.CONNECTED, CallState.ON_HOOK})
"""The states recorded in the call log besides the beginning; those between are over before anybody reads
it."""


DENIED_S = 60.0
"""How often it is logged that the dial rules deny a user a number."""

TALKING_S = 60.0
"""The call of a withdrawn dial is not cleared if it has been connected for this long: people are talking."""


class CallManager:
    """Carries out commands on the authority of a `Principal`. One event loop; nothing here blocks it.

    It subscribes to the switch, so make it before the switch is started; others start and stop the switch.
    Listeners get, in order, every new call, each change of it, and each change of a terminal.
    """

    def __init__(
        self,
        switch: Switch,
        terminals: Sequence[Terminal],
        log: CallLog,
        *,
        rules: DialRules | None = None,
        audit: AuditLog | None = None,
    ) -> None:
        self.audit = audit
        self._rules = rules or DialRules()
        self._switch = switch
        self._log = log
        self._log_threads = Threads("call log", LOG_READERS)
        self._terminals = TerminalBook(
            replace(one, capabilities=switch.capabilities(one.id)) for one in terminals
        )
        self._calls = LiveCalls(self._terminals, switch.features)
        self._dials = Dials()
        self._denied: dict[str, float] = {}
        self._listeners: list[Listener] = []
        self._dialling: dict[str, list[Call]] = {}
        switch.subscribe(self._on_switch)
        switch.ask_first(self._may_call)

    @property
    def size(self) -> int:
        """The number of terminals of the site."""
        return len(self._terminals)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of the events of every terminal until the function returned is called.

        Whoever passes them on asks `Principal.may_use` first. A listener must not block.
        """
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    async def perform(self, principal: Principal, command: Command[Result]) -> Result:
        """Carry out a command. Raises `CallError`.

        The listeners hear of a call's beginning before the result of its `Dial` is returned. A dial of this
        user with a `dial_id` that was used before is not carried out again; its call is the result as it is.
        """
        result: object = None
        match command:
            case Dial():
                result = await self._dial(principal, command)
            case Withdraw():
                found = [await self._withdraw(principal, dial_id) for dial_id in command.dial_ids if dial_id]
                result = [call for call in found if call is not None]
            case CallCommand():
                result = await self._with_call(principal, command)
            case ClearMissed(terminal=terminal):
                self._check_terminal(principal, terminal)
                self._tell_if_changed(self._terminals.set_missed(terminal, 0))
            case TerminalCommand():
                result = await self._with_terminal(principal, command)
            case _:
                raise CallError(Refusal.BAD_REQUEST, f"{command.name} is not known here; update Offhook")
        return cast("Result", result)

    def terminal_of(self, command: Command[Any]) -> str:
        """The terminal whose events are held back until the reply to the command is out; "" for none.

        It is that of a call which the command begins, or clears. Any other command is done only when a phone
        has done it, and what happens meanwhile is told as it happens.
        """
        match command:
            case Dial(terminal=terminal) | Pickup(terminal=terminal) | Unpark(terminal=terminal):
                return terminal
            case Drop(call=call_id) | Consult(call=call_id):
                call = self._calls.get(call_id)
                return "" if call is None else call.terminal
            case _:
                return ""

    def snapshot(self, principal: Principal, terminal: str) -> TerminalCalls:
        """The terminal's live calls and the number of its last change. Raises `CallError`."""
        self._check_terminal(principal, terminal)
        return self._calls.snapshot(terminal)

    def snapshots(self, principal: Principal) -> list[TerminalCalls]:
        """The snapshots of all terminals that the principal may use and that have had a call."""
        return self._calls.snapshots(None if principal.uses_all else principal.terminals)

    def terminal(self, principal: Principal, terminal: str) -> Terminal:
        """The current value of the terminal. Raises `CallError`."""
        self._check_terminal(principal, terminal)
        found = self._terminals.get(terminal)
        assert found is not None
        return found

    def terminals(self, principal: Principal) -> list[Terminal]:
        """The terminals that the principal may use."""
        return self._terminals.all() if principal.uses_all else self._terminals.some(principal.terminals)

    async def history(
        self,
        principal: Principal,
        *,
        terminal: str | None = None,
        call_id: str | None = None,
        before: float | None = None,
        limit: int = 50,
    ) -> Sequence[Call]:
        """The calls in the log that the principal may see, newest first. Raises `CallError`.

        `call_id` picks one call, `before` those begun earlier (seconds since the epoch).
        """
        if terminal is not None and not principal.may_use(terminal):
            raise _not_allowed(principal, terminal)
        scope = principal.terminals if not principal.uses_all else None
        try:
            return await self._log_threads.run(
                self._log.query,
                terminals=scope if terminal is None else [terminal],
                call_id=call_id,
                before=before,
                limit=limit,
            )
        except (UnavailableError, OSError) as error:
            logger.error("%s", error)
            raise CallError(
                Refusal.FAILURE, "the call log cannot be read; see the Call Manager's log"
            ) from error

    async def _dial(self, principal: Principal, command: Dial) -> Call:
        terminal, address, user, dial_id = command.terminal, command.address, principal.name, command.dial_id
        before = self._dials.call_of(user, command) if dial_id else None
        if before is not None:
            return self._calls.get(before.id) or before
        try:
            self._check_dial(principal, terminal, address)
            if dial_id:
                self._dials.put(user, dial_id, Dialled(terminal, address, None))
            try:
                call = await self._beginning(terminal, command)
            except BaseException:
                self._dials.failed(user, dial_id)
                raise
        except CallError as error:
            self._note(Event.DIAL, error.refusal.value, principal, terminal, number=address)
            raise
        self._note(Event.DIAL, OK, principal, terminal, number=address, call=call.id)
        if dial_id and self._dials.began(user, dial_id, call).withdrawn:
            await self._clear_withdrawn(principal, call)
            raise withdrawn()
        return call

    def _check_dial(self, principal: Principal, terminal: str, address: str) -> None:
        """Raises `CallError`."""
        self._check_terminal(principal, terminal)
        self._check_address(principal, terminal, address)
        if terminal in self._dialling or self._calls.dialling(terminal):
            raise CallError(
                Refusal.TERMINAL_BUSY,
                f"terminal {terminal} is dialling already; drop that call or wait until it is answered",
            )

    def _check_address(self, principal: Principal, terminal: str, address: str) -> None:
        """May this principal call the address from the terminal, or send a call there? Raises `CallError`."""
        if not DIALABLE.fullmatch(address):
            raise CallError(
                Refusal.INVALID_ADDRESS,
                f"{address[:64]!r} cannot be dialled; send digits, + * # or a SIP user, at most 64",
            )
        if not self._rules.allow(principal, terminal, address):
            self._tell_denied(principal, terminal, address)
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"{address} may not be dialled from here; ask the administrator, who sets the dial rules",
            )

    async def _withdraw(self, principal: Principal, dial_id: str) -> Call | None:
        """Take back a dial of this user: its call is cleared, and returned if there is one to clear.

        One that was not heard of is remembered, and refused should it still come.
        """
        dialled = self._dials.get(principal.name, dial_id)
        if dialled is None:
            self._dials.put(principal.name, dial_id, Dialled("", "", None, withdrawn=True))
            return None
        dialled.withdrawn = True
        call = self._calls.get(dialled.call.id) if dialled.call is not None else None
        if call is None:
            return None
        if call.connected is not None and time.time() - call.connected > TALKING_S:
            logger.warning("call %s was withdrawn, but has long been answered; it goes on", call.id)
            return None
        return call if await self._clear_withdrawn(principal, call) else None

    async def _clear_withdrawn(self, principal: Principal, call: Call) -> bool:
        try:
            await self._with_call(principal, Drop(call.id))
        except CallError as error:
            logger.warning("call %s was withdrawn and cannot be cleared: %s", call.id, error)
            return False
        logger.info("call %s was withdrawn by who dialled it; clearing it", call.id)
        return True

    async def _with_call(self, principal: Principal, command: CallCommand[Result]) -> Result:
        """Carry out a command for a live call.

        A call of a terminal that the principal may not use is answered like one that does not exist.
        """
        event, call_id = Event(command.name), command.call
        call = self._calls.get(call_id)
        if call is None or not principal.may_use(call.terminal):
            terminal = call.terminal if call is not None else ""
            self._note(event, Refusal.NO_SUCH_CALL.value, principal, terminal, call=call_id)
            raise CallError(
                Refusal.NO_SUCH_CALL, f"there is no live call {call_id[:64]}; ask for the calls first"
            )
        terminal, number = call.terminal, call.callee.id
        try:
            if isinstance(command, Redirect | Transfer | Consult):
                number = command.address
                self._check_address(principal, terminal, number)
            result = await self._beginning(terminal, command)
        except CallError as error:
            self._note(event, error.refusal.value, principal, terminal, number=number, call=call_id)
            raise
        self._note(event, OK, principal, terminal, number=number, call=call_id)
        return result

    async def _with_terminal(self, principal: Principal, command: TerminalCommand[Result]) -> Result:
        event, terminal = Event(command.name), command.terminal
        try:
            self._check_terminal(principal, terminal)
            if isinstance(command, Forward):
                for one in command.forwardings:
                    self._check_address(principal, terminal, one.address)
            result = await self._beginning(terminal, command)
        except CallError as error:
            self._note(event, error.refusal.value, principal, terminal)
            raise
        self._note(event, OK, principal, terminal)
        return result

    def _tell_denied(self, principal: Principal, terminal: str, address: str) -> None:
        """Log a denied dial, at most once in `DENIED_S` for each user; the audit log has them all."""
        now = time.monotonic()
        if now - self._denied.get(principal.name, -DENIED_S) >= DENIED_S:
            self._denied[principal.name] = now
            logger.warning("user %s may not dial %s from terminal %s", principal.name, address, terminal)

    def _may_call(self, terminal: str, number: str) -> bool:
        """May a phone call the number by itself? Asked by the switch, which knows no rules.

        Nobody logs in at a phone, so the rules for this account's own programs apply: those of the terminal.
        """
        allowed = self._rules.allow(LOCAL, terminal, number)
        if self.audit is not None and not (allowed and number in self._terminals):
            result = OK if allowed else Refusal.NOT_ALLOWED.value
            self.audit.record(Event.DIAL, result, door="phone", terminal=terminal, number=number)
        return allowed

    def _note(
        self,
        event: Event,
        result: str,
        principal: Principal,
        terminal: str,
        *,
        number: str = "",
        call: str = "",
    ) -> None:
        if self.audit is not None:
            self.audit.record(
                event,
                result,
                door=principal.door,
                user=principal.name,
                source=principal.origin,
                terminal=terminal,
                number=number,
                call=call,
            )

    def _check_terminal(self, principal: Principal, terminal: str) -> None:
        if not principal.may_use(terminal):
            raise _not_allowed(principal, terminal)
        if terminal not in self._terminals:
            raise CallError(
                Refusal.NO_SUCH_TERMINAL, f"there is no terminal {terminal[:64]}; ask for the terminals"
            )

    async def _beginning(self, terminal: str, command: Command[Result]) -> Result:
        """Have the switch carry the command out. If it begins a call, its beginning is its first event.

        The switch may report the call before it returns it. So new outbound calls of this terminal are held
        back meanwhile.
        """
        if not isinstance(command, BEGIN_A_CALL):
            return await self._at_switch(command)
        if terminal in self._dialling:
            raise CallError(
                Refusal.TERMINAL_BUSY, f"terminal {terminal} is just beginning a call; try again in a moment"
            )
        held = self._dialling[terminal] = []
        try:
            call = cast("Call", await self._at_switch(command))
            self._apply(call)
            return cast("Result", self._calls.get(call.id) or call)
        finally:
            del self._dialling[terminal]
            for value in held:
                self._apply(value)

    async def _at_switch(self, command: Command[Result]) -> Result:
        """Have the switch carry out the command. Raises `CallError` and nothing else."""
        try:
            return await self._switch.perform(command)
        except UnavailableError as error:
            raise CallError(Refusal.UNAVAILABLE, str(error)) from error
        except CallError:
            raise
        except Exception as error:
            logger.exception("the switch failed: %s", command)
            raise CallError(
                Refusal.FAILURE,
                "the switch failed; try again, and if it stays so see the Call Manager's log",
            ) from error

    def _on_switch(self, event: SwitchEvent) -> None:
        match event:
            case CallChanged(call):
                held = self._dialling.get(call.terminal)
                if held is None or call.direction is Direction.INBOUND or self._calls.get(call.id):
                    self._apply(call)
                else:
                    held.append(call)
            case TerminalChanged(terminal, in_service, problem):
                features = self._switch.features(terminal)
                self._tell_if_changed(self._terminals.set_service(terminal, in_service, problem, features))
            case ForwardingChanged(terminal, forwardings, do_not_disturb):
                self._tell_if_changed(self._terminals.set_forwarding(terminal, forwardings, do_not_disturb))

    def _apply(self, call: Call) -> None:
        if call.terminal not in self._terminals:
            logger.error("the switch tells of call %s at %s, no terminal of ours", call.id, call.terminal)
            return
        try:
            news = self._calls.apply(call)
        except TransitionError as error:
            logger.error("the switch contradicts itself: %s; the call stays as it was", error)
            return
        if news is None:
            return
        if news.new or news.call.state in LOGGED_STATES:
            self._log.record(news.call)
        if not live(news.call):
            self._dials.over(news.call)
        self._tell(news)
        if news.call.missed:
            self._tell_if_changed(self._terminals.missed_one(call.terminal))

    def _tell_if_changed(self, terminal: Terminal | None) -> None:
        if terminal is not None:
            self._tell(terminal)

    def _tell(self, event: ManagerEvent) -> None:
        """Exceptions of a listener are logged, so that neither the switch nor other listeners suffer."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                logger.exception("a listener of the Call Manager failed")


def _not_allowed(principal: Principal, terminal: str) -> CallError:
    return CallError(
        Refusal.NOT_ALLOWED,
        f"user {principal.name} may not use terminal {terminal[:64]}; ask an administrator for it",
    )
