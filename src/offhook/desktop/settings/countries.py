"""The line for a country: its two letters, found by any of its names."""

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from offhook.address import countries, known_country
from offhook.desktop import icons
from offhook.desktop.plaintext import label

SHOWN = 12
"""Countries of the list that are seen at a time."""


def names_of(code: str) -> list[str]:
    """What a country is called in English and in its own language; empty if that is not known."""
    territory = QLocale.codeToTerritory(code)
    if territory is QLocale.Country.AnyCountry:
        return []
    local = QLocale(QLocale.Language.AnyLanguage, territory).nativeTerritoryName()
    return list(dict.fromkeys(filter(None, (QLocale.territoryToString(territory), local))))


def shown_name(code: str) -> str:
    """What a country is called in the window's language where that is spoken there, else in English: Qt knows
    no other names. "" if it is not known at all."""
    own = QLocale(QLocale().language(), QLocale.codeToTerritory(code))
    if QLocale.territoryToCode(own.territory()) == code:
        return own.nativeTerritoryName()
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
