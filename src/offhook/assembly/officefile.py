"""Providers, numbers of phones, groups, what rings: in the configuration file, for administrators elsewhere.

They are not who may log in to this machine: no setting that names a file is theirs, a password is never
shown, and that of an account goes to no other server than the one it was told for.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from offhook.assembly.candidate import check_change
from offhook.config import Config
from offhook.config.edit import edited, read_text, save
from offhook.config.named import tables
from offhook.config.phones import can_change
from offhook.errors import CallError, Refusal
from offhook.manager.office import OfficeChange, OfficeEntry, OfficeState, OfficeTable

SECRETS = ("password", "password_file")

OF_PHONES = ("id", "name", "number")
"""What is shown of a phone."""

GUARDED = ("server", "domain", "outbound_proxy", "transport")
"""Whoever changes one of these of a trunk chooses who is shown the account's password, and how openly."""


class ConfiguredOffice:
    """Implements `OfficeFile`. `config` is what the Call Manager runs with, just read from its file."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._file = Path(config.file).absolute() if config.file else None
        self._running = self._tables(self._text())

    def state(self) -> OfficeState:
        """As the file has it now."""
        text = self._text()
        found = self._tables(text)
        entries = {table: [_entry(one) for one in found[table]] for table in OfficeTable}
        return OfficeState(_revision(text), self._fixed, found != self._running, entries)

    def change(self, change: OfficeChange) -> OfficeState:
        """Change the file. Raises `CallError`, `ConfigError`."""
        if self._fixed:
            raise CallError(Refusal.NOT_SUPPORTED, self._fixed)
        assert self._file is not None
        text, table = self._text(), change.table.value
        if _revision(text) != change.revision:
            raise CallError(
                Refusal.NOT_POSSIBLE_NOW,
                "the configuration has been changed meanwhile, by somebody else; look at it again",
            )
        found = tables(text, self._file, table)
        if change.place > len(found):
            raise CallError(Refusal.NOT_POSSIBLE_NOW, f"there are {len(found)} of [[{table}]] only")
        changes: dict[str, Any] = {f"{table}.{change.place - 1}": None}
        if change.settings is not None:
            before = found[change.place - 1] if change.place else {}
            settings = _told(before, change.settings)
            at = change.place - 1 if change.place else len(found)
            changes = {f"{table}.{at}.{key}": value for key, value in settings.items()}
        after = edited(text, self._file, changes)
        check_change(text, after, self._file, {})  # group policy says nothing of these
        save(self._file, changes)
        return self.state()

    def _text(self) -> str:
        return "" if self._file is None else read_text(self._file)

    @property
    def _fixed(self) -> str:
        """Why it cannot be changed here."""
        if not self._config.http.change_office:
            return "http.change_office is false in the configuration: change it there, on the server"
        if self._config.cluster.on:
            return "each Call Manager of a cluster has a file of its own: change it there, on all of them"
        if self._file is None or not can_change(self._file):
            return f"the Call Manager may not write its configuration {self._file or ''}: change it there"
        return ""

    def _tables(self, text: str) -> dict[OfficeTable, list[dict[str, Any]]]:
        file = self._file or Path("offhook.toml")
        found = {table: tables(text, file, table.value) for table in OfficeTable}
        phones = found[OfficeTable.TERMINAL]
        found[OfficeTable.TERMINAL] = [{key: one[key] for key in OF_PHONES if key in one} for one in phones]
        return found


def _revision(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def _entry(table: Mapping[str, Any]) -> OfficeEntry:
    settings = {key: value for key, value in table.items() if key not in SECRETS}
    return OfficeEntry(settings, any(key in table for key in SECRETS))


def _told(before: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be written. Raises `CallError`."""
    told = dict(settings)
    if "password" in told:
        told["password_file"] = None
    elif any(key in before for key in SECRETS):
        moved = [key for key in GUARDED if key in told and told[key] != before.get(key)]
        if moved:
            raise CallError(
                Refusal.BAD_REQUEST,
                f"{moved[0]}: the account's password would go elsewhere; give it again, with this change",
            )
    return told
