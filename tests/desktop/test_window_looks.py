"""The window at every size and in every language: on the grid, nothing cut off, everything can be read."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from offhook.call import CallState, Feature, Terminal
from offhook.desktop import theme, translation
from offhook.desktop.firstrun.beginning import PhoneSettings
from offhook.desktop.firstrun.phonesetup import PhoneSetup
from offhook.desktop.forwarding import ForwardingDialog
from offhook.desktop.layouts import GRID
from offhook.desktop.mainwindow import LEAST, MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import MAX_BADGE, Page, RailButton
from offhook.desktop.settings.appearance import AppearancePage
from offhook.desktop.shortcuts import ShortcutSheet
from offhook.desktop.startup import Startup
from offhook.desktop.theme import Appearance
from offhook.directory import Number, Person
from tests.desktop.calls import CALLS
from tests.desktop.contrast import contrast
from tests.desktop.scenes import past
from tests.desktop.stage import OWN, TALKING, Book, Stage, incoming, outgoing
from tests.waiting import until

LONG = "Maximiliane Wolkenstein-Trostburg von und zu Hohenzollern"


pytestmark = pytest.mark.usefixtures("looks_as_before")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(replace(OWN, missed=120, features=frozenset(Feature)), Terminal("4002", LONG))
    stage.phones.directory = stage.book = Book([Person(LONG, (Number("4002"),), company=LONG)])
    stage.manager.past = past()
    await until(lambda: stage.phones.terminals)
    stage.phones.kept.set_favourite(Person(LONG, (Number("4002"),)))
    stage.phones.kept.set_favourite(Person("Ng", (Number("4003"),)))
    yield stage
    stage.phones.close()


async def a_window(stage: Stage, preferences: Preferences, size: tuple[int, int] = LEAST) -> MainWindow:
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    window.resize(*size)
    window.show()
    await until(lambda: window.dialbox.suggestions())
    return window


def place(widget: QWidget, window: QWidget) -> tuple[int, int]:
    at = widget.mapTo(window, QPoint())
    return at.x(), at.y()


def cut_off(window: QWidget) -> Iterator[str]:
    """The texts that have less room than they need, and what stands outside of the window."""
    for one in window.findChildren(QWidget):
        if not one.isVisible() or isinstance(one.parentWidget(), QLineEdit):
            continue
        said = one.text() if isinstance(one, QLabel | QPushButton | QToolButton) else ""
        if isinstance(one, QPushButton | QToolButton) and said and one.sizeHint().width() > one.width():
            yield f"{said}: {one.width()} of {one.sizeHint().width()}"
        if isinstance(one, QLabel) and said:
            free = one.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
            high = one.heightForWidth(one.width()) if one.wordWrap() else one.sizeHint().height()
            narrow = not one.wordWrap() and not free and one.sizeHint().width() > one.width()
            if high > one.height() or narrow:
                yield f"{said}: {one.size()} of {one.sizeHint()}, {high} high"
        left, _ = place(one, window)
        if (left < 0 or left + one.width() > window.width()) and not scrolled(one):
            yield f"{one} from {left} to {left + one.width()}, outside of {window.width()}"


async def fits(window: QWidget, what: object) -> None:
    """In the end nothing is cut off: a layout that is done may have asked for another."""
    try:
        await until(lambda: not list(cut_off(window)))
    except AssertionError:
        raise AssertionError(what, list(cut_off(window))) from None


def scrolled(widget: QWidget) -> bool:
    """Can one scroll sideways to it?"""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return parent.horizontalScrollBarPolicy() is not Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        parent = parent.parentWidget()
    return False


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("letters", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_nothing_is_cut_off_as_narrow_as_it_becomes(
    stage: Stage,
    preferences: Preferences,
    qapp: QApplication,
    language: str,
    letters: float,
    direction: Qt.LayoutDirection,
) -> None:
    translation.install(qapp, language)
    qapp.setLayoutDirection(direction)
    font = QFont(qapp.font())
    font.setPointSizeF(font.pointSizeF() * letters)
    qapp.setFont(font)
    window = await a_window(stage, preferences)
    for text in ("", "max", "4002", "zzzq"):
        window.dialbox.input.setText(text)
        window.dialbox.suggest()
        qapp.sendPostedEvents()
        assert list(cut_off(window)) == [], text
    window.resize(900, 600)
    qapp.sendPostedEvents()
    assert list(cut_off(window)) == []
    sheet = ShortcutSheet(window)
    sheet.show()
    assert list(cut_off(sheet)) == []
    sheet.close()
    window.hide()


PANELS = (Feature.TRANSFER, Feature.REDIRECT, Feature.DTMF)


@pytest.mark.parametrize("letters", [1.0, 2.0])
@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_nothing_of_any_card_is_cut_off_in_the_narrowest_window(
    stage: Stage, preferences: Preferences, qapp: QApplication, language: str, letters: float
) -> None:
    translation.install(qapp, language)
    font = QFont(qapp.font())
    font.setPointSizeF(font.pointSizeF() * letters)
    qapp.setFont(font)
    window = await a_window(stage, preferences)
    for name, call in CALLS.items():
        call = replace(call, id=name, started=1.0, connected=call.connected and 1.7e9)
        if call.state is CallState.ON_HOOK:  # nothing is shown of a call that nobody has heard of
            stage.play(replace(call, state=CallState.RING_BACK, cause=None, ended=None))
        stage.play(call)
        card = window.strip.of(name)
        assert card is not None
        for width in (LEAST[0], 480, 560, 900, LEAST[0]):
            window.resize(width, LEAST[1])
            await fits(window, (name, width))
        for panel in PANELS:
            card.press(panel)
            await fits(window, (name, panel))
        card.dismiss()
    window.hide()


@pytest.mark.parametrize("language", translation.LANGUAGES)
@pytest.mark.parametrize("page", [Page.HOME, Page.CALLS, Page.SETTINGS])
async def test_every_page_fits_into_the_narrowest_window(
    stage: Stage, preferences: Preferences, qapp: QApplication, page: Page, language: str
) -> None:
    translation.install(qapp, language)
    window = await a_window(stage, preferences)
    window.show_page(page)
    qapp.sendPostedEvents()
    assert window.width() == LEAST[0]
    assert window.minimumSizeHint().width() <= LEAST[0]
    shown = window.pages.currentWidget()
    assert shown is not None
    assert shown.minimumSizeHint().width() <= window.pages.width()
    window.hide()


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_the_page_of_the_appearance_is_not_moved_sideways_in_the_narrowest_window(
    qapp: QApplication, preferences: Preferences, tmp_path: Path, language: str
) -> None:
    translation.install(qapp, language)
    page = AppearancePage(preferences, Startup(["offhook"], environ={"HOME": str(tmp_path)}))
    beside = 40  # the narrow rail, and the edges
    assert page.minimumSizeHint().width() <= LEAST[0] - beside


@pytest.mark.parametrize("size", [LEAST, (760, 600)])
async def test_the_frame_stands_on_a_grid(
    stage: Stage, preferences: Preferences, size: tuple[int, int]
) -> None:
    window = await a_window(stage, preferences, size)
    lengths = {
        "rail": window.rail.width(),
        "line": window.dialbox.input.height(),
        "footer": window.own.height(),
        **{f"{page} at": place(button, window)[1] for page, button in window.rail.buttons.items()},
        **{f"{page} high": button.height() for page, button in window.rail.buttons.items()},
    }
    lengths["line at"], lengths["line from"] = place(window.dialbox, window)[::-1]
    lengths["page from"] = place(window.pages, window)[0]
    for number, tile in enumerate(window.home.favourites.tiles):
        lengths[f"tile {number}"] = tile.height()
    assert {name: length for name, length in lengths.items() if length % GRID} == {}
    window.hide()


async def test_rows_are_as_high_as_fingers_need(stage: Stage, preferences: Preferences) -> None:
    window = await a_window(stage, preferences)
    rows = [window.dialbox.list.visualItemRect(item).height() for item, _ in window.dialbox.list.rows()]
    assert rows and all(40 <= high <= 48 for high in rows)
    window.hide()


async def test_from_right_to_left_the_rail_stands_at_the_right(
    stage: Stage, preferences: Preferences, qapp: QApplication
) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    window = await a_window(stage, preferences)
    assert place(window.rail, window)[0] > place(window.pages, window)[0]
    assert place(window.own.button, window)[0] < place(window.own.state, window)[0]
    window.hide()


async def test_with_calls_the_line_and_the_footer_stay_in_sight(
    stage: Stage, preferences: Preferences, qapp: QApplication
) -> None:
    window = await a_window(stage, preferences)
    for number in range(5):
        stage.play(replace(incoming(f"c{number}", TALKING), state=CallState.CONNECTED, connected=2.0))
    stage.play(outgoing())
    qapp.sendPostedEvents()
    assert window.size().toTuple() == LEAST
    for one in (window.dialbox.input, window.own):
        assert one.isVisible()
        assert place(one, window)[1] + one.height() <= window.height()
    window.hide()


class Pair(NamedTuple):
    letters: QPalette.ColorRole
    behind: QPalette.ColorRole


ROLE = QPalette.ColorRole
PAIRS = [
    Pair(ROLE.WindowText, ROLE.Window),
    Pair(ROLE.Text, ROLE.Base),
    Pair(ROLE.Text, ROLE.AlternateBase),
    Pair(ROLE.ButtonText, ROLE.Button),
    Pair(ROLE.HighlightedText, ROLE.Highlight),
    Pair(ROLE.PlaceholderText, ROLE.Base),
    Pair(ROLE.ToolTipText, ROLE.ToolTipBase),
    Pair(ROLE.Link, ROLE.Window),
]


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
@pytest.mark.parametrize("pair", PAIRS)
def test_every_text_of_the_palette_can_be_read(appearance: Appearance, pair: Pair) -> None:
    palette = theme.palette(appearance)
    assert contrast(palette.color(pair.letters), palette.color(pair.behind)) >= 4.5


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_colours_with_a_meaning_can_be_read_on_lists_as_well(appearance: Appearance) -> None:
    palette = theme.palette(appearance)
    look = theme.colors(palette)
    for behind in (ROLE.Base, ROLE.Window):
        for color in (look.good, look.bad, look.quiet, look.attention):
            assert contrast(color, palette.color(behind)) >= 4.5, color.name()


@pytest.mark.parametrize(
    ("window", "text", "accent"),
    [("#000000", "#ffffff", "#1aebff"), ("#000000", "#ffff00", "#008000"), ("#ffffff", "#000000", "#37006e")],
)
def test_high_contrast_colours_of_the_system_are_followed(window: str, text: str, accent: str) -> None:
    palette = QPalette(QColor(window))
    palette.setColor(ROLE.Window, QColor(window))
    palette.setColor(ROLE.WindowText, QColor(text))
    palette.setColor(ROLE.Highlight, QColor(accent))
    palette.setColor(ROLE.Base, QColor(window))
    look = theme.colors(palette)
    for color in (look.good, look.bad, look.quiet, look.attention):
        assert contrast(color, QColor(window)) >= 7, color.name()
        assert contrast(look.on_color, color) >= 7, color.name()
    assert look.quiet == QColor(text)
    assert contrast(theme.on_accent(palette), QColor(accent)) >= 4.5


@pytest.mark.parametrize(
    ("window", "text"), [("#202020", "#ffffff"), ("#fffaef", "#3d3d3d"), ("#2d3236", "#ffffff")]
)
def test_a_system_that_asks_for_high_contrast_has_it_in_any_colours(
    window: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "_asked_for", lambda: True)
    palette = QPalette(QColor(window))
    for role, name in ((ROLE.Window, window), (ROLE.Base, window), (ROLE.WindowText, text)):
        palette.setColor(role, QColor(name))
    look = theme.colors(palette)
    for color in (look.good, look.bad, look.quiet, look.attention):
        assert contrast(color, QColor(window)) >= 7, color.name()


@pytest.mark.parametrize("appearance", [Appearance.LIGHT, Appearance.DARK])
def test_the_own_palettes_are_not_taken_for_one_of_high_contrast(appearance: Appearance) -> None:
    assert not theme.has_high_contrast(theme.palette(appearance))


@pytest.mark.parametrize("accent", ["#308cc6", "#f9c440", "#1f6feb", "#9141ac", "#e66100", "#808080"])
def test_letters_on_any_accent_can_be_read(accent: str) -> None:
    palette = QPalette()
    palette.setColor(ROLE.Highlight, QColor(accent))
    palette.setColor(ROLE.HighlightedText, QColor("#ffffff"))
    assert contrast(theme.on_accent(palette), QColor(accent)) >= 4.5


@pytest.mark.parametrize("language", translation.LANGUAGES)
async def test_dialogs_have_room_for_their_words(stage: Stage, qapp: QApplication, language: str) -> None:
    translation.install(qapp, language)
    asks = ForwardingDialog(stage.phones, replace(OWN, features=frozenset({Feature.FORWARD})))
    asks.show()
    for line in asks.findChildren(QLineEdit):
        text = line.placeholderText()
        assert line.fontMetrics().horizontalAdvance(text) < line.width(), text
    asks.close()
    sets_up = PhoneSetup(stage.phones, [PhoneSettings("4002", LONG, ["10.0.0.5"], 5060, "x" * 20, False)])
    sets_up.show()
    shown = sets_up.list
    await until(lambda: shown.visualItemRect(shown.item(0)).width() <= shown.viewport().width())
    assert shown.visualItemRect(shown.item(0)).height() >= 2 * shown.fontMetrics().height(), "it is wrapped"
    sets_up.close()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("narrow", [True, False])
def test_a_badge_leaves_most_of_its_icon_to_be_seen(
    qapp: QApplication, narrow: bool, direction: Qt.LayoutDirection
) -> None:
    button = RailButton("history", "")
    button.setLayoutDirection(direction)
    button.set_narrow(narrow)
    button.resize(button.sizeHint())
    plain = button.grab().toImage()
    button.show_badge(MAX_BADGE + 1)
    marked = button.grab().toImage()
    blank = plain.pixelColor(0, 0)
    places = [(x, y) for x in range(plain.width()) for y in range(plain.height())]
    icon = [at for at in places if plain.pixelColor(*at) != blank]
    hidden = [at for at in icon if plain.pixelColor(*at) != marked.pixelColor(*at)]
    assert hidden, "the badge lies at the icon"
    assert len(hidden) < len(icon) / 5
