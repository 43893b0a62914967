"""Builds what phones fetch their configuration from."""

from pathlib import Path

from offhook.manager.stores.phones import SqlitePhones


def open_phones(folder: Path, *, fault_tolerant: bool = False) -> SqlitePhones:
    """The phones in this state folder. Raises `ConfigError`."""
    return SqlitePhones(folder / "phones.sqlite", fault_tolerant=fault_tolerant)
