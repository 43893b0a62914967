"""The page of the directory: the list of its sources, and the settings of the one chosen."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from offhook.desktop.settings.listedpages import ListedPages, ListTexts
from offhook.desktop.settings.page import SettingsPage


class SourcesPage(ListedPages):
    """The sources, by their kinds and places."""

    def __init__(
        self,
        title: str,
        count: int,
        make: Callable[[int], SettingsPage],
        remove: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        texts = ListTexts(
            title,
            self.tr("Sources of the directory"),
            self.tr(
                "Names for numbers and numbers for names come from here. Where several know a number, "
                "the first one names it."
            ),
            self.tr("&Add a source"),
            self.tr("Remove {entry} from the directory?"),
            self.tr("Save or undo the changes of the other sources first."),
        )
        super().__init__(texts, count, make, remove, parent)

    def first(self, at: int) -> str:
        return f"directory.source.{at}.type"

    def name(self, at: int) -> str:
        editors = self.pages[at].editors
        kind = editors[f"directory.source.{at}.type"]
        assert isinstance(kind, QComboBox)
        key = "url" if kind.currentData() == "ldap" else "file"
        place = editors[f"directory.source.{at}.{key}"]
        assert isinstance(place, QLineEdit)
        if not kind.currentData():
            return self.tr("New source: choose its kind")
        return ", ".join(filter(None, (kind.currentText(), place.text())))
