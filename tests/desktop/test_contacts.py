"""The contacts: search, the person's card, every number clickable."""

from offhook.desktop.contacts import Contacts
from offhook.desktop.phonemodel import PhoneModel
from tests.desktop.world import ANSWERS, World, click
from tests.waiting import until


async def found(contacts: Contacts, text: str) -> None:
    contacts.input.setText(text)
    await until(lambda: contacts.list.count())


async def test_the_first_person_found_is_shown(world: World) -> None:
    contacts = Contacts(world.phones)
    await found(contacts, "schmidt")
    assert contacts.card.name.text() == "Anna Schmidt"
    assert contacts.card.company.text() == "Werk"
    assert [button.text() for button in contacts.card.buttons] == ["+49 371 38"]


async def test_a_number_is_called_by_a_click(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    contacts = Contacts(world.phones)
    contacts.show()
    await found(contacts, "lee min")
    click(contacts.card.buttons[0])
    await until(lambda: callee.invites == 1)


async def test_nobody_found_says_what_to_do(world: World) -> None:
    contacts = Contacts(world.phones)
    await found(contacts, "lee")
    contacts.input.setText("zzzz")
    await until(lambda: not contacts.list.count())
    assert "Nobody found" in contacts.hint.text()
    assert contacts.card.buttons == []


async def test_without_a_directory_it_says_where_to_add_one(world: World) -> None:
    phones = PhoneModel(world.parts.messenger, world.parts.client)
    assert "Settings" in Contacts(phones).hint.text()
    phones.close()
