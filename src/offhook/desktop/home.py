"""Home: favourites and the last calls; while something is typed above, what was found."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from offhook.call import Pickup
from offhook.desktop.bridge import spawn
from offhook.desktop.dialbox import DialBox
from offhook.desktop.favourites import LEAST, Favourites
from offhook.desktop.layouts import GRID, column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.refusals import command_refusal_text
from offhook.errors import CallError


class Home(QWidget):
    """The list belongs to the line above the pages. `refused` has why a call could not be taken."""

    refused = Signal(str)

    def __init__(self, phones: PhoneModel, dialbox: DialBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones, self._dialbox = phones, dialbox
        self.favourites = Favourites(phones)
        self.favourites.wanted.connect(dialbox.dial)
        self.favourites.taken.connect(lambda number: spawn(self._take(number)))
        whole = column(self, 2 * GRID)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.favourites)
        whole.addWidget(dialbox.results, 1)
        self.setFocusProxy(dialbox.list)
        dialbox.input.textChanged.connect(self._show_favourites)
        phones.kept.changed.connect(self._show_favourites)
        self._show_favourites()

    def _show_favourites(self) -> None:
        typed = self._dialbox.input.text().strip()
        room = self.height() >= LEAST
        self.favourites.setVisible(self.favourites.any() and not typed and room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.favourites.set_room(self.height())
        self._show_favourites()

    async def _take(self, number: str) -> None:
        try:
            await self._phones.pick_up(number)
        except CallError as error:
            self.refused.emit(command_refusal_text(Pickup(self._phones.terminal, number), error))
