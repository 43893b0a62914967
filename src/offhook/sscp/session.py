"""One session at the server: carries its commands out and answers them."""

import logging
from bisect import bisect_right
from collections.abc import Callable
from typing import assert_never

from msgspec.structs import replace

from offhook.call import CallCommand, ClearMissed, Drop, Terminal, TerminalCommand, Withdraw
from offhook.call.provisioned import PhoneOrder
from offhook.call.refusals import older
from offhook.errors import CallError, Refusal
from offhook.manager.calls import TerminalCalls
from offhook.manager.login import Logins
from offhook.manager.principal import LOCAL_USER, Principal
from offhook.manager.replyfirst import ReplyFirst
from offhook.manager.service import CallManager
from offhook.manager.watchers import Watchers
from offhook.sscp.commands import Perform
from offhook.sscp.connection import ServerProtocol
from offhook.sscp.listing import Listing
from offhook.sscp.messages import (
    CALL_CONTROL,
    EVERY_TERMINAL,
    FEATURES,
    PAGE,
    Calls,
    History,
    Listed,
    Login,
    Logout,
    Nodes,
    Phone,
    PhoneModels,
    Phones,
    Queued,
    Refused,
    Reply,
    Request,
    Snapshot,
    Terminals,
    Trunks,
    Unwatch,
    UserInfo,
    Watch,
    answer,
    encode,
)
from offhook.sscp.older import older_reply
from offhook.sscp.rows import rows_of

logger = logging.getLogger(__name__)

DOOR = "sscp"
"""How the audit log names this protocol."""

MAX_WATCHES = 20_000
"""Terminals that one session watches by name: twice what a site has, all of which one client may serve."""

MAX_FAILED_LOGINS = 5
"""Failed logins after which a session is ended, so that who guesses has to begin anew each time."""


class Session:
    """One client: who it is, and what it watches. What is to be written is collected in `protocol.outbox`.

    `write` sends what cannot wait for the end of `handle`: the place of a login in its queue, and events of
    other terminals while a switch takes its time. `admit` lets a user in, and says over how many seconds the
    clients are to spread when they have lost this server.
    """

    def __init__(
        self,
        manager: CallManager,
        logins: Logins,
        watchers: Watchers["Session"],
        source: str,
        write: Callable[["Session", bytes], None] = lambda _session, _message: None,
        *,
        listing: Listing | None = None,
        admit: Callable[["Session", Principal], float] = lambda _session, _principal: 0.0,
    ) -> None:
        self.protocol = ServerProtocol()
        self.principal: Principal | None = None
        self.source = source
        self._manager = manager
        self._logins = logins
        self._write = write
        self._watchers = watchers
        self._listing = listing or Listing(manager)
        self._admit = admit
        self.older = True
        self.watches_trunks = self.watches_phones = False
        self._watches: set[str] = set()
        self._failed_logins = 0
        self._under_way: dict[ReplyFirst[tuple[bytes, bool]], None] = {}

    @property
    def busy(self) -> bool:
        """Is a command being carried out, whose answer it waits for?"""
        return bool(self._under_way)

    async def handle(self, data: str | bytes) -> None:
        """Take one message and answer it. Never raises because of what is in it."""
        command = self.protocol.receive(data)
        if command is not None:
            await self.perform(command)

    async def perform(self, command: Request) -> None:
        """Carry out what `protocol` has received, and answer it. Never raises.

        Several may be under way at once: a phone takes its time, and nobody else waits for it.
        """
        held = None
        if isinstance(command, Perform):
            begins = self._manager.begins(command.command)
            held = ReplyFirst(self._manager.terminal_of(command.command), self._pass_on, begins=begins)
            self._under_way[held] = None
        try:
            reply = await self._carry_out(command)
        except CallError as error:
            self._refuse(command, error)
        except Exception:
            logger.exception("%s failed", type(command).__name__)
            self.protocol.refuse(
                command, CallError(Refusal.FAILURE, "the Call Manager failed; see its log, then try again")
            )
        else:
            self.protocol.reply(older_reply(reply) if self.older and isinstance(reply, Reply) else reply)
        finally:
            if held is not None:
                self._let_go(held)

    def _let_go(self, held: ReplyFirst[tuple[bytes, bool]]) -> None:
        """The reply is out: so may be the events that it has held back."""
        del self._under_way[held]
        for where, (event, asked) in held.release():
            if not self.holds(where, event, asked=asked):
                self.protocol.outbox.append(event)

    def _refuse(self, command: Request, error: CallError) -> None:
        if self.older:
            error = CallError(older(error.refusal), str(error), retry_s=error.retry_s)
        self.protocol.refuse(command, error)

    @property
    def watches(self) -> int:
        """How many terminals it watches."""
        return self._manager.size if EVERY_TERMINAL in self._watches else len(self._watches)

    def uses(self, terminal: str) -> bool:
        """May it give commands for the terminal? If not, what it is told is `watched_call` and the like."""
        return self.principal is not None and self.principal.may_use(terminal)

    def holds(self, terminal: str, event: bytes, *, asked: bool = True) -> bool:
        """Hold back an event of this terminal until a reply in progress is written. True if it is held.

        `asked`: it is the beginning of a call that somebody here has made or taken.
        """
        if not self._under_way:  # as mostly; what `any` needs takes longer than all that is asked here
            return False
        return any(held.holds(terminal, (event, asked), asked=asked) for held in self._under_way)

    def _pass_on(self, terminal: str, told: tuple[bytes, bool]) -> None:
        event, asked = told
        if not self.holds(terminal, event, asked=asked):
            self._write(self, event)

    def end(self) -> None:
        """The session is over: end all its watches."""
        for terminal in self._watches:
            self._watchers.discard(terminal, self)

    async def _carry_out(self, command: Request) -> Reply | Listed:
        """Done in this turn of the event loop, except login, logout, history, phones that fetch their
        configuration, and a switch that waits."""
        if isinstance(command, Login):
            return await self._login(command)
        principal = self.principal
        assert principal is not None
        match command:
            case Logout():
                await self._logins.logout(principal, command.token)
                return Reply(command.id)
            case Perform(command=asked):
                return answer(command, await self._manager.perform(principal, asked))
            case Calls():
                return self._calls(principal, command)
            case Watch():
                return self._watch(principal, command)
            case Unwatch():
                return self._unwatch(command)
            case Terminals():
                return self._listing.of(principal, command, older=self.older)
            case History():
                return await self._history(principal, command)
            case Trunks():
                found = self._manager.trunks.all(principal)
                self.watches_trunks |= command.watch
                return Reply(command.id, trunks=found)
            case Nodes():
                return Reply(command.id, nodes=self._manager.nodes.all(principal))
            case Phones():
                return await self._phones(principal, command)
            case PhoneModels():
                return Reply(command.id, models=await self._manager.phones.models(principal))
            case Phone(id=number, action=action, mac=mac, model=model, terminal=terminal, seconds=seconds):
                order = PhoneOrder(action, mac, model, terminal, seconds)
                done = await self._manager.phones.carry_out(principal, order)
                return Reply(number, phones=[done.phone], address=done.address or None)
            case _:
                assert_never(command)

    async def _login(self, command: Login) -> Reply:
        def queued(place: int, wait_s: float) -> None:
            self._write(self, encode(Queued(command.id, place, wait_s)))

        try:
            principal, token = await self._logins.login(
                None if command.token else command.user,
                command.token or command.password,
                self.source,
                DOOR,
                keep=command.keep,
                told=queued if command.progress else None,
            )
        except CallError as error:
            self._count_failure(error)
            raise
        try:
            spread_s = self._admit(self, principal)
        except CallError:
            self.protocol.broken = "the user has too many sessions"  # this one may not wait for a place
            raise
        self.principal = principal
        self.protocol.logged_in()
        self.older = CALL_CONTROL not in command.knows
        level = logging.DEBUG if principal.name == LOCAL_USER else logging.INFO
        logger.log(level, "user %s logged in from %s", principal.name, self.source)
        user = UserInfo(
            principal.name, principal.administrator, sorted(principal.terminals), sorted(principal.watches)
        )
        return Reply(command.id, user=user, token=token, features=list(FEATURES), spread_s=spread_s)

    def _count_failure(self, error: CallError) -> None:
        self._failed_logins += error.refusal is Refusal.NOT_AUTHENTICATED
        if self._failed_logins >= MAX_FAILED_LOGINS:
            self.protocol.broken = f"{MAX_FAILED_LOGINS} logins failed"

    def _calls(self, principal: Principal, command: Calls) -> Reply:
        if command.terminal is None:
            found = self._manager.snapshots(principal)
        else:
            found = [self._manager.snapshot(principal, command.terminal)]
        return Reply(command.id, snapshots=_snapshots(found))

    def _watch(self, principal: Principal, command: Watch) -> Reply:
        if bool(command.terminal) == bool(command.terminals):
            raise CallError(Refusal.BAD_REQUEST, "name what to watch: either terminal or terminals")
        if command.terminals:
            return self._watch_many(principal, command)
        if command.terminal == EVERY_TERMINAL:
            return self._watch_all(principal, command)
        terminal, found = self._watch_one(principal, command.terminal)
        return _watched(command.id, [found], [terminal])

    def _watch_one(self, principal: Principal, terminal: str) -> tuple[Terminal, TerminalCalls]:
        if terminal not in self._watches and len(self._watches) >= MAX_WATCHES:
            raise CallError(
                Refusal.OVERLOADED, f"one session watches {MAX_WATCHES} terminals at most; unwatch some first"
            )
        state = self._manager.terminal(principal, terminal)
        found = self._manager.snapshot(principal, terminal)
        self._add_watch(terminal)
        return state, found

    def _watch_many(self, principal: Principal, command: Watch) -> Reply:
        """Watch several terminals. Those that are refused are listed in the reply; the others are watched."""
        terminals, found, refused = [], [], []
        for name in command.terminals:
            try:
                terminal, calls = self._watch_one(principal, name)
            except CallError as error:
                refused.append(Refused(name, error.refusal, str(error)))
            else:
                terminals.append(terminal)
                found.append(calls)
        told = [one for one in found if one.seq]  # the others stand at 0 with no calls
        return replace(_watched(command.id, told, terminals), refused=refused or None)

    def _watch_all(self, principal: Principal, command: Watch) -> Reply:
        if not principal.watches_all:
            raise CallError(
                Refusal.NOT_ALLOWED,
                f"user {principal.name} may not watch every terminal; watch them one by one",
            )
        self._add_watch(EVERY_TERMINAL)
        return _watched(
            command.id,
            self._manager.snapshots(principal, watched=True),
            self._manager.terminals(principal, watched=True),
        )

    def _add_watch(self, terminal: str) -> None:
        self._watches.add(terminal)
        self._watchers.add(terminal, self)

    def _unwatch(self, command: Unwatch) -> Reply:
        self._watches.discard(command.terminal)
        self._watchers.discard(command.terminal, self)
        return Reply(command.id)

    async def _phones(self, principal: Principal, command: Phones) -> Reply:
        found = await self._manager.phones.all(principal)
        self.watches_phones |= command.watch
        behind = bisect_right(found.phones, command.after, key=lambda one: one.mac)
        page = found.phones[behind : behind + command.limit]
        return Reply(command.id, phones=page, unreadable=None if command.after else found.unreadable[:PAGE])

    async def _history(self, principal: Principal, command: History) -> Reply:
        calls = await self._manager.history(
            principal,
            terminal=command.terminal,
            call_id=command.call,
            before=command.before,
            limit=command.limit,
            missed=command.missed,
        )
        return Reply(command.id, calls=list(calls))


def is_listing(command: Request) -> bool:
    """May it take much longer than a dial, because it lists terminals or calls, or clears many calls?"""
    match command:
        case Terminals() | Perform(command=Withdraw()):
            return True
        case Calls(terminal=terminal):
            return terminal is None
        case Watch(terminal=terminal, terminals=terminals):
            return terminal == EVERY_TERMINAL or bool(terminals)
        case _:
            return False


def is_at_phone(command: Request) -> bool:
    """Is it done only when a phone or telephone system has done it? A slow one takes some seconds."""
    if isinstance(command, Phone):
        return True
    asked = command.command if isinstance(command, Perform) else None
    return isinstance(asked, CallCommand | TerminalCommand) and not isinstance(asked, Drop | ClearMissed)


def is_slow(command: Request) -> bool:
    """Does it wait for a file, a directory or a password?"""
    return isinstance(command, Login | Logout | History | Phones | PhoneModels)


def _watched(command_id: int, found: list[TerminalCalls], terminals: list[Terminal]) -> Reply:
    rows, sets = rows_of(terminals)
    return Reply(command_id, snapshots=_snapshots(found), terminals=rows, sets=sets)


def _snapshots(found: list[TerminalCalls]) -> list[Snapshot]:
    return [Snapshot(one.terminal, one.seq, list(one.calls)) for one in found]
