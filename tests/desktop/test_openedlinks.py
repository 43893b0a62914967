"""Links that come as events, as macOS hands them over; the events are Qt's own, and macOS was not at hand."""

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from offhook.desktop.openedlinks import MAX_LINK, OpenedLinks


def test_a_link_is_taken_and_a_file_is_not(qapp: QApplication) -> None:
    opened = list[str]()
    links = OpenedLinks()
    links.opened.connect(opened.append)
    links.follow(qapp, "darwin")
    for url in ("tel:+8225683848", "file:///etc/passwd"):
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl(url)))
    qapp.removeEventFilter(links)
    assert opened == ["tel:+8225683848"]


@pytest.mark.parametrize("system", ["linux", "win32"])
def test_where_links_start_the_program_anew_no_event_goes_through_it(qapp: QApplication, system: str) -> None:
    opened = list[str]()
    links = OpenedLinks()
    links.opened.connect(opened.append)
    links.follow(qapp, system)
    QApplication.sendEvent(qapp, QFileOpenEvent(QUrl("tel:+8225683848")))
    assert opened == []


def test_a_link_has_an_end(qapp: QApplication) -> None:
    opened = list[str]()
    links = OpenedLinks()
    links.opened.connect(opened.append)
    assert links.eventFilter(QObject(), QFileOpenEvent(QUrl("tel:" + "1" * 10_000)))
    assert [len(one) for one in opened] == [MAX_LINK]
