"""The Call Manager: checks and carries out commands on one switch, and publishes events to its listeners."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from offhook.call import (
    BEGIN_A_CALL,
    Call,
    CallCommand,
    CallState,
    ClearMissed,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    Drop,
    Forward,
    Park,
    Pickup,
    Redirect,
    Result,
    Terminal,
    TerminalCommand,
    Transfer,
    Unpark,
    Withdraw,
)
from offhook.common.threads import Threads
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.manager.audit import OK, Event, object_of
from offhook.manager.calls import TerminalCalls
from offhook.manager.dialrules import DialRules
from offhook.manager.dials import Dials
from offhook.manager.groups import Groups
from offhook.manager.idempotency import IdempotentDials
from offhook.manager.news import Listener, ManagerEvent, News
from offhook.manager.nodes import NodeDesk
from offhook.manager.permissions import MAX_SHOWN, Permissions, may_not_use
from offhook.manager.phonedesk import PhoneDesk
from offhook.manager.pickup import Pickups
from offhook.manager.ports import AuditLog, CallLog
from offhook.manager.principal import Principal
from offhook.manager.switchcommands import SwitchCommands
from offhook.manager.terminals import TerminalBook
from offhook.manager.trunks import TrunkNews
from offhook.manager.validate import check
from offhook.manager.watched import watched_call, watched_calls, watched_terminal
from offhook.switch.base import Switch

__all__ = ["CallManager", "Listener", "ManagerEvent"]

logger = logging.getLogger(__name__)

LOG_READERS = 2
"""Queries of the call log at the same time; further ones wait only for these."""


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
        groups: Groups | None = None,
    ) -> None:
        self.audit = audit
        self._switch = switch
        self._log = log
        self._log_threads = Threads("call log", LOG_READERS)
        dials = Dials()
        book = TerminalBook(terminals)
        self._news = News(switch, book, log, dials.over)
        self.trunks, self.phones = TrunkNews(switch), PhoneDesk(audit)
        self._terminals, self._calls = book, self._news.calls
        self.nodes = NodeDesk(switch, lambda: len(self._calls))
        self._permissions = Permissions(rules or DialRules(), book, audit)
        self.groups = groups or Groups()
        self._pickups = Pickups(switch, self._calls, self._permissions, self.groups)
        book.set_capabilities(self._pickups.capabilities)
        for terminal, missed in log.missed().items():
            book.set_missed(terminal, missed)
        switch.ask_first(self._permissions.phone_may_call)
        self._dials = IdempotentDials(dials, self._calls, self._with_call)
        self._commands = SwitchCommands(switch, self._news, self._permissions.for_help)

    @property
    def size(self) -> int:
        """The number of terminals of the site."""
        return len(self._terminals)

    def trouble(self) -> str:
        """Why nobody at all can be called just now; "" while that is possible."""
        return self._switch.trouble()

    def time_commands(self, told: Callable[[Command[Any], float], None]) -> None:
        """Have `told` hear how many seconds the switch took for each command, done or failed."""
        self._commands.timed = told

    def time_asking(self, told: Callable[[float, str], None]) -> None:
        """Have `told` hear of commands that are handed to other Call Managers: see `Switch.time_asking`."""
        self._switch.time_asking(told)

    def figures(self) -> Mapping[str, float]:
        """What the switch counts: see `Switch.figures`."""
        return self._switch.figures()

    def drain(self) -> None:
        """Begin no new calls from now on, but for help: this is soon stopped. Those that are live go on."""
        self._commands.draining = True
        self._switch.drain()

    @property
    def rings_on(self) -> bool:
        """Do calls that ring go on ringing while another one takes over?"""
        return self._switch.rings_on

    @property
    def stand_ins(self) -> Sequence[str]:
        """The other Call Managers of the cluster, which take over when this one goes."""
        return self._switch.stand_ins

    async def hand_over(self) -> None:
        """Have another one act for phones and calls; clients are served as before, through that one."""
        await self._switch.hand_over()
        self._commands.draining = False  # what is dialled now begins there

    def in_progress(self) -> tuple[int, int]:
        """How many live calls are not answered yet, and how many are."""
        calls = self._calls.all()
        answered = sum(call.state is CallState.CONNECTED for call in calls)
        return len(calls) - answered, answered

    def subscribe(self, listener: Listener, *, first: bool = False) -> Callable[[], None]:
        """Hear of the events of every terminal until the function returned is called; `first`: before those
        that are there already.

        Whoever passes them on asks `Principal.may_watch` first; `manager/watched.py` has what is shown of
        terminals that the principal may not use. A listener must not block.
        """
        return self._news.subscribe(listener, first=first)

    async def perform(self, principal: Principal, command: Command[Result]) -> Result:
        """Carry out a command. Raises `CallError`.

        The listeners hear of a call's beginning before the result of its `Dial` is returned. A dial of this
        user with a `dial_id` that was used before is not carried out again; its call is the result as it is.
        The same holds of the other commands that begin a call.
        """
        result: object = None
        match command:
            case Dial():
                result = await self._dials.once(principal, command, self._dial)
            case Consult():
                result = await self._dials.once(principal, command, self._with_call)
            case Pickup():
                result = await self._dials.once(principal, command, self._with_terminal)
            case Unpark():
                result = await self._dials.once(principal, command, self._with_terminal)
            case Withdraw():
                found = [
                    await self._dials.withdraw(principal, dial_id) for dial_id in command.dial_ids if dial_id
                ]
                result = [call for call in found if call is not None]
            case CallCommand():
                result = await self._with_call(principal, command)
            case TerminalCommand():
                result = await self._with_terminal(principal, command)
            case _:
                raise CallError(Refusal.BAD_REQUEST, f"{command.name} is not known here; update Offhook")
        return cast("Result", result)

    def terminal_of(self, command: Command[Any]) -> str | None:
        """The terminal whose events are held back until the reply to the command is out; "" if it has none.

        It is that of a call which the command begins, or clears. None: any other command is done only when a
        phone has done it, and what happens meanwhile is told as it happens, before the reply.
        """
        match command:
            case Dial(terminal=terminal) | Pickup(terminal=terminal) | Unpark(terminal=terminal):
                return terminal
            case Drop(call=call_id) | Consult(call=call_id):
                call = self._calls.get(call_id)
                return "" if call is None else call.terminal
            case Withdraw():
                return ""
            case _:
                return None

    @staticmethod
    def begins(command: Command[Any]) -> bool:
        """Does the command begin a call, of which nothing is told before its reply?"""
        return isinstance(command, BEGIN_A_CALL)

    def name_of_terminal(self, number: str) -> str | None:
        """The name of the site's terminal with this number, which is no secret; None if there is none."""
        found = self._terminals.get(number)
        return None if found is None else found.name

    async def call(self, principal: Principal, call_id: str) -> Call | None:
        """The live call with this id, if the principal may use or watch its terminal."""
        call = self._calls.get(call_id) or await self._just_told(call_id)
        if call is None or not principal.may_watch(call.terminal):
            return None
        return call if principal.may_use(call.terminal) else watched_call(call)

    async def _just_told(self, call_id: str) -> Call | None:
        """A call that is not known here: another Call Manager may have told its user of it just now."""
        await self._switch.catch_up()
        return self._calls.get(call_id)

    def has_dialled(self, principal: Principal, dial_id: str) -> bool:
        """Has this user's dial with this id begun a call, so that the same one again begins none?"""
        return self._dials.has_begun(principal, dial_id)

    def snapshot(self, principal: Principal, terminal: str) -> TerminalCalls:
        """The terminal's live calls and the number of its last change. Raises `CallError`."""
        self._permissions.check_watch(principal, terminal)
        return self._shown(principal, self._calls.snapshot(terminal))

    def snapshots(self, principal: Principal, *, watched: bool = False) -> list[TerminalCalls]:
        """The snapshots of all terminals that have had a call and that the principal may use, or watch."""
        found = self._calls.snapshots(principal.scope(watched=watched))
        return [self._shown(principal, one) for one in found] if watched else found

    def terminal(self, principal: Principal, terminal: str) -> Terminal:
        """The current value of the terminal. Raises `CallError`."""
        self._permissions.check_watch(principal, terminal)
        found = self._terminals.get(terminal)
        assert found is not None
        return found if principal.may_use(terminal) else watched_terminal(found)

    def terminals(self, principal: Principal, *, watched: bool = False) -> list[Terminal]:
        """The terminals that the principal may use; with `watched` all that it may watch."""
        scope = principal.scope(watched=watched)
        found = self._terminals.all() if scope is None else self._terminals.some(scope)
        if not watched or principal.uses_all:
            return found
        return [one if principal.may_use(one.id) else watched_terminal(one) for one in found]

    async def history(
        self,
        principal: Principal,
        *,
        terminal: str | None = None,
        call_id: str | None = None,
        before: float | None = None,
        limit: int = 50,
        missed: bool = False,
    ) -> Sequence[Call]:
        """The calls in the log that the principal may see, newest first. Raises `CallError`.

        `call_id` picks one call, `before` those begun earlier (seconds since the epoch), `missed` those that
        nobody has answered.
        """
        if terminal is not None and not principal.may_use(terminal):
            raise may_not_use(principal, terminal)
        scope = principal.scope()
        try:
            return await self._log_threads.run(
                self._log.query,
                terminals=scope if terminal is None else [terminal],
                call_id=call_id,
                before=before,
                limit=limit,
                missed=missed,
            )
        except (UnavailableError, OSError) as error:
            logger.error("%s", error)
            raise CallError(
                Refusal.FAILURE, "the call log cannot be read; see the Call Manager's log"
            ) from error

    async def _dial(self, principal: Principal, command: Dial) -> Call:
        terminal, address = command.terminal, command.address
        try:
            self._check_dial(principal, command)
            call = await self._commands.perform(terminal, command)
        except CallError as error:
            self._note(Event.DIAL, error.refusal.value, principal, terminal, number=address)
            raise
        self._note(Event.DIAL, OK, principal, terminal, number=address, call=call.id)
        return call

    def _check_dial(self, principal: Principal, command: Dial) -> None:
        """Raises `CallError`."""
        terminal = command.terminal
        self._permissions.check_use(principal, terminal)
        check(command)
        self._permissions.check_number(principal, terminal, command.address)
        if self._news.beginning(terminal) or self._calls.dialling(terminal):
            raise CallError(
                Refusal.TERMINAL_BUSY,
                f"terminal {terminal} is dialling already; drop that call or wait until it is answered",
            )

    async def _with_call(self, principal: Principal, command: CallCommand[Result]) -> Result:
        """Carry out a command for a live call.

        A call of a terminal that the principal may not even watch is answered like one that does not exist.
        """
        event, call_id = Event(command.name), command.call
        call = self._calls.get(call_id) or await self._just_told(call_id)
        terminal, number = ("", "") if call is None else (call.terminal, call.callee.id)
        try:
            if call is None or not principal.may_watch(terminal):
                number = ""
                raise _no_such_call(call_id)
            if not principal.may_use(terminal):
                raise may_not_use(principal, terminal)
            check(command)
            if isinstance(command, Redirect | Transfer | Consult):
                number = command.address
                if number == terminal:
                    raise CallError(
                        Refusal.INVALID_ADDRESS, f"{number} is this phone itself; give another number"
                    )
                self._permissions.check_number(principal, terminal, number)
            elif isinstance(command, Complete | Conference) and command.other:
                await self._check_other(terminal, command.other)
            elif isinstance(command, Park):
                number = command.slot
            result = await self._commands.perform(terminal, command)
        except CallError as error:
            self._note(event, error.refusal.value, principal, terminal, number=number, call=call_id)
            raise
        self._note(event, OK, principal, terminal, number=number, call=call_id)
        return result

    async def _check_other(self, terminal: str, call_id: str) -> None:
        """The second call of a command has to be one of the same terminal. Raises `CallError`."""
        other = self._calls.get(call_id) or await self._just_told(call_id)
        if other is None or other.terminal != terminal:
            raise _no_such_call(call_id)

    async def _with_terminal(self, principal: Principal, command: TerminalCommand[Result]) -> Result:
        event, terminal = Event(command.name), command.terminal
        number = object_of(command)
        try:
            self._permissions.check_use(principal, terminal)
            check(command)
            match command:
                case Forward(forwardings=forwardings):
                    for one in forwardings:
                        self._permissions.check_number(principal, terminal, one.address)
                case Unpark(slot=slot):
                    # A driver may have to dial it.
                    self._permissions.check_number(principal, terminal, slot)
                case Pickup():
                    target = self._pickups.target(principal, command)
                    number = target
                    command = cast("TerminalCommand[Result]", replace(command, target=target))
            if isinstance(command, ClearMissed):
                self._news.count_missed(terminal, 0)
                self._switch.tell_seen(terminal)
                result = cast("Result", None)
            else:
                result = await self._commands.perform(terminal, command)
        except CallError as error:
            self._note(event, error.refusal.value, principal, terminal, number=number)
            raise
        self._note(event, OK, principal, terminal, number=number)
        return result

    @staticmethod
    def _shown(principal: Principal, found: TerminalCalls) -> TerminalCalls:
        return found if principal.may_use(found.terminal) else watched_calls(found)

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


def _no_such_call(call_id: str) -> CallError:
    return CallError(
        Refusal.NO_SUCH_CALL, f"there is no live call {call_id[:MAX_SHOWN]}; ask for the calls first"
    )
