"""Home: the last calls; while something is typed above, what was found."""

from PySide6.QtWidgets import QWidget

from offhook.desktop.dialbox import DialBox
from offhook.desktop.layouts import column


class Home(QWidget):
    """The list belongs to the line above the pages."""

    def __init__(self, dialbox: DialBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(dialbox.results, 1)
        self.setFocusProxy(dialbox.list)
