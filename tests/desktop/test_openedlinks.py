"""Links that come as events, as macOS hands them over; the events are Qt's own, and macOS was not at hand."""

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from offhook.desktop.openedlinks import MAX_LINK, OpenedLinks


def test_a_link_is_taken_and_a_file_is_not(qapp: QApplication) -> None:
    opened = list[str]()
    links = OpenedLinks()
    links.opened.connect(opened.append)
    qapp.installEventFilter(links)
    for url in ("tel:+8225683848", "file:///etc/passwd"):
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl(url)))
    qapp.removeEventFilter(links)
    assert opened == ["tel:+8225683848"]


def test_a_link_has_an_end(qapp: QApplication) -> None:
    opened = list[str]()
    links = OpenedLinks()
    links.opened.connect(opened.append)
    assert links.eventFilter(QObject(), QFileOpenEvent(QUrl("tel:" + "1" * 10_000)))
    assert [len(one) for one in opened] == [MAX_LINK]
