"""The favourites on Home: tiles that tell what a phone does, and call it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from offhook.call import Dial, Feature, Pickup, Terminal
from offhook.desktop.favourites import Tile
from offhook.desktop.layouts import GRID
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Preferences
from offhook.directory import Kind, Number, Person
from tests.desktop.stage import OWN, PEOPLE, Stage, incoming
from tests.desktop.world import click, press
from tests.waiting import until

ANNA = Person("Anna Schmidt", (Number("+49 371 38"), Number("+49 171 5", Kind.MOBILE)))
LEE = PEOPLE[0]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    own = replace(OWN, features=frozenset({Feature.DIAL, Feature.PICKUP}))
    stage = Stage(own)
    stage.manager.colleagues = [Terminal("4001", "Lee Min-ho"), Terminal("4002", "Lee Su-jin")]
    await until(lambda: stage.phones.presence.phones)
    yield stage
    stage.phones.close()


@pytest.fixture
async def window(stage: Stage, preferences: Preferences) -> AsyncIterator[MainWindow]:
    window = MainWindow(stage.phones, preferences, list, in_tray=True)
    window.show()
    yield window
    window.hide()
    window.deleteLater()


async def watched(stage: Stage) -> None:
    """Until the phone's watch has begun."""
    await until(lambda: "4001" in stage.messenger._watches)


def texts(tile: Tile) -> list[str]:
    return [action.text() for action in tile.menu().actions() if action.text()]


async def test_nobody_is_a_favourite_at_first(window: MainWindow) -> None:
    assert not window.home.favourites.isVisible()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("height", [400, 480, 560, 640])
async def test_of_many_tiles_whole_ones_are_seen_and_none_at_the_bar_that_scrolls_them(
    stage: Stage, window: MainWindow, height: int, direction: Qt.LayoutDirection
) -> None:
    window.setLayoutDirection(direction)
    for number in range(24):
        stage.phones.kept.set_favourite(Person(f"Kim {number}", (Number(f"02 {number}"),)))
    window.resize(640, height)
    favourites = window.home.favourites
    click(favourites.more)
    area = favourites.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    bar = area.verticalScrollBar()

    def at_the_bar() -> list[str]:
        place = QRect(bar.mapTo(favourites, QPoint()), bar.size()).adjusted(-GRID + 1, 0, GRID - 1, 0)
        return [one.text() for one in favourites.tiles if place.intersects(_place(one, favourites))]

    await until(lambda: bar.isVisible() and not at_the_bar())
    await until(lambda: (area.height() + GRID) % (favourites.tiles[0].height() + GRID) == 0)


async def test_of_many_some_rows_are_shown_until_all_are_asked_for(stage: Stage, window: MainWindow) -> None:
    for number in range(24):
        stage.phones.kept.set_favourite(Person(f"Kim {number}", (Number(f"02 {number}"),)))
    window.resize(640, 640)
    favourites = window.home.favourites
    area = favourites.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)

    def shown() -> int:
        return sum(tile.isVisible() for tile in favourites.tiles)

    await until(lambda: favourites.more.isVisible() and shown() < 24)
    await until(lambda: not area.verticalScrollBar().isVisible())
    assert favourites.more.text() == "Show all 24"
    press(favourites.more, Qt.Key.Key_Space)
    assert (shown(), favourites.more.text()) == (24, "Show fewer")
    click(favourites.more)
    await until(lambda: shown() < 24)


async def test_of_a_few_all_are_shown(stage: Stage, window: MainWindow) -> None:
    stage.phones.kept.set_favourite(ANNA)
    stage.phones.kept.set_favourite(LEE)
    assert all(tile.isVisible() for tile in window.home.favourites.tiles)
    assert not window.home.favourites.more.isVisible()


def _place(tile: Tile, within: QWidget) -> QRect:
    return QRect(tile.mapTo(within, QPoint()), tile.size())


async def test_a_favourite_is_a_tile_that_calls(stage: Stage, window: MainWindow) -> None:
    stage.phones.kept.set_favourite(ANNA)
    (tile,) = window.home.favourites.tiles
    assert tile.isVisible()
    assert tile.accessibleName() == "Anna Schmidt, +49 371 38"
    click(tile)
    await until(lambda: stage.manager.asked)
    press(tile, Qt.Key.Key_Space)
    await until(lambda: len(stage.manager.asked) == 2)
    assert stage.manager.asked == [Dial("4000", "4937138")] * 2


async def test_a_tile_tells_what_the_phone_does(stage: Stage, window: MainWindow) -> None:
    stage.phones.kept.set_favourite(LEE)
    (tile,) = window.home.favourites.tiles
    assert tile.detail == "4001", "it is asked for by now"
    await watched(stage)
    stage.tell(Terminal("4001", "Lee Min-ho", in_service=False))
    await until(lambda: tile.detail == "Not connected")
    stage.tell(Terminal("4001", "Lee Min-ho", in_service=True))
    await until(lambda: tile.accessibleName() == "Lee Min-ho, Free")


async def test_a_call_that_rings_there_is_taken_from_the_tile(stage: Stage, window: MainWindow) -> None:
    stage.phones.kept.set_favourite(LEE)
    await watched(stage)
    stage.tell(Terminal("4001", "Lee Min-ho", in_service=True))
    (tile,) = window.home.favourites.tiles
    await until(lambda: tile.detail == "Free")
    assert "Pick up the call" not in texts(tile)
    stage.play(replace(incoming(), terminal="4001"))
    await until(lambda: tile.detail == "Ringing")
    (take,) = [action for action in tile.menu().actions() if action.text() == "Pick up the call"]
    take.trigger()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Pickup("4000", "4001")]


async def test_its_menu_has_every_number_and_moves_and_removes_it(stage: Stage, window: MainWindow) -> None:
    kept = stage.phones.kept
    kept.set_favourite(LEE)
    kept.set_favourite(ANNA)
    tile = window.home.favourites.tiles[1]
    assert texts(tile) == [
        "Work: +49 371 38",
        "Mobile: +49 171 5",
        "Move to the front",
        "Remove from favourites",
    ]
    tile.menu().actions()[1].trigger()
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Dial("4000", "491715")]
    menu = tile.menu().actions()
    menu[-2].trigger()
    assert [one.person.name for one in window.home.favourites.tiles] == ["Anna Schmidt", "Lee Min-ho"]
    window.home.favourites.tiles[0].menu().actions()[-1].trigger()
    assert [one.person.name for one in window.home.favourites.tiles] == ["Lee Min-ho"]


async def test_they_give_way_to_what_is_found(stage: Stage, window: MainWindow) -> None:
    stage.phones.kept.set_favourite(ANNA)
    assert window.home.favourites.isVisible()
    window.dialbox.input.setText("lee")
    assert not window.home.favourites.isVisible()
    window.dialbox.input.clear()
    assert window.home.favourites.isVisible()
