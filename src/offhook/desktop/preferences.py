"""Preferences of the window: appearance, behaviour, position and size. Not part of the configuration."""

from enum import Enum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

from offhook.desktop.theme import Appearance

T = TypeVar("T", bound=Enum)


class Links(Enum):
    """What a tel: link may do."""

    ASK = "ask"
    DIAL = "dial"


class Preferences:
    """The preferences, stored in the user's QSettings."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Offhook", "Offhook"
        )

    @property
    def folder(self) -> Path:
        """Where the preferences are stored."""
        return Path(self._store.fileName()).parent

    @property
    def appearance(self) -> Appearance:
        return _choice(Appearance, self._store.value("appearance"), Appearance.SYSTEM)

    @appearance.setter
    def appearance(self, value: Appearance) -> None:
        self._store.setValue("appearance", value.value)

    @property
    def language(self) -> str:
        """The code of the language; "" for that of the system."""
        return str(self._store.value("language") or "")

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    @property
    def links(self) -> Links:
        """Whether links dial without asking. The default is to ask, because any web page can open a link."""
        return _choice(Links, self._store.value("links"), Links.ASK)

    @links.setter
    def links(self, value: Links) -> None:
        self._store.setValue("links", value.value)

    @property
    def incoming(self) -> bool:
        """Are there pop-ups for incoming calls as well?"""
        return self._store.value("incoming", "true") in (True, "true")

    @incoming.setter
    def incoming(self, value: bool) -> None:
        self._store.setValue("incoming", "true" if value else "false")

    @property
    def geometry(self) -> QByteArray | None:
        """Position and size of the window."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()


def _choice(kind: type[T], value: object, otherwise: T) -> T:
    try:
        return kind(value)
    except ValueError:
        return otherwise
