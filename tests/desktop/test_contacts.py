"""The contacts: search, the person's card, every number clickable."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from offhook.call import Cause, Dial, Feature, Party, Pickup, Terminal
from offhook.desktop.contacts import Contacts
from offhook.desktop.dialbox import DialBox
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.presence import Presence
from offhook.directory import SourceState
from offhook.errors import UnavailableError
from tests.desktop.scenes import over
from tests.desktop.stage import OWN, PEOPLE, Book, Stage, incoming, outgoing
from tests.desktop.world import ANSWERS, World, click, press
from tests.waiting import until


class Page(Contacts):
    """With the line above it, which searches here."""

    def __init__(self, phones: PhoneModel) -> None:
        self.line = DialBox(phones)
        super().__init__(phones, self.line)
        self.line.find_by(self)

    @property
    def input(self) -> QLineEdit:
        return self.line.input


async def found(contacts: Page, text: str) -> None:
    contacts.input.setText(text)
    await until(lambda: contacts.list.count() and not contacts.line.searching)


async def test_the_first_person_found_is_shown(world: World) -> None:
    contacts = Page(world.phones)
    await found(contacts, "schmidt")
    assert contacts.card.name.text() == "Anna Schmidt"
    assert contacts.card.company.text() == "Werk"
    assert [button.text() for button in contacts.card.buttons] == ["+49 371 38"]


async def test_a_number_is_called_by_a_click(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    contacts = Page(world.phones)
    contacts.show()
    await found(contacts, "lee min")
    click(contacts.card.buttons[0])
    await until(lambda: callee.invites == 1)


async def test_nobody_found_says_what_to_do(world: World) -> None:
    contacts = Page(world.phones)
    await found(contacts, "lee")
    contacts.input.setText("zzzz")
    await until(lambda: not contacts.list.count())
    assert "Nobody found" in contacts.hint.text()
    assert contacts.card.buttons == []


async def test_without_a_directory_it_says_where_to_add_one(world: World) -> None:
    phones = PhoneModel(world.parts.messenger, world.parts.client)
    contacts = Page(phones)
    contacts.show()
    assert contacts.empty.isVisible() and "Settings" in contacts.empty.text()
    assert not contacts.list.isVisible() and not contacts.hint.isVisible()
    phones.close()


# The people, with a Call Manager that is played.

PICKS_UP = replace(OWN, features=frozenset({Feature.DIAL, Feature.PICKUP}))
LEE_PHONE = Terminal("4001", "Lee", in_service=True)
LEE, SU_JIN, ANNA = PEOPLE


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(PICKS_UP)
    stage.manager.colleagues = [LEE_PHONE, Terminal("4005", "Bar"), Terminal("4006", "Zoo")]
    await until(lambda: stage.phones.presence.phones)
    yield stage
    stage.phones.close()


def names(contacts: Page) -> list[str]:
    people = contacts.list.people
    return [people.person(row).name for row in range(people.rowCount())]


def marks(contacts: Page) -> list[str]:
    return [contacts.list.people.mark(row) for row in range(contacts.list.count())]


@pytest.fixture
async def contacts(stage: Stage) -> AsyncIterator[Page]:
    contacts = Page(stage.phones)
    contacts.resize(720, 560)
    contacts.show()
    await until(lambda: "Zoo" in names(contacts))
    yield contacts
    contacts.hide()


async def test_it_opens_with_everybody_by_name_and_the_sites_own_phones_among_them(
    contacts: Page,
) -> None:
    assert names(contacts) == ["Anna Schmidt", "Bar", "Kim", "Lee Min-ho", "Lee Su-jin", "Zoo"]
    assert marks(contacts) == ["A", "B", "K", "L", "", "Z"]
    assert contacts.card.name.text() == "Anna Schmidt"


async def test_favourites_stand_first_and_come_and_go_with_the_star(contacts: Page) -> None:
    contacts.list.setCurrentIndex(contacts.list.people.index(3))
    click(contacts.card.star)
    assert names(contacts)[0] == "Lee Min-ho" and marks(contacts)[0] == "★"
    assert contacts.card.person == LEE, "who was chosen still is"
    click(contacts.card.star)
    assert names(contacts)[0] == "Anna Schmidt"


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_the_star_or_letter_in_the_margin_belongs_to_the_row(
    contacts: Page, direction: Qt.LayoutDirection
) -> None:
    contacts.list.setLayoutDirection(direction)
    contacts.list.setCurrentIndex(contacts.list.people.index(1))
    image = contacts.list.viewport().grab().toImage()
    row = contacts.list.visualRect(contacts.list.currentIndex())
    at_left = direction is Qt.LayoutDirection.LeftToRight
    margin = row.left() + 2 if at_left else row.right() - 2
    accent = contacts.list.palette().color(QPalette.ColorRole.Highlight)
    assert image.pixelColor(margin, row.center().y()) == accent


async def test_arrows_go_through_the_list_from_the_search_line_and_return_to_the_person(
    stage: Stage, contacts: Page
) -> None:
    await found(contacts, "lee")
    assert contacts.card.name.text() == "Lee Min-ho"
    press(contacts.input, Qt.Key.Key_Down)
    assert contacts.card.name.text() == "Lee Su-jin"
    await until(lambda: contacts.card.buttons[0].isVisible())
    press(contacts.input, Qt.Key.Key_Return)
    assert stage.manager.asked == [], "Return calls nobody who is not shown"
    assert contacts.focusWidget() is contacts.card.buttons[0]
    press(contacts.card.buttons[0], Qt.Key.Key_Space)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "4002")]


async def test_a_phone_that_no_directory_knows_is_found(contacts: Page) -> None:
    await found(contacts, "zo")
    assert names(contacts) == ["Zoo"]


async def test_a_mistyped_name_finds_who_is_nearly_called_so(contacts: Page) -> None:
    await found(contacts, "schmitd")
    assert names(contacts) == ["Anna Schmidt"]
    assert contacts.hint.text() == "Nobody here is called schmitd. Is it one of these?"


async def test_a_number_is_copied_as_it_is_shown(contacts: Page) -> None:
    click(contacts.card.copies[0])
    assert QGuiApplication.clipboard().text() == "+49 371 38"
    assert contacts.card.message.text() == "+49 371 38 is copied."


async def test_what_a_colleagues_phone_does_stands_with_the_person_and_a_call_is_picked_up(
    stage: Stage, contacts: Page
) -> None:
    await found(contacts, "lee min")
    await until(lambda: "4001" in stage.messenger._watches)
    stage.tell(LEE_PHONE)
    assert contacts.card.presence.text() == "Free"
    assert not contacts.card.pick_up.isVisible()
    stage.play(replace(incoming("there"), terminal="4001"))
    assert contacts.card.presence.text() == "Ringing"
    click(contacts.card.pick_up)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Pickup("4000", "4001")]
    await until(lambda: contacts.list.people.presence(LEE) is Presence.RINGING)
    row = contacts.list.people.index(contacts.list.people.row_of(LEE))
    assert "Ringing" in row.data(Qt.ItemDataRole.AccessibleTextRole)


async def test_nothing_is_told_of_people_whose_phones_may_not_be_watched(contacts: Page) -> None:
    assert contacts.card.person == ANNA
    assert not contacts.card.presence.isVisible() and not contacts.card.pick_up.isVisible()


async def test_a_name_has_the_room_beside_the_picture(contacts: Page) -> None:
    await until(lambda: contacts.card.name.width() > contacts.card.width() // 2)


async def test_numbers_keep_their_order_where_texts_run_from_right_to_left(
    stage: Stage, contacts: Page, qapp: QApplication
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        contacts.card.show_person(ANNA)
        assert contacts.card.buttons[0].text() == "\u2066+49 371 38\u2069"
        menu = contacts.list.menu_of(ANNA)
        assert menu.actions()[0].text() == "Call \u2066+49 371 38\u2069 (Work)"
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


async def test_a_note_is_kept_and_is_there_again(stage: Stage, contacts: Page) -> None:
    contacts.card.note.setPlainText("speaks Korean")
    contacts.list.setCurrentIndex(contacts.list.people.index(1))
    assert contacts.card.note.toPlainText() == ""
    assert stage.phones.kept.note(ANNA) == "speaks Korean"
    contacts.list.setCurrentIndex(contacts.list.people.index(0))
    assert contacts.card.note.toPlainText() == "speaks Korean"


async def test_the_last_calls_with_a_person_are_told(stage: Stage, contacts: Page) -> None:
    other = outgoing("other", callee=Party("", "4002"))
    stage.manager.past = [
        over(incoming("in"), Cause.CANCELLED),
        over(other, Cause.BUSY),
        over(outgoing("out", callee=Party("", "4001")), Cause.NO_ANSWER),
    ]
    stage.messenger.on_link(True)
    await found(contacts, "lee min")
    await until(lambda: contacts.card.calls_title.isVisible())
    assert [one.split(" ")[0] for one in last_calls(contacts)] == ["Missed", "Outgoing"]


def last_calls(contacts: Page) -> list[str]:
    grid = contacts.card._calls
    shown = [grid.itemAtPosition(row, 0) for row in range(grid.rowCount())]
    return [cast("QLabel", item.widget()).text() for item in shown if item is not None]


async def test_every_number_can_be_called_and_copied_from_the_menu(stage: Stage, contacts: Page) -> None:
    menu = contacts.list.menu_of(SU_JIN)
    texts = [one.text() for one in menu.actions() if one.text()]
    assert texts == ["Call 4002 (Work)", "Copy 4002", "Favourite"]
    menu.actions()[-1].trigger()
    assert stage.phones.kept.is_favourite(SU_JIN)


async def test_a_directory_that_cannot_be_read_says_so_and_shows_who_was_called_lately(stage: Stage) -> None:
    stage.manager.past = [over(incoming("in", caller=Party("Maria", "030 1")), Cause.NORMAL)]
    away = Book([])
    problem = UnavailableError("it cannot be reached", "check the network")
    away.states = lambda: [SourceState("dc1", 0, None, problem)]  # type: ignore[attr-defined]
    phones = PhoneModel(stage.messenger, stage.manager, away)
    phones.kept.set_favourite(ANNA)
    contacts = Page(phones)
    await until(lambda: {"Maria", "Zoo"} <= set(names(contacts)))
    assert names(contacts) == ["Anna Schmidt", "Maria", "Bar", "Kim", "Lee", "Zoo"]
    assert contacts.hint.text().startswith("dc1 cannot be read now: it cannot be reached")
    assert contacts.hint.text().endswith("Below are your favourites, the last calls, and the phones here.")
    phones.close()


async def test_with_little_room_the_list_and_the_person_take_turns(contacts: Page) -> None:
    contacts.resize(312, 560)
    assert contacts.list.isVisible() and not contacts.card.isVisible()
    contacts.list.clicked.emit(contacts.list.currentIndex())
    assert contacts.card.isVisible() and not contacts.list.isVisible()
    click(contacts.card.back)
    assert contacts.list.isVisible() and not contacts.card.isVisible()
