"""Buttons in as many rows as their texts need."""

from PySide6.QtWidgets import QPushButton, QWidget

from offhook.desktop.buttonrows import ButtonRows

SPACING = 8


def a_row(*texts: str) -> tuple[QWidget, ButtonRows, list[QPushButton]]:
    widget = QWidget()
    rows = ButtonRows(SPACING, 3)
    rows.setContentsMargins(0, 0, 0, 0)
    widget.setLayout(rows)
    buttons = [QPushButton(text, widget) for text in texts]
    rows.show_buttons(buttons)
    return widget, rows, buttons


def shown(widget: QWidget, rows: ButtonRows, buttons: list[QPushButton], room: int) -> list[int]:
    """How many stand in each row."""
    rows.set_room(room)
    widget.resize(room, 200)
    rows.activate()
    tops = [one.y() for one in buttons]
    return [tops.count(top) for top in sorted(set(tops))]


def test_with_room_they_stand_beside_each_other_and_are_as_broad_as_each_other(qapp: object) -> None:
    widget, rows, buttons = a_row("Now", "Ask first")
    assert shown(widget, rows, buttons, 400) == [2]
    assert abs(buttons[0].width() - buttons[1].width()) <= 1


def test_with_less_room_they_take_more_rows_and_the_last_one_fills_its_own(qapp: object) -> None:
    widget, rows, buttons = a_row("Answer it", "Decline it", "Redirect it")
    assert shown(widget, rows, buttons, rows.needs()) == [3]
    assert shown(widget, rows, buttons, rows.needs() - 1) == [2, 1]
    assert buttons[2].geometry().left() == buttons[0].geometry().left()
    assert buttons[2].geometry().right() == buttons[1].geometry().right()
    assert shown(widget, rows, buttons, buttons[0].sizeHint().width()) == [1, 1, 1]


def test_there_are_never_more_in_a_row_than_are_wanted_and_no_row_is_much_shorter(qapp: object) -> None:
    widget, rows, buttons = a_row("1", "2", "3", "4")
    assert shown(widget, rows, buttons, 2000) == [2, 2]
