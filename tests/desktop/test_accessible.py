"""Screen readers hear of every control by its name, and the keyboard reaches each."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QWidget,
)

from offhook.call import CallState, Feature
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.forwarding import ForwardingDialog
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.popup import CallPopup
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import Page
from offhook.desktop.takecall import TakeCallDialog
from tests.desktop.stage import OWN, RINGING, TALKING, Stage, incoming, outgoing
from tests.waiting import until

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractScrollArea)
EVERYTHING = replace(OWN, features=frozenset(Feature), capabilities=frozenset(Feature))
INSIDE = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""The names of Qt's own parts of a control, which is named itself."""


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(EVERYTHING)
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


def controls(window: QWidget) -> Iterator[QWidget]:
    for one in window.findChildren(QWidget):
        parent = one.parentWidget()
        names = (one.objectName(), parent.objectName() if parent is not None else "")
        part = any(name.startswith(INSIDE) for name in names) or isinstance(parent, QLineEdit | QComboBox)
        if isinstance(one, CONTROLS) and one.isVisible() and not part and not isinstance(one, QHeaderView):
            yield one


def nameless(window: QWidget) -> list[str]:
    found = []
    for one in controls(window):
        interface = QAccessible.queryAccessibleInterface(one)
        if not interface.text(QAccessible.Text.Name):
            found.append(f"{one} in {one.parentWidget()}")
        if isinstance(one, QAbstractButton) and interface.role() in (
            QAccessible.Role.NoRole,
            QAccessible.Role.Client,
        ):
            found.append(f"{one} has no role")
    return found


@pytest.mark.parametrize("features", [RINGING, TALKING | {Feature.CONFERENCE}, frozenset(Feature)])
async def test_every_control_of_a_pop_up_has_a_name_and_is_reached_by_the_keyboard(
    stage: Stage, features: frozenset[Feature]
) -> None:
    state = CallState.CONNECTED if Feature.HOLD in features else CallState.RING_BACK
    call = stage.play(
        outgoing("c", state, features) if state is CallState.CONNECTED else incoming("c", features)
    )
    popup = CallPopup(CallCard(stage.phones, call))
    popup.show()
    for panel in (None, Feature.REDIRECT, Feature.TRANSFER, Feature.DTMF):
        if panel is not None:
            popup.card.press(panel)
        assert nameless(popup) == []
        buttons = [one for one in controls(popup) if isinstance(one, QAbstractButton)]
        unreached = [one for one in buttons if not one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        assert unreached == []
    popup.close()


async def test_every_control_of_the_window_with_calls_has_a_name(
    stage: Stage, preferences: Preferences, qapp: QApplication
) -> None:
    window = MainWindow(stage.phones, preferences, list, in_tray=False)
    window.show()
    stage.play(incoming())
    for page in Page:
        window.show_page(page)
        qapp.sendPostedEvents()
        assert nameless(window) == []
    window.hide()


async def test_every_control_of_the_own_phones_dialogs_has_a_name(stage: Stage) -> None:
    for dialog in (
        ForwardingDialog(stage.phones, EVERYTHING),
        TakeCallDialog(stage.phones, EVERYTHING, Feature.PICKUP),
        TakeCallDialog(stage.phones, EVERYTHING, Feature.UNPARK),
    ):
        dialog.show()
        assert nameless(dialog) == []
        dialog.hide()
