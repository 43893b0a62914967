"""What was found: in groups with counts, called and copied by mouse and keyboard; nothing else is dialled."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem

from offhook.call import Call, CallState, Cause, Dial, Terminal
from offhook.desktop.dialbox import DialBox
from offhook.desktop.formatting import day_text
from offhook.desktop.rows import LOOK, PICTURE, buttons
from tests.desktop.scenes import over
from tests.desktop.stage import OWN, Stage, incoming, outgoing
from tests.desktop.world import press
from tests.waiting import until

DAY_S = 86_400


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(OWN, Terminal("4007", "Leeds office"))
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


async def a_box(stage: Stage, *past: Call) -> DialBox:
    stage.manager.past = list(past)
    box = DialBox(stage.phones)
    box.resize(600, 500)
    box.show()
    await until(lambda: len(box.suggestions()) == len(past))
    return box


def search(box: DialBox, text: str) -> None:
    box.input.setText(text)
    box.suggest()


def lines(box: DialBox) -> list[str]:
    return [box.list.item(at).text() for at in range(box.list.count())]


def past_call(call: Call, ago: float) -> Call:
    started = time.time() - ago
    return replace(over(call, Cause.CANCELLED), started=started, ended=started + 9)


async def test_it_is_shown_by_groups_with_how_many_there_are(stage: Stage) -> None:
    leeward = past_call(replace(incoming(), caller=replace(incoming().caller, name="Leeward", id="77")), 9.0)
    box = await a_box(stage, leeward)
    search(box, "lee")
    assert [line.partition("   ")[0] for line in lines(box)] == [
        *("People (2)", "Lee Min-ho", "Lee Su-jin"),
        *("Phones (1)", "Leeds office"),
        *("Recent (1)", "Leeward"),
    ]


async def test_a_number_is_the_last_line_and_highlighted(stage: Stage) -> None:
    box = await a_box(stage)
    search(box, "+49 371 38")
    assert lines(box)[-1] == "Call 4937138   Anna Schmidt"
    highlighted = box.list.highlighted()
    assert highlighted is not None and highlighted.number == "+49 371 38"
    assert box.call.isEnabled()


async def test_nothing_is_dialled_that_is_not_highlighted(stage: Stage) -> None:
    box = await a_box(stage)
    for text in ("lee", "zzzq", "schmitt", "  "):
        search(box, text)
        assert box.list.highlighted() is None
        assert not box.call.isEnabled()
        press(box.input, Qt.Key.Key_Return)
        box.input.setFocus()
    assert stage.manager.asked == []


async def test_return_after_fast_typing_calls_what_was_typed_last(stage: Stage) -> None:
    box = await a_box(stage)
    search(box, "4001")
    box.input.setText("4002")
    press(box.input, Qt.Key.Key_Return)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "4002")]


async def test_the_keyboard_goes_down_into_it_and_up_again_and_goes_on_typing(stage: Stage) -> None:
    box = await a_box(stage)
    box.activateWindow()
    await until(box.isActiveWindow)
    search(box, "lee")
    press(box.input, Qt.Key.Key_Down)
    press(box.list, Qt.Key.Key_Down)
    highlighted = box.list.highlighted()
    assert highlighted is not None and highlighted.name == "Lee Su-jin"
    QTest.keyClicks(box.list, "s")
    assert box.input.text() == "lees"
    press(box.input, Qt.Key.Key_Backspace)
    box.suggest()
    press(box.input, Qt.Key.Key_Down)
    press(box.list, Qt.Key.Key_Up)
    await until(box.input.hasFocus)


async def test_a_row_is_called_and_its_number_copied_by_the_buttons_that_stand_on_it(stage: Stage) -> None:
    box = await a_box(stage)
    search(box, "anna")
    item = box.list.rows()[0][0]
    option = QStyleOptionViewItem()
    option.rect = box.list.visualItemRect(item)
    call, copy = (place.center() for place in buttons(option))

    def click(at: QPoint) -> None:
        QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(copy)
    assert QGuiApplication.clipboard().text() == "+49 371 38"
    assert box.message.text() == "Copied: +49 371 38"
    assert stage.manager.asked == []
    click(call)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "4937138")]


async def test_its_number_is_copied_by_the_keyboard(stage: Stage) -> None:
    box = await a_box(stage)
    search(box, "min-ho")
    press(box.input, Qt.Key.Key_Down)
    QTest.keyClick(box.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "4001"


async def test_the_last_calls_tell_the_way_the_kind_and_the_day(stage: Stage) -> None:
    talked = replace(outgoing(), state=CallState.CONNECTED, connected=1.0)
    box = await a_box(stage, past_call(incoming(), 60.0), past_call(talked, DAY_S))
    assert lines(box)[0] == "Recent"
    missed, dialled = (item.data(LOOK) for item, _ in box.list.rows())
    assert (missed.title, missed.detail, missed.mark) == ("Lee Min-ho", "Missed · Work · 4001", "in")
    assert missed.attention
    assert (dialled.title, dialled.detail, dialled.mark) == ("Lee Su-jin", "Work · 4002", "out")
    assert dialled.aside == "Yesterday"


def test_a_day_is_named_as_people_name_it() -> None:
    noon = time.mktime((*time.localtime()[:3], 12, 0, 0, 0, 0, -1))
    assert ":" in day_text(noon)
    assert day_text(noon - DAY_S) == "Yesterday"
    assert day_text(noon - 3 * DAY_S).isalpha()
    assert str(time.localtime(noon - 30 * DAY_S).tm_mday) in day_text(noon - 30 * DAY_S)


async def test_a_picture_of_the_directory_stands_in_place_of_the_initials(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)

    async def of(_number: str) -> QImage:
        return image

    monkeypatch.setattr(stage.phones.pictures, "of", of)
    box = await a_box(stage)
    search(box, "anna")
    await until(lambda: box.list.rows()[0][0].data(PICTURE) is not None)


async def test_while_there_are_no_calls_it_is_told_what_to_do(stage: Stage) -> None:
    box = await a_box(stage)
    assert box.empty.isVisible()
    assert "Type a name or a number" in box.empty.text()
    search(box, "zzzq")
    assert box.empty.text() == "Nobody found. Check the spelling, or type a number."
