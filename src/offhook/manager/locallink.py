"""The link from a Smart Messenger to a Call Manager in the same process: no socket, no login.

It keeps the contract of a session over SSCP (`offhook.sscp.client`); the same tests run over both.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from offhook.call import Call, Command, Result, Terminal, TrunkState
from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneVendor
from offhook.errors import CallError, Refusal
from offhook.manager.calls import NumberedCall
from offhook.manager.news import asked_for
from offhook.manager.principal import EVERY_TERMINAL, LOCAL
from offhook.manager.replyfirst import ReplyFirst
from offhook.manager.service import CallManager, ManagerEvent

logger = logging.getLogger(__name__)

DOOR = "messenger"
"""How the audit log names it."""


def _ignore(_: object) -> None:
    """A callback that nobody wants."""


class LocalLink:
    """Acts at the Call Manager as this account's own program, from `start` to `stop`.

    `on_call` gets each new value of a call of a watched terminal, except what `perform` and `watch` return
    themselves; `on_terminal` gets watched terminals as they are and change, `on_link` that it has started,
    `on_trunk` trunks once they are watched, `on_phones` that phones which fetch their configuration have
    changed, once they are.
    They are called in the turn of the event loop in which something happens, and must not block.
    """

    problem: str | None = None
    refused = False
    place = ""

    def __init__(
        self,
        manager: CallManager,
        *,
        on_call: Callable[[Call], None] = _ignore,
        on_terminal: Callable[[Terminal], None] = _ignore,
        on_link: Callable[[bool], None] = _ignore,
        on_trunk: Callable[[TrunkState], None] = _ignore,
        on_phones: Callable[[], None] = lambda: None,
    ) -> None:
        self._manager, self._on_trunk, self._on_phones = manager, on_trunk, on_phones
        self._on_call, self._on_terminal, self._on_link = on_call, on_terminal, on_link
        self._principal = replace(LOCAL, door=DOOR)
        self._watches: set[str] = set()
        self._under_way: dict[ReplyFirst[ManagerEvent], None] = {}
        self._replied: dict[ReplyFirst[ManagerEvent], object] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._unsubscribe_trunks: Callable[[], None] | None = None
        self._unwatch_phones: Callable[[], None] | None = None

    @property
    def connected(self) -> bool:
        """Has it been started, and not stopped yet?"""
        return self._unsubscribe is not None

    async def start(self) -> None:
        """Begin to report."""
        # The TAPI program at the phone that rings does not wait for all who watch that phone from elsewhere.
        self._unsubscribe = self._manager.subscribe(self._on_event, first=True)
        self._call_back(self._on_link, True)

    async def connected_once(self, _limit_s: float) -> None:
        """Nothing to wait for."""

    async def stop(self) -> None:
        """Stop reporting. `on_link` is not called: no connection was lost."""
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        trunks, self._unsubscribe_trunks = self._unsubscribe_trunks, None
        phones, self._unwatch_phones = self._unwatch_phones, None
        self._watches.clear()
        for end in (unsubscribe, trunks, phones):
            if end is not None:
                end()

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out; `on_call` hears later of what it causes. Raises `CallError`."""
        manager = self._started()
        held: ReplyFirst[ManagerEvent] = ReplyFirst(
            manager.terminal_of(command),
            lambda _, event: self._on_event(event),
            begins=manager.begins(command),
        )
        self._under_way[held] = None
        result = None
        try:
            result = await manager.perform(self._principal, command)
            return result
        finally:
            held.replied()
            # Who asked goes on in this turn of the loop; what it has caused is told in the next one.
            if not self._replied:
                asyncio.get_running_loop().call_soon(self._release)
            self._replied[held] = result

    async def watch(self, terminal: str) -> list[Call]:
        """Report the terminal (`*`: all) from now on. Returns its live calls. Raises `CallError`."""
        manager = self._started()
        if terminal == EVERY_TERMINAL:
            terminals = manager.terminals(self._principal)
            calls = await self.calls()
        else:
            terminals = [manager.terminal(self._principal, terminal)]
            calls = await self.calls(terminal)
        self._watches.add(terminal)
        for one in terminals:
            self._call_back(self._on_terminal, one)
        return calls

    async def unwatch(self, terminal: str) -> None:
        """Stop reporting the terminal."""
        self._watches.discard(terminal)

    async def calls(self, terminal: str | None = None) -> list[Call]:
        """The live calls of a terminal, or of all. Raises `CallError`."""
        manager = self._started()
        if terminal is None:
            return [call for one in manager.snapshots(self._principal) for call in one.calls]
        return list(manager.snapshot(self._principal, terminal).calls)

    async def history(
        self,
        terminal: str | None = None,
        *,
        limit: int = 50,
        before: float | None = None,
        missed: bool = False,
    ) -> list[Call]:
        """Calls from the call log, newest first: begun before `before` (epoch), or only those that were
        `missed`. Raises `CallError`."""
        found = await self._started().history(
            self._principal, terminal=terminal, before=before, limit=limit, missed=missed
        )
        return list(found)

    async def terminals(self, *, watched: bool = False) -> list[Terminal]:
        """The terminals of the site. Raises `CallError`."""
        return self._started().terminals(self._principal, watched=watched)

    async def trunks(self, *, watch: bool = False) -> list[TrunkState]:
        """The trunks, for administrators; with `watch` `on_trunk` hears of changes from now on. Raises
        `CallError`."""
        news = self._started().trunks
        found = news.all(self._principal)
        if watch and self._unsubscribe_trunks is None:
            self._unsubscribe_trunks = news.subscribe(lambda trunk: self._call_back(self._on_trunk, trunk))
        return found

    async def phones(self, *, watch: bool = False) -> PhoneList:
        """The phones that fetch their configuration; with `watch` `on_phones` hears that they have changed.
        Raises `CallError`."""
        desk = self._started().phones
        found = await desk.all(self._principal)
        if watch and self._unwatch_phones is None:
            self._unwatch_phones = desk.watch(self._on_phones)
        return replace(found, watched=watch)

    async def phone_models(self) -> list[PhoneVendor]:
        """What they may be. Raises `CallError`."""
        return list(await self._started().phones.models(self._principal))

    async def order_phone(self, order: PhoneOrder) -> PhoneDone:
        """Do something about one. Raises `CallError`."""
        return await self._started().phones.carry_out(self._principal, order)

    async def logout(self, token: str = "") -> None:
        """Raises `CallError`: nobody has logged in."""
        raise CallError(Refusal.BAD_REQUEST, "this account's own programs have no login to end")

    def _started(self) -> CallManager:
        if not self.connected:
            raise CallError(Refusal.UNAVAILABLE, "the Call Manager has been stopped; start Offhook again")
        return self._manager

    def _on_event(self, event: ManagerEvent) -> None:
        terminal = event.id if isinstance(event, Terminal) else event.call.terminal
        if terminal not in self._watches and EVERY_TERMINAL not in self._watches:
            return
        if isinstance(event, NumberedCall) and event.call.unasked:
            self._tell(event)  # it is no consequence of a command, and whom it rings for is not to wait
        elif not any(held.holds(terminal, event, asked=asked_for(event)) for held in self._under_way):
            self._tell(event)

    def _release(self) -> None:
        """The replies of this turn are out, all at once: a thousand commands may have been carried out in it.

        What another command under way is to wait for goes on waiting.
        """
        replied, self._replied = self._replied, {}
        results = {result.id: result for result in replied.values() if isinstance(result, Call)}
        for held in replied:
            del self._under_way[held]
        for held in replied:
            for _, event in held.release():
                if not (isinstance(event, NumberedCall) and results.get(event.call.id) == event.call):
                    self._on_event(event)

    def _tell(self, event: ManagerEvent) -> None:
        if not self.connected:
            return
        if isinstance(event, NumberedCall):
            self._call_back(self._on_call, event.call)
        else:
            self._call_back(self._on_terminal, event)

    def _call_back(self, callback: Callable[[Any], None], value: object) -> None:
        """Exceptions of a callback are logged, so that neither the Call Manager nor later events suffer."""
        try:
            callback(value)
        except Exception:
            logger.exception("a listener to the Call Manager failed")
