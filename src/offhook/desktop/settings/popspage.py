"""The page of screen pops: the list of what is opened for calls, and the settings of the one chosen."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from offhook.desktop.settings.listedpages import ListedPages, ListTexts
from offhook.desktop.settings.page import SettingsPage


class PopsPage(ListedPages):
    """The pops, by what they open."""

    def __init__(
        self,
        count: int,
        make: Callable[[int], SettingsPage],
        remove: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        texts = ListTexts(
            self.tr("Screen pops"),
            self.tr("What is opened for calls"),
            self.tr("When somebody calls, a web page or a program is opened with the caller's number."),
            self.tr("&Add a page or program"),
            self.tr("Open {entry} no longer?"),
            self.tr("Save or undo the changes of the others first."),
        )
        super().__init__(texts, count, make, remove, parent)

    def first(self, at: int) -> str:
        return f"pop.{at}.url"

    def name(self, at: int) -> str:
        editors = self.pages[at].editors
        url, program = editors[f"pop.{at}.url"], editors[f"pop.{at}.program"]
        assert isinstance(url, QLineEdit) and isinstance(program, QPlainTextEdit)
        lines = program.toPlainText().split("\n")
        return url.text().strip() or lines[0].strip() or self.tr("New: type a page or a program")
