"""Desk phones that set themselves up, in the settings of the window."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from offhook.call import Terminal
from offhook.call.provisioned import PhoneAction, PhoneOrder, PhoneState, PhoneVendor
from offhook.config import Config, load
from offhook.desktop import translation
from offhook.desktop.mainwindow import LEAST
from offhook.desktop.settings.adddesk import AddDeskPhone
from offhook.desktop.settings.deskphones import AGAIN_MS, MARGIN_MS, DeskPhonesPage, has_desk_phones
from offhook.errors import CallError, Refusal
from tests.desktop.stage import OWN, Stage
from tests.waiting import until

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
MAC = "805ec0123456"
FETCHED = PhoneState(
    MAC, "T46U", "4001", fetched=1_767_225_600.0, source="192.0.2.33", registered=1_767_225_603.0
)
ROOM = LEAST[0] - 80
"""In the narrowest window beside the narrow rail, and the edges of the window and of the page."""
ASKED_FOR = replace(FETCHED, mac="ffffffffffff", stranger="192.0.2.66", stranger_at=1_767_229_200.0)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(OWN, Terminal("4001", "Lee Min-ho"))
    stage.manager.desk_phones = [FETCHED, ASKED_FOR]
    yield stage
    stage.phones.close()


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[DeskPhonesPage]:
    await until(lambda: "4001" in stage.phones.presence.phones)
    page = DeskPhonesPage(stage.phones)
    page.show()
    await until(lambda: page.list.count() == 2)
    yield page
    page.hide()
    page.deleteLater()


def orders(stage: Stage) -> list[tuple[PhoneAction, str]]:
    return [(one.action, one.mac) for one in stage.manager.orders]


def shown(*widgets: QWidget) -> list[bool]:
    return [one.isVisible() for one in widgets]


async def test_each_is_shown_with_whose_it_is_and_what_it_has_done(page: DeskPhonesPage) -> None:
    assert "Lee Min-ho 4001" in page.list.item(0).text() and "80:5e:c0:12:34:56" in page.list.item(0).text()
    assert "from 192.0.2.33" in page.detail.text() and "has registered" in page.detail.text()
    assert shown(page.warning) == [False]
    page.list.setCurrentRow(1)
    assert shown(page.warning) == [True]
    assert page.warning.text().startswith("192.0.2.66 asked for its settings")


async def test_a_phone_is_let_in_and_no_more(page: DeskPhonesPage, stage: Stage) -> None:
    page.let_in.click()
    await until(lambda: page.let_in.text() == "&Let in no more")
    assert "let in until" in page.detail.text()
    assert page.result.text().startswith("Plug it in now")
    page.let_in.click()
    await until(lambda: page.let_in.text() == "&Let in")
    assert orders(stage) == [(PhoneAction.OPEN, MAC), (PhoneAction.CLOSE, MAC)]


async def test_the_secret_address_is_there_only_while_somebody_looks(page: DeskPhonesPage) -> None:
    assert shown(page.qr, page.address, page.copy) == [False] * 3
    page.show_address.click()
    await until(lambda: page.address.text() == "http://192.0.2.10:8088/p/secret/")
    assert shown(page.qr, page.address, page.copy) == [True] * 3
    page.copy.click()
    assert QGuiApplication.clipboard().text() == page.address.text()
    page.list.setCurrentRow(1)
    assert shown(page.qr, page.address, page.copy) == [False] * 3
    assert page.address.text() == ""


async def test_a_phone_is_added_for_whom_is_chosen_and_let_in(page: DeskPhonesPage, stage: Stage) -> None:
    page.add.click()
    await until(lambda: page.adding.isVisible())
    assert not page.unsaved and not page.adding.add.isEnabled()
    page.adding.mac.setText("80:5e:c0:00:00:0")
    assert page.unsaved and not page.adding.add.isEnabled()
    page.adding.mac.setText("80:5e:c0:00:00:01")
    page.adding.model.setCurrentIndex(page.adding.model.findData("T46U"))
    page.adding.add.click()
    await until(lambda: page.list.count() == 3)
    order = PhoneOrder(PhoneAction.ADD, "80:5e:c0:00:00:01", "T46U", "4000", 600)
    assert stage.manager.orders == [order]
    assert page.result.text() == "Added. Plug it in now." and not page.unsaved


async def test_what_the_call_manager_refuses_is_said_and_what_was_typed_stays(
    page: DeskPhonesPage, stage: Stage
) -> None:
    stage.manager.refusal = CallError(
        Refusal.BAD_REQUEST, "there is a phone 805ec0123456 already; remove it first"
    )
    page.add.click()
    await until(lambda: page.adding.isVisible())
    page.adding.mac.setText(MAC)
    page.adding.add.click()
    await until(lambda: page.result.text() != "")
    assert page.result.text() == "There is a phone 805ec0123456 already; remove it first"
    assert page.unsaved and page.adding.mac.text() == MAC


async def test_a_phone_is_restarted_and_removed_once_that_is_agreed(
    page: DeskPhonesPage, stage: Stage
) -> None:
    page.restart.click()
    await until(lambda: page.result.text() == "The phone starts anew.")
    page.remove.click()
    assert page.question is not None and MAC not in page.question.text()
    page.question.reject()
    assert (PhoneAction.REMOVE, MAC) not in orders(stage)
    page.remove_phone(MAC)
    await until(lambda: page.list.count() == 1)
    assert orders(stage)[-1] == (PhoneAction.REMOVE, MAC)


@pytest.mark.parametrize(
    "refusal, said",
    [
        (Refusal.NOT_ALLOWED, "administrators only"),
        (Refusal.NOT_SUPPORTED, "[provisioning]"),
        (Refusal.UNAVAILABLE, "cannot be read"),
    ],
)
async def test_who_is_not_told_reads_why(stage: Stage, refusal: Refusal, said: str) -> None:
    stage.manager.desk_phones = CallError(refusal, "no")
    page = DeskPhonesPage(stage.phones)
    page.show()
    await until(lambda: said in page.intro.text())
    assert shown(page.list, page.add, page.let_in, page.remove) == [False] * 4
    page.hide()
    page.deleteLater()


def test_the_page_is_there_where_phones_may_set_themselves_up(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    text = '[switch.embedded]\nlisten = "127.0.0.1:0"\n[provisioning]\nlisten = "127.0.0.1:8088"\n'
    file.write_text(text)
    assert has_desk_phones(load(file)) and not has_desk_phones(Config())


async def test_what_a_phone_has_done_is_shown_once_it_is_told_and_asked_for_no_more_than_that(
    page: DeskPhonesPage, stage: Stage
) -> None:
    assert not page._timer.isActive(), "the Call Manager tells"
    stage.manager.desk_phones = [FETCHED]
    stage.messenger.on_phones()
    await until(lambda: page.list.count() == 1)
    assert stage.manager.times_listed == 2


async def test_the_end_of_a_window_is_looked_at_though_nobody_tells_of_it(
    page: DeskPhonesPage, stage: Stage
) -> None:
    stage.manager.desk_phones = [replace(FETCHED, open_until=time.time() + 60)]
    stage.messenger.on_phones()
    await until(lambda: page.list.count() == 1)
    assert page._timer.isActive() and 0 < page._timer.interval() <= 60_000 + MARGIN_MS


async def test_an_older_call_manager_is_asked_again_while_somebody_looks(
    page: DeskPhonesPage, stage: Stage
) -> None:
    stage.manager.tells_of_phones = False
    page.refresh()
    await until(page._timer.isActive)
    assert page._timer.interval() == AGAIN_MS
    page.hide()
    assert not page._timer.isActive()


@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_the_page_fits_into_the_narrowest_window(
    stage: Stage, qapp: QApplication, language: str
) -> None:
    translation.install(qapp, language)
    stage.manager.desk_phones = [replace(FETCHED, open_until=2_000_000_000.0)]
    page = DeskPhonesPage(stage.phones)
    page.resize(ROOM, 600)
    page.show()
    await until(lambda: page.list.count() == 1)
    buttons = (page.let_in, page.show_address, page.restart, page.remove)
    await until(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    page.hide()
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
    assert page.minimumSizeHint().width() <= ROOM
    assert max(one.mapTo(page, one.rect().bottomRight()).x() for one in buttons) < ROOM


@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_the_form_of_a_new_phone_is_not_moved_sideways_in_the_narrowest_window(
    qapp: QApplication, language: str
) -> None:
    translation.install(qapp, language)
    form = AddDeskPhone()
    form.choose_from((PhoneVendor("Yealink", ("T46U",)),), (Terminal("4001", "Lee Min-ho"),))
    needed = form.minimumSizeHint().width()
    form.resize(ROOM, form.sizeHint().height() * 2)  # some rows take two lines
    form.grab()  # which lays it out
    ends = [one.geometry().right() for one in form.findChildren(QWidget, options=DIRECT)]
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
    assert needed <= ROOM
    assert ends and max(ends) < ROOM
