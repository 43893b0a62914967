"""Links that macOS hands to a running program: as events, where other systems start the program anew."""

import sys

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

MAX_LINK = 2048
"""Characters; no number is longer, and any page may send one."""


class OpenedLinks(QObject):
    """An event filter of the application; `opened` has the link."""

    opened = Signal(str)

    def follow(self, application: QApplication, system: str = sys.platform) -> None:
        """Take them from now on. Elsewhere there are none, and a filter in Python would cost time with every
        event of every widget."""
        if system == "darwin":
            application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take the event, if it is one with a link."""
        if not isinstance(event, QFileOpenEvent) or not event.url().isValid() or event.url().isLocalFile():
            return False
        self.opened.emit(event.url().toString()[:MAX_LINK])
        return True
