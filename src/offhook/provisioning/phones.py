"""The provisioned phones in memory, a copy of the store: each login and each file asks for one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import time
from typing import Final

from offhook.common.threads import Threads
from offhook.errors import UnavailableError
from offhook.manager.phones import SENT, ProvisionedPhone
from offhook.manager.ports import PhoneStore
from offhook.provisioning.grants import Via, asked, login_of, open_by_name, password_of, path_of, registered
from offhook.provisioning.values import written_mac

logger = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""How often it is looked whether `offhook phone` has changed anything."""

AGAIN_S: Final = 3600.0
"""How often it is written down that a phone has registered again."""

Order = Callable[[ProvisionedPhone, Callable[[str], None]], None]
"""Carries out an order to a phone; tells what came of it, at once or later."""


class Phones:
    """Implements `offhook.switch.embedded.ports.PhoneLogins`.

    `dismissed` hears of a phone whose password is good for nothing any more, `ordered` of one with an order,
    `stranger` of one whose files somebody else has asked for, `changed` that anything has changed. `acts`:
    are the phones of this terminal registered at this Call Manager, of several? Orders to others are theirs.
    """

    def __init__(
        self,
        store: PhoneStore,
        *,
        dismissed: Callable[[str, str], None] = lambda _terminal, _mac: None,
        ordered: Order = lambda _phone, _done: None,
        stranger: Callable[[ProvisionedPhone], None] = lambda _phone: None,
        changed: Callable[[], None] = lambda: None,
        acts: Callable[[str], bool] = lambda _terminal: True,
        clock: Callable[[], float] = time,
    ) -> None:
        self._store, self._clock = store, clock
        self._dismissed, self._ordered, self._stranger = dismissed, ordered, stranger
        self._changed, self._acts = changed, acts
        self._threads = Threads("phones", 1)  # what is written down keeps its order
        self._by_mac: dict[str, ProvisionedPhone] = {}
        self._by_path: dict[str, str] = {}
        self._by_login: dict[str, str] = {}
        self._version: int | None = None
        self._with_order: set[str] = set()
        self._taken: set[str] = set()
        """Whose orders are being carried out, until that is written down."""
        self._unreadable = set[str]()
        self._looking: asyncio.Task[None] | None = None
        self._noting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Read them, and go on looking. Raises `UnavailableError`."""
        await self.look()
        self._looking = asyncio.get_running_loop().create_task(self._look_on())

    async def stop(self) -> None:
        """Look no more."""
        tasks = [*self._noting, *([self._looking] if self._looking is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def look(self) -> None:
        """Read from the store what another process has changed there. Raises `UnavailableError`."""
        version = await self._threads.run(self._store.version)
        if version != self._version:
            found = await self._threads.run(self._store.list)
            self._version = version
            self._take_over(found)
            await self._name_unreadable()
            self._changed()
        self._carry_out_orders()

    async def _name_unreadable(self) -> None:
        """Log each phone that cannot be read once, with what to do."""
        found = set(await self._threads.run(self._store.unreadable))
        for mac in sorted(found - self._unreadable):
            logger.error(
                "what is kept of phone %s cannot be read: offhook phone remove %s, and add it anew", mac, mac
            )
        self._unreadable = found

    # Whoever logs in

    def password(self, login: str) -> str | None:
        """What the phone logs in with; None for an unknown one."""
        phone = self._by_mac.get(self._by_login.get(login, ""))
        return None if phone is None else password_of(phone)

    def registered(self, login: str) -> None:
        """The phone has registered, so its window is closed. This is stored in the background."""
        phone, now = self._by_mac.get(self._by_login.get(login, "")), self._clock()
        if phone is None:
            return
        after = registered(phone, now)
        if after.window_until != phone.window_until or now - phone.registered >= AGAIN_S:
            self._put(after)
            self._note(phone.mac, lambda kept: registered(kept, now))

    # Whoever asks for files

    def of_path(self, path: str) -> ProvisionedPhone | None:
        """The phone with this secret path."""
        return self._by_mac.get(self._by_path.get(path, ""))

    def of_mac(self, mac: str) -> ProvisionedPhone | None:
        """The phone with this MAC address."""
        return self._by_mac.get(mac)

    def fetching(self, source: str) -> ProvisionedPhone | None:
        """The one phone whose window is open, and that has fetched from there; None if it is not clear which.

        It asks for a file whose name does not say whose it is."""
        now = self._clock()
        found = [one for one in self._by_mac.values() if one.source == source and one.window_until > now]
        return found[0] if len(found) == 1 else None

    def is_open(self, phone: ProvisionedPhone) -> bool:
        """Is its window open to whoever knows its MAC address?"""
        return open_by_name(phone, self._clock())

    def may_be_given(self, phone: ProvisionedPhone, source: str, via: Via) -> bool:
        """May its files be given to it, by what is known in memory? `asked` decides."""
        return asked(phone, source, via, "", self._clock())[1]

    async def asked(self, mac: str, source: str, via: Via, user_agent: str) -> ProvisionedPhone | None:
        """The phone, if its files may be given to whoever asks; else None. Raises `UnavailableError`."""
        before, now, given = self._by_mac.get(mac), self._clock(), False

        def change(kept: ProvisionedPhone) -> ProvisionedPhone:
            nonlocal before, given
            before = kept
            after, given = asked(kept, source, via, user_agent, now)
            return after

        after = await self._threads.run(self._store.change, mac, change)
        if after is None or before is None:
            return None
        self._put(after)
        if after != before:
            self._changed()
        if after.stranger_at != before.stranger_at:
            logger.warning(
                "phone %s (terminal %s): %s asked for its files, and was given nothing; it gets a new"
                " password when it next fetches them", *(written_mac(mac), after.terminal, source),
            )  # fmt: skip
            self._stranger(after)
        if not given:
            return None
        if after.generation != before.generation:
            self._dismissed(after.terminal, mac)
        return after

    # Inside

    async def _look_on(self) -> None:
        problem = ""
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                await self.look()
                problem = ""
            except (UnavailableError, OSError) as error:
                if str(error) != problem:
                    logger.error("%s", error)
                problem = str(error)

    def _take_over(self, found: Sequence[ProvisionedPhone]) -> None:
        before = self._by_mac
        self._by_mac, self._by_path, self._by_login = {}, {}, {}
        for phone in found:
            self._put(phone)
        for old in before.values():
            new = self._by_mac.get(old.mac)
            if new is None or (login_of(new), password_of(new)) != (login_of(old), password_of(old)):
                self._dismissed(old.terminal, old.mac)
        self._with_order = {phone.mac for phone in found if phone.order}

    def _put(self, phone: ProvisionedPhone) -> None:
        self._by_mac[phone.mac] = phone
        self._by_path[path_of(phone)] = phone.mac
        self._by_login[login_of(phone)] = phone.mac

    def _carry_out_orders(self) -> None:
        for phone in [self._by_mac[mac] for mac in self._with_order - self._taken]:
            if self._acts(phone.terminal):
                self._with_order.discard(phone.mac)
                self._carry_out(phone)

    def _carry_out(self, phone: ProvisionedPhone) -> None:
        """Carry the order out. If another one has come meanwhile, the store keeps that one."""

        def sent(kept: ProvisionedPhone) -> ProvisionedPhone:
            return replace(kept, order="", answer=SENT) if kept.order == phone.order else kept

        def done(answer: str) -> None:
            self._note(phone.mac, lambda kept: kept if kept.order else replace(kept, answer=answer))

        self._taken.add(phone.mac)
        self._note(phone.mac, sent, lambda: self._taken.discard(phone.mac))
        self._ordered(phone, done)

    def _note(
        self,
        mac: str,
        change: Callable[[ProvisionedPhone], ProvisionedPhone],
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Change the store in the background, one after the other."""

        async def note() -> None:
            try:
                after = await self._threads.run(self._store.change, mac, change)
            except (UnavailableError, OSError) as error:
                logger.error("%s", error)
                return
            finally:
                then()
            if after is not None and mac in self._by_mac:
                self._put(after)
                self._changed()

        task = asyncio.get_running_loop().create_task(note())
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)
