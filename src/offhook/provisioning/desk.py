"""Implements `offhook.manager.phonedesk.PhoneFile`: what is done to the phones, in the store and by their
templates. The command line does it beside a running Call Manager, and the Call Manager itself from afar."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import replace

from offhook.call.provisioned import PhoneAction, PhoneDone, PhoneList, PhoneOrder, PhoneState, PhoneVendor
from offhook.errors import CallError, PhoneError, Refusal
from offhook.manager.phones import DONE, SENT, ProvisionedPhone
from offhook.manager.ports import PhoneStore
from offhook.provisioning.grants import WINDOW_S, closed, new_secret, opened, path_of
from offhook.provisioning.models import Models
from offhook.provisioning.values import read_mac, written_mac

TAKEN_S = 5.0
"""How long a running Call Manager may need to see an order, which it looks for every second."""

ANSWERED_S = 6.0
"""How long a phone may need to answer. SIP itself would wait for half a minute."""

Change = Callable[[ProvisionedPhone], ProvisionedPhone]


class PhoneFile:
    """The phones of a store, which no other part may have opened: it notices what others change there.

    `terminals` are those that a phone may become, `address` where phones fetch their files, ending in /; it
    may raise `PhoneError` and `ConfigError`.
    """

    def __init__(
        self,
        store: PhoneStore,
        models: Models,
        terminals: Collection[str],
        address: Callable[[], str],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._models = store, models
        self._terminals, self._address, self._clock = terminals, address, clock
        self._changes = 0
        self._listed: tuple[tuple[int, int], PhoneList] | None = None

    def models(self) -> Sequence[PhoneVendor]:
        """What there are templates for."""
        return vendors(self._models)

    def list(self) -> PhoneList:
        """All of them, as remembered until somebody changes them."""
        seen = self._store.version(), self._changes  # before they are read
        listed = self._listed
        if listed is None or listed[0] != seen:
            now = self._clock()
            found = PhoneList(
                tuple(state_of(one, now) for one in self._store.list()), tuple(self._store.unreadable())
            )
            listed = self._listed = seen, found
        return listed[1]

    def knows(self, mac: str) -> bool:
        """Is there a phone with this MAC address, as people write it, be it one that cannot be read?"""
        wanted, found = read_mac(mac), self.list()
        return wanted in found.unreadable or any(one.mac == wanted for one in found.phones)

    def carry_out(self, order: PhoneOrder) -> Generator[None, None, PhoneDone]:
        """Do it; asks to be called again while a phone has not answered."""
        address, until = "", self._clock() + (order.seconds or WINDOW_S)
        match order.action:
            case PhoneAction.ADD:
                phone = self._add(order, until)
            case PhoneAction.OPEN:
                phone = self._change(order.mac, lambda kept: opened(kept, until))
            case PhoneAction.SHOW:
                base = self._address()
                phone = self._change(order.mac, lambda kept: opened(kept, until, path_only=True))
                vendor, _ = self._models.find(phone.model)
                address = vendor.told(f"{base}p/{path_of(phone)}/", phone.mac)
            case PhoneAction.CLOSE:
                phone = self._change(order.mac, closed)
            case PhoneAction.REBOOT | PhoneAction.RESYNC:
                phone = yield from self._told(order)
            case PhoneAction.REMOVE:
                phone = self._remove(order.mac)
        return PhoneDone(state_of(phone, self._clock()), address)

    def _add(self, order: PhoneOrder, until: float) -> ProvisionedPhone:
        _, model = self._models.find(order.model)
        if order.terminal not in self._terminals:
            raise PhoneError(
                f"there is no terminal {order.terminal[:40]!r}",
                f"add it: offhook terminal add {order.terminal[:40]}",
            )
        phone = ProvisionedPhone(
            mac=read_mac(order.mac), model=model, terminal=order.terminal, secret=new_secret()
        )
        phone = opened(phone, until) if order.seconds else phone
        self._store.add(phone)
        self._changes += 1
        return phone

    def _remove(self, mac: str) -> ProvisionedPhone:
        wanted = read_mac(mac)
        before = next((one for one in self._store.list() if one.mac == wanted), None)
        if not self._store.remove(wanted):
            raise _no_such(mac)
        self._changes += 1
        return before or ProvisionedPhone(mac=wanted, model="", terminal="", secret="")

    def _told(self, order: PhoneOrder) -> Generator[None, None, ProvisionedPhone]:
        """Leave the order in the store, where the Call Manager finds it, and wait for what comes of it."""
        wanted = "reboot" if order.action is PhoneAction.REBOOT else "resync"
        phone = self._change(order.mac, lambda kept: replace(kept, order=wanted, answer=""))

        def now() -> ProvisionedPhone:
            return next((one for one in self._store.list() if one.mac == phone.mac), phone)

        if not (yield from _within(TAKEN_S, lambda: not now().order)):
            self._change(order.mac, lambda kept: replace(kept, order=""))
            raise CallError(Refusal.UNAVAILABLE, "no Call Manager has taken the order; start it: offhook up")
        yield from _within(ANSWERED_S, lambda: now().answer != SENT)
        after = now()
        if after.answer == SENT:
            raise PhoneError(f"phone {written_mac(phone.mac)} has not answered", "restart it by hand")
        if after.answer != DONE:
            raise PhoneError(f"phone {written_mac(phone.mac)}: {after.answer}")
        return after

    def _change(self, mac: str, change: Change) -> ProvisionedPhone:
        found = self._store.change(read_mac(mac), change)
        self._changes += 1
        if found is None:
            raise _no_such(mac)
        return found


def vendors(models: Models) -> Sequence[PhoneVendor]:
    """What there are templates for."""
    return [PhoneVendor(one.title, tuple(one.models)) for one in models.vendors.values()]


def state_of(phone: ProvisionedPhone, now: float) -> PhoneState:
    """What people are told of it: nothing that is secret."""
    return PhoneState(
        phone.mac,
        phone.model,
        phone.terminal,
        open_until=phone.window_until if phone.window_until > now else None,
        path_only=phone.path_only and phone.window_until > now,
        fetched=phone.fetched or None,
        source=phone.source,
        user_agent=phone.user_agent,
        registered=phone.registered or None,
        stranger=phone.stranger,
        stranger_at=phone.stranger_at or None,
        password_waits=phone.renew,
    )


def _within(seconds: float, done: Callable[[], bool]) -> Generator[None, None, bool]:
    """Wait so long for it; was it done?"""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        yield
    return True


def _no_such(mac: str) -> PhoneError:
    return PhoneError(f"there is no phone {mac[:40]!r}", "see: offhook phone list")
