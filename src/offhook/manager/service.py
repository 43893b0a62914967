"""The Call Manager: who may do what, on one switch, told to everybody who watches."""

import logging
import re
import time
from collections.abc import Callable, Sequence

from offhook.call import Call, CallState, Terminal, live
from offhook.common.threads import Threads
from offhook.errors import CallError, Refusal, TransitionError, UnavailableError
from offhook.manager.audit import OK, Event
from offhook.manager.calls import LiveCalls, NumberedCall, TerminalCalls
from offhook.manager.dialrules import DialRules
from offhook.manager.dials import Dialled, Dials
from offhook.manager.ports import AuditLog, CallLog
from offhook.manager.principal import LOCAL, Principal
from offhook.manager.terminals import TerminalBook
from offhook.switch.base import CallChanged, Switch, SwitchEvent, TerminalChanged

logger = logging.getLogger(__name__)

LOG_READERS = 2
"""Questions to the call log at once; the others wait for their turn, and for nothing else."""

ManagerEvent = NumberedCall | Terminal
Listener = Callable[[ManagerEvent], None]

DIALABLE = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]{1,64}")
"""Digits, `+`, `*`, `#` or a SIP user: nothing that could step out of a SIP URI's brackets."""

LOGGED_STATES = frozenset({CallState.CONNECTED, CallState.ON_HOOK})
"""The log takes a call's beginning and these; what lies between is gone before anybody reads it there."""


DENIED_S = 60.0
"""How often the log tells that the dial rules deny a user something."""

TALKING_S = 60.0
"""A withdrawn dial's call is left alone once it has been connected for so long: people speak in it."""


class CallManager:
    """Carries out commands on the authority of a `Principal`. One event loop; nothing here blocks it.

    Subscribes to the switch, which others start and stop; build it before the switch is started. Events
    reach the listeners in order: every call that begins, each change of it, each change of a terminal.
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
        self._terminals = TerminalBook(terminals)
        self._calls = LiveCalls(self._terminals)
        self._dials = Dials()
        self._denied: dict[str, float] = {}
        self._listeners: list[Listener] = []
        self._held: list[SwitchEvent] | None = None
        switch.subscribe(self._on_switch)
        switch.ask_first(self._may_call)

    @property
    def size(self) -> int:
        """How many terminals the site has."""
        return len(self._terminals)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every event until the function returned is called. A listener must not block or raise."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def dial(self, principal: Principal, terminal: str, address: str, dial_id: str = "") -> Call:
        """Begin a call; returns it in OFF_HOOK. Raises `CallError`.

        A dial of this user with the same `dial_id` is not carried out again; its call is returned as it is.
        """
        before = self._dials.get(principal.name, dial_id) if dial_id else None
        if before is not None:
            return self._dialled_before(before, terminal, address)
        try:
            call = self._dial(principal, terminal, address)
        except CallError as error:
            self._note(Event.DIAL, error.refusal.value, principal, terminal, number=address)
            raise
        if dial_id:
            self._dials.put(principal.name, dial_id, Dialled(terminal, address, call))
        self._note(Event.DIAL, OK, principal, terminal, number=address, call=call.id)
        return call

    def withdraw(self, principal: Principal, dial_id: str) -> Call | None:
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
        try:
            self.drop(principal, call.id)
        except CallError as error:
            logger.warning("call %s was withdrawn and cannot be cleared: %s", call.id, error)
            return None
        logger.info("call %s was withdrawn by who dialled it; clearing it", call.id)
        return call

    def drop(self, principal: Principal, call_id: str) -> None:
        """Begin to clear a call of a terminal that the principal may use. Raises `CallError`."""
        call = self._calls.get(call_id)
        if call is None or not principal.may_use(call.terminal):
            terminal = call.terminal if call is not None else ""
            self._note(Event.DROP, Refusal.NO_SUCH_CALL.value, principal, terminal, call=call_id)
            raise CallError(
                Refusal.NO_SUCH_CALL, f"there is no live call {call_id[:64]}; ask for the calls first"
            )
        self._switch.drop(call_id)
        self._note(Event.DROP, OK, principal, call.terminal, number=call.callee.id, call=call_id)

    def snapshot(self, principal: Principal, terminal: str) -> TerminalCalls:
        """The terminal's live calls and the number of its last change. Raises `CallError`."""
        self._check_terminal(principal, terminal)
        return self._calls.snapshot(terminal)

    def snapshots(self, principal: Principal) -> list[TerminalCalls]:
        """The same of every terminal that the principal may use and that has had a call."""
        return self._calls.snapshots(None if principal.uses_all else principal.terminals)

    def terminal(self, principal: Principal, terminal: str) -> Terminal:
        """The terminal as it now is. Raises `CallError`."""
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
        """From the call log, newest first, what the principal may see. Raises `CallError`.

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

    def _dial(self, principal: Principal, terminal: str, address: str) -> Call:
        self._check_terminal(principal, terminal)
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
        if self._calls.dialling(terminal):
            raise CallError(
                Refusal.TERMINAL_BUSY,
                f"terminal {terminal} is dialling already; drop that call or wait until it is answered",
            )
        return self._dial_at_switch(terminal, address)

    def _tell_denied(self, principal: Principal, terminal: str, address: str) -> None:
        """In the log once in a while for each user, however many they are; the audit log has them all."""
        now = time.monotonic()
        if now - self._denied.get(principal.name, -DENIED_S) >= DENIED_S:
            self._denied[principal.name] = now
            logger.warning("user %s may not dial %s from terminal %s", principal.name, address, terminal)

    def _dialled_before(self, dialled: Dialled, terminal: str, address: str) -> Call:
        if dialled.withdrawn or dialled.call is None:
            raise CallError(
                Refusal.BAD_REQUEST, "this dial was withdrawn; give a dial_id of its own to each dial"
            )
        if (dialled.terminal, dialled.address) != (terminal, address):
            raise CallError(
                Refusal.BAD_REQUEST,
                "dial_id is that of another terminal's or address's dial; give one of its own to each dial",
            )
        return self._calls.get(dialled.call.id) or dialled.call

    def _may_call(self, terminal: str, number: str) -> bool:
        """May a phone call the number by itself? Asked by the switch, which knows no rules.

        Nobody has logged in at it: the rules are those for this account's own programs, which go by terminal.
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

    def _dial_at_switch(self, terminal: str, address: str) -> Call:
        """Events that the switch sends before `dial` returns are held, so that its beginning is first."""
        held: list[SwitchEvent] = []
        self._held = held
        try:
            call = self._switch.dial(terminal, address)
        except UnavailableError as error:
            raise CallError(Refusal.UNAVAILABLE, str(error)) from error
        except CallError:
            raise
        except Exception as error:
            logger.exception("the switch failed to dial from terminal %s", terminal)
            raise CallError(
                Refusal.FAILURE,
                "the switch failed; dial again, and if it stays so see the Call Manager's log",
            ) from error
        else:
            self._take(call)
            return self._calls.get(call.id) or call
        finally:
            self._held = None
            for event in held:
                self._on_switch(event)

    def _on_switch(self, event: SwitchEvent) -> None:
        if self._held is not None:
            self._held.append(event)
            return
        match event:
            case CallChanged(call):
                self._take(call)
            case TerminalChanged(terminal, in_service, problem):
                changed = self._terminals.set_service(terminal, in_service, problem)
                if changed is not None:
                    self._tell(changed)

    def _take(self, call: Call) -> None:
        if call.terminal not in self._terminals:
            logger.error("the switch tells of call %s at %s, no terminal of ours", call.id, call.terminal)
            return
        try:
            news = self._calls.take(call)
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

    def _tell(self, event: ManagerEvent) -> None:
        for listener in list(self._listeners):
            listener(event)


def _not_allowed(principal: Principal, terminal: str) -> CallError:
    return CallError(
        Refusal.NOT_ALLOWED,
        f"user {principal.name} may not use terminal {terminal[:64]}; ask an administrator for it",
    )
