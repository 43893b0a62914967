"""The line for a country: its two letters, found by any of its names."""

from collections.abc import Mapping
from functools import cache

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from offhook.address import countries, known_country
from offhook.desktop import icons
from offhook.desktop.plaintext import label
from offhook.desktop.translation import FOLDER

SHOWN = 12
"""Countries of the list that are seen at a time."""


@cache
def _translated(language: str) -> Mapping[str, str]:
    """Countries in a language of the window, which Qt does not know: see tools/country-names."""
    file = FOLDER / f"countries_{language}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    pairs = (line.split(" ", 1) for line in lines if line and not line.startswith("#"))
    return {code: name for code, name in pairs}


def names_of(code: str) -> list[str]:
    """A country in the window's language, in English and in its own; empty if it is not known."""
    translated = _translated(QLocale().name().partition("_")[0]).get(code, "")
    territory = QLocale.codeToTerritory(code)
    if territory is QLocale.Country.AnyCountry:
        return [translated] if translated else []
    local = QLocale(QLocale.Language.AnyLanguage, territory).nativeTerritoryName()
    return list(dict.fromkeys(filter(None, (translated, QLocale.territoryToString(territory), local))))


def shown_name(code: str) -> str:
    """What a country is called in the window's language, else in English; "" if it is not known."""
    return next(iter(names_of(code)), "")


class _Codes(QCompleter):
    """Offers names, and puts in the two letters at their end."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data() or "")[-3:-1]


class CountryEdit(QLineEdit):
    """`name` shows what the country is called whose letters stand in the line."""

    def __init__(self) -> None:
        super().__init__()
        self._choices = [f"{', '.join(names_of(code) or [code])} ({code})" for code in countries()]
        self._choices.sort(key=str.casefold)
        completer = _Codes(QStringListModel(self._choices, self), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(SHOWN)
        self.setCompleter(completer)
        self.name = label(wrap=True)
        self.all = QAction(self.tr("All countries"), self)
        self.all.triggered.connect(self._show_all)
        self.addAction(self.all, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(self._show_name)

    def choices(self) -> list[str]:
        """The countries as they are offered."""
        return self._choices

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.all.setIcon(icons.icon("down"))

    def _show_all(self) -> None:
        self.setFocus()
        self.completer().setCompletionPrefix("")
        self.completer().complete()

    def _show_name(self, text: str) -> None:
        code = text.strip().upper()
        self.name.setText(shown_name(code) if known_country(code) else "")
