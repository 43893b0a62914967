"""Orders to phones, which the command line leaves in the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.manager.phones import DONE, SENT, ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.grants import login_of
from offhook.provisioning.phones import Phones
from tests.provisioning.doorway import MAC, PHONE
from tests.waiting import until


class Orders:
    def __init__(self, store: SqlitePhones) -> None:
        self.store, self.heard = store, list[str]()
        self.done: list[Callable[[str], None]] = []
        self.acts = True
        self.phones = Phones(store, ordered=self._ordered, acts=lambda _terminal: self.acts)

    def _ordered(self, phone: ProvisionedPhone, done: Callable[[str], None]) -> None:
        self.heard.append(phone.order)
        self.done.append(done)

    async def order(self, order: str) -> None:
        self.store.change(MAC, lambda phone: replace(phone, order=order, answer=""))
        self.phones._version = None  # as after a change by another process
        await self.phones.look()

    @property
    def phone(self) -> ProvisionedPhone:
        return self.store.list()[0]


@pytest.fixture
async def orders(tmp_path: Path) -> AsyncIterator[Orders]:
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        store.add(PHONE)
        orders = Orders(store)
        await orders.phones.look()
        yield orders
        await orders.phones.stop()


async def test_an_order_is_taken_once_and_its_answer_written_down(orders: Orders) -> None:
    await orders.order("reboot")
    await until(lambda: (orders.phone.order, orders.phone.answer) == ("", SENT))
    orders.phones._version = None
    await orders.phones.look()
    orders.done[0](DONE)
    await until(lambda: orders.phone.answer == DONE)
    assert orders.heard == ["reboot"]


async def test_the_answer_to_an_order_is_not_that_to_the_next_one(orders: Orders) -> None:
    await orders.order("resync")
    await until(lambda: orders.phone.answer == SENT)
    await orders.order("reboot")
    await until(lambda: orders.phone.answer == SENT)
    orders.done[1]("it has answered 486")
    await until(lambda: orders.phone.answer == "it has answered 486")
    assert orders.heard == ["resync", "reboot"]


async def test_an_answer_that_comes_after_the_next_order_was_left_does_not_take_it_away(
    orders: Orders,
) -> None:
    await orders.order("resync")
    await until(lambda: orders.phone.answer == SENT)
    orders.store.change(MAC, lambda phone: replace(phone, order="reboot", answer=""))
    orders.done[0](DONE)
    await orders.phones.stop()
    assert orders.phone.order == "reboot"


async def test_an_order_is_not_overlooked_when_something_else_is_written_down_of_its_phone(
    orders: Orders,
) -> None:
    orders.store.change(MAC, lambda phone: replace(phone, order="reboot", answer=""))
    orders.phones.registered(login_of(PHONE))
    await until(lambda: orders.phone.registered)
    orders.phones._version = None
    await orders.phones.look()
    assert orders.heard == ["reboot"]


async def test_an_order_that_is_answered_at_once_keeps_its_answer(orders: Orders) -> None:
    def at_once(phone: ProvisionedPhone, done: Callable[[str], None]) -> None:
        done("a baresip cannot be told to")

    orders.phones._ordered = at_once
    await orders.order("reboot")
    await until(lambda: orders.phone.answer == "a baresip cannot be told to")
    assert orders.phone.order == ""


async def test_an_order_waits_for_the_call_manager_where_the_phone_is_registered(orders: Orders) -> None:
    orders.acts = False
    await orders.order("reboot")
    assert (orders.heard, orders.phone.order) == ([], "reboot")
    orders.acts = True
    await orders.phones.look()
    await until(lambda: orders.phone.answer == SENT)
    await orders.phones.look()
    assert orders.heard == ["reboot"]
