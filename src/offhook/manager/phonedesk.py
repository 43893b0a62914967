"""Phones that fetch their configuration: what administrators see and do, from afar and on this machine."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Protocol, TypeVar

from offhook.call.provisioned import PhoneAction, PhoneDone, PhoneList, PhoneOrder, PhoneState, PhoneVendor
from offhook.common.threads import Threads
from offhook.errors import CallError, PhoneError, Refusal, UnavailableError
from offhook.manager.audit import Event
from offhook.manager.ports import AuditLog
from offhook.manager.principal import Principal
from offhook.manager.recorded import recorded

logger = logging.getLogger(__name__)

T = TypeVar("T")

StrangerListener = Callable[[PhoneState], None]

THREADS = 2
"""Changes and readings of the file at the same time: there are few administrators."""

MAX_ORDERS = 50
"""Orders under way: those to a phone wait for its answer, and administrators who wait are few as well."""

LOOK_AGAIN_S = 0.2
"""How soon it is looked again whether a phone has answered."""

TELL_AFTER_S = 0.5
"""Changes within this time are told once: in the morning a thousand phones register in a minute."""

MAX_SECONDS = 86_400
"""A phone that is let in for more than a day has been forgotten."""

EVENTS = {
    PhoneAction.ADD: Event.PHONE_ADD,
    PhoneAction.OPEN: Event.PHONE_OPEN,
    PhoneAction.SHOW: Event.PHONE_SHOW,
    PhoneAction.CLOSE: Event.PHONE_CLOSE,
    PhoneAction.REBOOT: Event.PHONE_REBOOT,
    PhoneAction.RESYNC: Event.PHONE_RESYNC,
    PhoneAction.REMOVE: Event.PHONE_REMOVE,
}
"""How the audit log has each."""


class PhoneFile(Protocol):
    """The phones and what is done to them (`offhook.provisioning.desk`). All methods may block, and raise
    `PhoneError` and `UnavailableError`."""

    def models(self) -> Sequence[PhoneVendor]:
        """What there are templates for."""
        ...

    def list(self) -> PhoneList:
        """All of them."""
        ...

    def knows(self, mac: str) -> bool:
        """Is there a phone with this MAC address, as people write it, be it one that cannot be read?"""
        ...

    def carry_out(self, order: PhoneOrder) -> Generator[None, None, PhoneDone]:
        """Do it. After each value that it yields it wants to be asked again, a little later: a phone has not
        answered yet."""
        ...


class PhoneDesk:
    """Checks the user's rights, carries the order out in a thread, and records it in the audit log.

    `open` says where the phones are; before it there are none. All other methods raise `CallError`.
    """

    def __init__(self, audit: AuditLog | None = None, file: PhoneFile | None = None) -> None:
        self._audit, self._file = audit, file
        self._changed: Callable[[], Awaitable[None]] | None = None
        self._threads = Threads("phone administration", THREADS)
        self._under_way = 0
        self._listeners: list[StrangerListener] = []
        self._watchers: list[Callable[[], None]] = []
        self._telling: asyncio.TimerHandle | None = None

    def open(self, file: PhoneFile, changed: Callable[[], Awaitable[None]] | None = None) -> None:
        """These are the phones. What is done to them holds once `changed` has returned."""
        self._file, self._changed = file, changed

    def subscribe(self, listener: StrangerListener) -> Callable[[], None]:
        """Call `listener` with each phone whose files a stranger has asked for, until the function returned
        is called. It is for administrators."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def tell_stranger(self, phone: PhoneState) -> None:
        """A stranger has asked for the files of this phone."""
        for listener in list(self._listeners):
            try:
                listener(phone)
            except Exception:
                logger.exception("a listener to the phones failed")

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call `watcher` when anything of the phones has changed, soon and once for several changes, until
        the function returned is called. It is for administrators, and learns what by asking."""
        self._watchers.append(watcher)

        def unwatch() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return unwatch

    def note_change(self) -> None:
        """Something of a phone has changed: those who watch are told."""
        if self._telling is None and self._watchers:
            self._telling = asyncio.get_running_loop().call_later(TELL_AFTER_S, self._tell_change)

    def _tell_change(self) -> None:
        self._telling = None
        for watcher in list(self._watchers):
            try:
                watcher()
            except Exception:
                logger.exception("a watcher of the phones failed")

    async def models(self, principal: Principal) -> Sequence[PhoneVendor]:
        """What there are templates for."""
        _check(principal)
        return await self._run(self._there().models)

    async def all(self, principal: Principal) -> PhoneList:
        """All phones."""
        _check(principal)
        return await self._run(self._there().list)

    async def own(self, principal: Principal) -> Sequence[PhoneState]:
        """The phones of the terminals that the principal may use, without what is for administrators."""
        if self._file is None:
            return ()
        found = await self._run(self._file.list)
        return [
            PhoneState(one.mac, one.model, one.terminal, fetched=one.fetched, registered=one.registered)
            for one in found.phones
            if principal.may_use(one.terminal)
        ]

    async def knows(self, principal: Principal, mac: str) -> bool:
        """Is there a phone with this MAC address, be it one that cannot be read?"""
        _check(principal)
        return await self._run(self._there().knows, mac)

    async def carry_out(self, principal: Principal, order: PhoneOrder) -> PhoneDone:
        """Do it. An order to a phone takes until that has answered, some seconds at most."""
        event = EVENTS[order.action]
        with recorded(self._audit, event, principal, number=order.mac, terminal=order.terminal) as action:
            _check(principal)
            _fits(order)
            done = await self._carried_out(order)
            action.terminal = done.phone.terminal
            return done

    async def _carried_out(self, order: PhoneOrder) -> PhoneDone:
        if self._under_way >= MAX_ORDERS:
            raise CallError(Refusal.OVERLOADED, "too many phones are being told something; try again later")
        self._under_way += 1
        try:
            steps = self._there().carry_out(order)
            while (done := await self._run(_step, steps)) is None:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_AGAIN_S)
            if self._changed is not None:
                await self._changed()
            return done
        finally:
            self._under_way -= 1

    def _there(self) -> PhoneFile:
        if self._file is None:
            raise CallError(
                Refusal.NOT_SUPPORTED,
                "no phones fetch their configuration from this Call Manager; set [provisioning] listen there,"
                " and restart it",
            )
        return self._file

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        try:
            return await self._threads.run(work, *arguments)
        except PhoneError as error:
            raise CallError(Refusal.BAD_REQUEST, str(error)) from error
        except (UnavailableError, OSError) as error:
            raise CallError(Refusal.UNAVAILABLE, f"nothing was changed: {error}") from error


def _step(steps: Generator[None, None, PhoneDone]) -> PhoneDone | None:
    try:
        next(steps)
    except StopIteration as end:
        done: PhoneDone = end.value
        return done
    return None


def _check(principal: Principal) -> None:
    if not principal.administrator:
        raise CallError(
            Refusal.NOT_ALLOWED,
            f"user {principal.name} is no administrator, and only they add phones, let them in, and see all"
            " of them; ask one of them",
        )


def _fits(order: PhoneOrder) -> None:
    if not 0 <= order.seconds <= MAX_SECONDS:
        raise CallError(Refusal.BAD_REQUEST, f"a phone is let in for at most {MAX_SECONDS} seconds")
