"""The frame of the window: a rail of pages, a line that is always there, a footer, keys for all of it."""

import sys
from collections.abc import AsyncIterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from offhook.call import Cause, Dial
from offhook.desktop.historymodel import Kind
from offhook.desktop.mainwindow import LEAST, PAGE_HEIGHT, MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.programmenu import ProgramMenu
from offhook.desktop.rail import Page, RailButton
from offhook.desktop.shortcuts import ShortcutSheet
from tests.desktop.scenes import over
from tests.desktop.stage import PEOPLE, TALKING, Stage, incoming, outgoing
from tests.desktop.world import click, press
from tests.waiting import until


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


@pytest.fixture
async def window(stage: Stage, preferences: Preferences) -> AsyncIterator[MainWindow]:
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    window.show()
    window.activateWindow()
    await until(window.isActiveWindow)
    yield window
    window.hide()
    window.deleteLater()


def control(window: MainWindow, key: Qt.Key) -> None:
    """Press Ctrl and a key, wherever the keyboard is."""
    QTest.keyClick(window.focusWidget() or window, key, Qt.KeyboardModifier.ControlModifier)


async def test_it_starts_at_home_with_the_keyboard_in_the_line(window: MainWindow) -> None:
    await until(window.dialbox.input.hasFocus)
    assert window.page is Page.HOME
    assert window.menuBar().actions() == []


@pytest.mark.parametrize("page", Page)
async def test_each_page_has_a_button_and_a_key(window: MainWindow, page: Page) -> None:
    control(window, Qt.Key(Qt.Key.Key_1 + page.value))
    assert window.page is page
    assert window.rail.buttons[page].isChecked()
    other = Page((page.value + 1) % len(Page))
    click(window.rail.buttons[other])
    assert window.page is other


async def test_pages_that_many_people_never_look_at_are_made_when_they_are_shown(window: MainWindow) -> None:
    assert not {"contacts", "history"} & set(vars(window))
    window.show_page(Page.CONTACTS)
    assert window.contacts.isVisible()
    assert window.contacts.parentWidget() is window.pages.currentWidget()
    assert "history" not in vars(window)


@pytest.mark.parametrize("page", [Page.CALLS, Page.CONTACTS])
async def test_after_the_line_the_keyboard_goes_to_the_page_and_then_to_the_rail(
    window: MainWindow, page: Page
) -> None:
    window.show_page(page)
    after = [type(one) for one in tabs(window.dialbox.input)]
    first = window.history.kinds.buttons[Kind.ALL] if page is Page.CALLS else window.contacts.list
    assert (after[0], after[-1]) == (type(first), RailButton)


def tabs(start: QWidget) -> list[QWidget]:
    """What Tab reaches after this, until it is back there."""
    reached: list[QWidget] = []
    one = start.nextInFocusChain()
    while one is not None and one is not start:
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled():
            reached.append(one)
        one = one.nextInFocusChain()
    return reached


async def test_the_line_is_reached_by_a_key_from_every_page(window: MainWindow) -> None:
    for page in Page:
        window.show_page(page)
        assert window.dialbox.isVisible()
        control(window, Qt.Key.Key_L)
        await until(window.dialbox.input.hasFocus)


async def test_what_is_typed_is_searched_on_home_and_escape_goes_back(window: MainWindow) -> None:
    window.show_page(Page.SETTINGS)
    window.dialbox.input.setText("lee")
    assert window.rail.buttons[Page.HOME].isChecked()
    await until(lambda: len(window.dialbox.suggestions()) == 2)
    press(window.dialbox.input, Qt.Key.Key_Escape)
    assert window.dialbox.input.text() == ""
    await until(lambda: window.page is Page.SETTINGS)


async def test_on_contacts_the_line_searches_them_and_stays_there(window: MainWindow) -> None:
    control(window, Qt.Key.Key_2)
    control(window, Qt.Key.Key_L)
    QTest.keyClicks(window.dialbox.input, "su-jin")
    await until(lambda: window.contacts.card.name.text() == "Lee Su-jin")
    assert window.page is Page.CONTACTS
    assert window.contacts.list.count() == 1
    press(window.dialbox.input, Qt.Key.Key_Escape)
    await until(lambda: window.contacts.list.count() == len(PEOPLE) + 1)
    assert window.page is Page.CONTACTS


async def test_on_calls_the_line_searches_them_and_stays_there(window: MainWindow, stage: Stage) -> None:
    stage.manager.past = [over(incoming("a"), Cause.CANCELLED), over(outgoing("b"), Cause.BUSY)]
    window.history.model.reload()
    await until(lambda: window.history.shown.rowCount() == 2)
    control(window, Qt.Key.Key_3)
    control(window, Qt.Key.Key_L)
    QTest.keyClicks(window.dialbox.input, "outgoing")
    await until(lambda: window.history.shown.rowCount() == 1)
    assert window.page is Page.CALLS
    press(window.dialbox.input, Qt.Key.Key_Return)
    await until(window.history.list.hasFocus)
    press(window.history.list, Qt.Key.Key_Up)
    await until(window.dialbox.input.hasFocus)
    press(window.dialbox.input, Qt.Key.Key_Escape)
    await until(lambda: window.history.shown.rowCount() == 2)
    assert window.page is Page.CALLS


async def test_a_number_that_no_call_has_is_called_by_return_which_says_so(
    window: MainWindow, stage: Stage
) -> None:
    window.show_page(Page.CALLS)
    window.dialbox.input.setText("030 123")
    await until(lambda: "Return: Call 030123" in window.history.empty.text())
    press(window.dialbox.input, Qt.Key.Key_Return)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "030123")]


async def test_all_calls_with_a_person_are_those_that_the_line_searches(window: MainWindow) -> None:
    window.show_page(Page.CALLS)
    window.history.list.same.emit("Lee Su-jin")
    assert window.dialbox.input.text() == "Lee Su-jin"
    await until(lambda: not window.dialbox.searching)
    assert window.page is Page.CALLS


async def test_what_is_typed_in_the_list_of_contacts_goes_into_the_line_and_arrow_up_leads_there(
    window: MainWindow,
) -> None:
    control(window, Qt.Key.Key_2)
    await until(window.contacts.list.hasFocus)
    press(window.contacts.list, Qt.Key.Key_Up)
    await until(window.dialbox.input.hasFocus)
    window.contacts.list.setFocus()
    QTest.keyClicks(window.contacts.list, "a")
    await until(window.dialbox.input.hasFocus)
    assert window.dialbox.input.text() == "a"


async def test_what_was_typed_is_searched_where_one_goes(window: MainWindow) -> None:
    window.dialbox.input.setText("lee")
    window.show_page(Page.CONTACTS)
    await until(lambda: window.contacts.list.count() == 2)
    window.show_page(Page.HOME)
    await until(lambda: len(window.dialbox.suggestions()) == 2)


async def test_a_number_that_no_contact_has_is_called_by_return_which_says_so(
    window: MainWindow, stage: Stage
) -> None:
    window.show_page(Page.CONTACTS)
    window.dialbox.input.setText("030 123")
    await until(lambda: "Return: Call 030123" in window.contacts.hint.text())
    press(window.dialbox.input, Qt.Key.Key_Return)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "030123")]


async def test_the_button_calls_the_contact_that_is_highlighted(window: MainWindow, stage: Stage) -> None:
    window.show_page(Page.CONTACTS)
    assert not window.dialbox.call.isEnabled(), "nobody was searched"
    window.dialbox.input.setText("lee")
    await until(window.dialbox.call.isEnabled)
    press(window.dialbox.input, Qt.Key.Key_Down)
    click(window.dialbox.call)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "4002")]


async def test_calls_stand_between_the_line_and_the_page(window: MainWindow, stage: Stage) -> None:
    stage.play(incoming(features=TALKING))
    await until(window.strip.isVisible)

    def top(widget: QWidget) -> int:
        return widget.mapTo(window, QPoint()).y()

    assert top(window.dialbox) < top(window.strip) < top(window.pages) < top(window.own)


@pytest.mark.parametrize("high", [LEAST[1], 600, 900])
async def test_calls_take_what_room_there_is_but_never_a_page_s_last(
    window: MainWindow, stage: Stage, high: int
) -> None:
    window.resize(620, high)
    for number in range(6):
        stage.play(incoming(f"c{number}", features=TALKING))

    def left() -> int:
        return window.pages.y() - window.strip.geometry().bottom()

    await until(lambda: left() > 0 and window.strip.height() >= window.strip.cards()[0].height())
    assert window.pages.height() >= PAGE_HEIGHT
    assert window.pages.geometry().bottom() <= window.body.rect().bottom()


async def test_it_becomes_as_narrow_as_a_telephone_and_has_icons_alone_then(
    window: MainWindow, qapp: QApplication
) -> None:
    wide = window.rail.width()
    window.resize(*LEAST)
    await until(lambda: window.rail.width() < wide)
    assert window.width() == LEAST[0] == 360


async def test_what_concerns_the_program_is_in_the_menu_at_the_foot_of_the_rail(window: MainWindow) -> None:
    texts = [action.text() for action in window.menu.actions() if action.text()]
    assert texts == ["&Keyboard shortcuts", "&About and diagnosis", "&Quit"]
    assert window.rail.more.menu() is window.menu


async def test_on_windows_the_provider_is_installed_and_removed_from_there(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    menu, wanted = ProgramMenu(window), list[bool]()
    menu.install_wanted.connect(wanted.append)
    assert [action.text() for action in menu.actions()[:2]] == ["TSP &install", "TSP &uninstall"]
    for action in menu.actions()[:2]:
        action.trigger()
    assert wanted == [True, False]


async def test_the_sheet_of_keys_names_each_key_of_the_window(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    (sheet,) = window.findChildren(ShortcutSheet)
    named = {key for _, keys in sheet.sections() for _, key in keys}
    for action in window.menu.actions_with_keys():
        keys = [one.toString() for one in action.shortcuts()]
        assert named & set(keys), keys
    shown = {one.text() for one in sheet.findChildren(QLabel)}
    assert {"Ctrl+L", "F1"} <= shown
    sheet.close()
