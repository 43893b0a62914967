"""What a card shows can be read: nothing is cut off, every colour stands out; in each language and mode."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from offhook.call import Call, Feature
from offhook.desktop import theme, translation
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.popup import CallPopup
from offhook.desktop.theme import Appearance
from tests.desktop.calls import CALLS
from tests.desktop.contrast import contrast
from tests.desktop.stage import Stage
from tests.waiting import until

LARGE = 1.5
"""Of the usual size of letters: with 380 pixels for a pop-up there is no more room."""


pytestmark = pytest.mark.usefixtures("looks_as_before")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_every_colour_with_a_meaning_can_be_read(appearance: Appearance) -> None:
    palette = theme.palette(appearance)
    look, window = theme.colors(palette), palette.color(QPalette.ColorRole.Window)
    for color in (look.good, look.bad, look.quiet, look.attention):
        assert contrast(color, window) >= 4.5, color.name()
        assert contrast(look.on_color, color) >= 4.5, color.name()


def cut_off(popup: CallPopup) -> Iterator[str]:
    """The texts that have less room than they need, and what stands outside of the pop-up."""
    for one in popup.findChildren(QWidget):
        if not one.isVisible():
            continue
        if isinstance(one, QPushButton | QToolButton) and one.text() and one.sizeHint().width() > one.width():
            yield f"{one.text()}: {one.width()} of {one.sizeHint().width()}"
        if isinstance(one, QLabel) and one.text():
            ignored = one.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
            high = one.heightForWidth(one.width()) if one.wordWrap() else one.sizeHint().height()
            if high > one.height() or (
                not one.wordWrap() and not ignored and one.sizeHint().width() > one.width()
            ):
                yield f"{one.text()}: {one.size()} of {one.sizeHint()}, {high} high"
        if not one.isWindow() and one.parentWidget() is not None and isinstance(one, QLabel | QPushButton):
            right = one.mapTo(popup, one.rect().bottomRight())
            if right.x() > popup.width() or right.y() > popup.height():
                yield f"{one} ends at {right}, outside of {popup.size()}"


@pytest.mark.parametrize("size", [1.0, LARGE])
@pytest.mark.parametrize("language", translation.LANGUAGES)
@pytest.mark.parametrize("name", CALLS)
async def test_nothing_of_a_card_is_cut_off(
    stage: Stage, qapp: QApplication, name: str, language: str, size: float
) -> None:
    translation.install(qapp, language)
    font = QFont(qapp.font())
    font.setPointSizeF(font.pointSizeF() * size)
    qapp.setFont(font)
    call: Call = replace(CALLS[name], started=1.0, connected=CALLS[name].connected and 1.7e9)
    stage.play(call)
    popup = CallPopup(CallCard(stage.phones, call))
    popup.show()
    popup.fit()
    qapp.sendPostedEvents()
    assert list(cut_off(popup)) == []
    if Feature.TRANSFER in popup.card.buttons.offered():
        popup.card.press(Feature.TRANSFER)
        qapp.sendPostedEvents()
        assert list(cut_off(popup)) == []
    if Feature.DTMF in popup.card.buttons.offered():
        popup.card.press(Feature.DTMF)
        qapp.sendPostedEvents()
        assert list(cut_off(popup)) == []
    popup.close()
