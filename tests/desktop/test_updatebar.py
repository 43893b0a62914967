"""The notice of a newer version, with a publisher's server."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from offhook.desktop.updatebar import UpdateBar
from offhook.update.updates import DAY_S
from tests.desktop.world import click
from tests.update.server import SETUP, Publisher, published
from tests.waiting import until


class Setups:
    """What was started, and whether Windows allows it."""

    def __init__(self) -> None:
        self.started: list[tuple[bytes, str]] = []
        self.allowed = True

    def start(self, file: Path, sha256: str) -> bool:
        self.started.append((file.read_bytes(), sha256))
        return self.allowed


class Browser(QObject):
    """Gets the pages that are opened."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[str] = []

    @Slot(QUrl)
    def open(self, page: QUrl) -> None:
        self.pages.append(page.toString())


@pytest.fixture
async def publisher(tmp_path: Path) -> AsyncIterator[Publisher]:
    async with published(tmp_path) as running:
        yield running


@pytest.fixture
def setups() -> Setups:
    return Setups()


@pytest.fixture
def bar(publisher: Publisher, setups: Setups) -> Iterator[UpdateBar]:
    bar = UpdateBar(publisher.updates(), setups.start)
    yield bar
    bar.end()


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")  # type: ignore[arg-type] # it is text
    yield browser
    QDesktopServices.unsetUrlHandler("https")


async def _offered(bar: UpdateBar) -> None:
    bar.watch()
    await until(lambda: bar.isVisible())


async def test_a_newer_version_is_told_and_nothing_is_fetched(publisher: Publisher, bar: UpdateBar) -> None:
    await _offered(bar)
    assert bar.text.text() == "Offhook 0.2.0 is available"
    shown = [button.text() for button in (bar.news, bar.install, bar.later, bar.cancel) if button.isVisible()]
    assert shown == ["&What is new", "&Install", "&Later"]
    assert publisher.asked == ["/offhook.txt"]


async def test_nothing_is_said_where_nothing_is_newer(publisher: Publisher, bar: UpdateBar) -> None:
    publisher.publish(version="0.1.0")
    bar.watch()
    await until(lambda: bar._work is None)
    assert publisher.asked == ["/offhook.txt"]
    assert bar.isHidden()


async def test_what_goes_wrong_in_looking_bothers_nobody(
    publisher: Publisher, bar: UpdateBar, caplog: pytest.LogCaptureFixture
) -> None:
    publisher.files["/offhook.txt"] = b"rubbish"
    bar.watch()
    await until(lambda: bar._work is None)
    assert bar.isHidden()
    assert "this is no list of updates" in caplog.text


async def test_it_is_told_again_after_a_new_start_without_asking_anybody(
    publisher: Publisher, bar: UpdateBar
) -> None:
    await _offered(bar)
    again = UpdateBar(publisher.updates(), Setups().start)
    await _offered(again)
    again.end()
    assert publisher.asked == ["/offhook.txt"]


async def test_later_is_a_day_later(publisher: Publisher, bar: UpdateBar) -> None:
    await _offered(bar)
    click(bar.later)
    assert bar.isHidden()
    publisher.clock += DAY_S - 1
    bar.watch()
    await until(lambda: bar._work is None)
    assert bar.isHidden()
    publisher.clock += 1
    await _offered(bar)


async def test_what_is_new_opens_in_the_browser(bar: UpdateBar, browser: Browser) -> None:
    await _offered(bar)
    click(bar.news)
    assert browser.pages == ["https://example.org/0.2.0"]


async def test_install_fetches_the_setup_and_starts_it(bar: UpdateBar, setups: Setups) -> None:
    await _offered(bar)
    click(bar.install)
    await until(lambda: "has started" in bar.text.text())
    assert setups.started == [(SETUP, hashlib.sha256(SETUP).hexdigest())]
    assert not bar.install.isVisible()


async def test_who_refuses_to_be_administrator_can_try_again(bar: UpdateBar, setups: Setups) -> None:
    setups.allowed = False
    await _offered(bar)
    click(bar.install)
    await until(lambda: "did not allow it" in bar.text.text())
    setups.allowed = True
    click(bar.install)
    await until(lambda: "has started" in bar.text.text())


async def test_a_setup_that_is_not_the_signed_one_is_never_started(
    publisher: Publisher, bar: UpdateBar, setups: Setups
) -> None:
    await _offered(bar)
    publisher.files["/setup.exe"] = b"X" + SETUP[1:]
    click(bar.install)
    await until(lambda: "not the one that the publisher has signed" in bar.text.text())
    assert setups.started == []
    assert bar.install.isVisible()


async def test_a_download_can_be_stopped(publisher: Publisher, bar: UpdateBar, setups: Setups) -> None:
    publisher.publish(file={"url": publisher.url("/stalled")}, published="2026-11-02T00:00:00Z")
    half = SETUP[: len(SETUP) // 2]
    publisher.files["/stalled"] = lambda: b"HTTP/1.1 200 OK\r\n\r\n" + half
    await _offered(bar)
    click(bar.install)
    await until(lambda: "50 %" in bar.text.text())
    click(bar.cancel)
    await until(lambda: bar.install.isVisible())
    assert bar.text.text() == "Offhook 0.2.0 is available"
    assert setups.started == []
    assert list((publisher.folder / "state" / "update").iterdir()) == []


async def test_elsewhere_than_on_windows_there_is_no_install(publisher: Publisher) -> None:
    publisher.files["/offhook.txt"] = publisher.publish(files={})
    bar = UpdateBar(publisher.updates())
    await _offered(bar)
    assert not bar.install.isVisible()
    assert bar.later.isVisible()
    bar.end()
