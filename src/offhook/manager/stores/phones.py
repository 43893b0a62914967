"""`PhoneStore` in tables."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from offhook.errors import PhoneError, UnavailableError
from offhook.manager.phones import MAX_PHONES, ProvisionedPhone
from offhook.manager.stores.sqlitetables import SqliteTables
from offhook.manager.stores.tables import Tables

SCHEMA = """
CREATE TABLE IF NOT EXISTS phones (
    mac TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""

VERSION = 1


class StoredPhones:
    """The phones in a database, which another process may change meanwhile; every method may be called from
    any thread."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def list(self) -> Sequence[ProvisionedPhone]:
        """All phones that can be read, by MAC address."""
        return [phone for _, phone in self._rows() if phone is not None]

    def unreadable(self) -> Sequence[str]:
        """The MAC addresses of those that cannot be read. Each can be removed, and added anew."""
        return [mac for mac, phone in self._rows() if phone is None]

    def version(self) -> int:
        """A number that changes with every change by another process."""
        return self._tables.changes()

    def add(self, phone: ProvisionedPhone) -> None:
        """Raises `PhoneError` if there is this MAC address already, or no room."""
        with self._tables.transaction() as database:
            ((count,),) = database.execute("SELECT count(*) FROM phones")
            if count >= MAX_PHONES:
                raise PhoneError(f"there are {count} phones, as many as there may be", "remove old ones")
            if database.execute("SELECT 1 FROM phones WHERE mac = ?", (phone.mac,)).fetchone():
                raise PhoneError(f"there is a phone {phone.mac} already", "remove it first")
            database.execute("INSERT INTO phones VALUES (?, ?)", (phone.mac, _written(phone)))

    def change(
        self, mac: str, change: Callable[[ProvisionedPhone], ProvisionedPhone]
    ) -> ProvisionedPhone | None:
        """Change a phone, with nobody between reading and writing; its new value, None if there is none."""
        with self._tables.transaction() as database:
            row = database.execute("SELECT CAST(value AS BLOB) FROM phones WHERE mac = ?", (mac,)).fetchone()
            if row is None:
                return None
            try:
                before = read(row[0])
            except msgspec.DecodeError as error:
                raise UnavailableError(
                    f"what is kept of phone {mac} cannot be read ({error})", "remove it, and add it anew"
                ) from error
            after = change(before)
            if after != before:
                database.execute("UPDATE phones SET value = ? WHERE mac = ?", (_written(after), mac))
            return after

    def remove(self, mac: str) -> bool:
        """False if there is none."""
        with self._tables.transaction() as database:
            return database.execute("DELETE FROM phones WHERE mac = ?", (mac,)).rowcount > 0

    def close(self) -> None:
        """Close the database, once whoever is using it is done."""
        self._tables.close()

    def _rows(self) -> Iterator[tuple[str, ProvisionedPhone | None]]:
        """Each row's MAC address and phone; None if that cannot be read. As bytes, since SQLite refuses a
        whole answer in which one text is no UTF-8."""
        rows = self._tables.read("SELECT CAST(mac AS BLOB), CAST(value AS BLOB) FROM phones ORDER BY mac")
        for key, value in rows:
            mac = key.decode("utf-8", "replace")
            try:
                phone = read(value)
            except msgspec.DecodeError:
                yield mac, None
            else:
                yield mac, phone if phone.mac == mac else None


class SqlitePhones(StoredPhones):
    """The phones in one file, its owner's alone: it holds what phones log in with. Raises `ConfigError`."""

    def __init__(self, path: Path, *, fault_tolerant: bool = False) -> None:
        self.file = SqliteTables(path, SCHEMA, VERSION, "the phones", fault_tolerant=fault_tolerant)
        super().__init__(self.file)


def _written(phone: ProvisionedPhone) -> str:
    return msgspec.json.encode(phone).decode("utf-8")


def read(value: bytes | str) -> ProvisionedPhone:
    """The phone in a row's `value`. Raises `msgspec.DecodeError`."""
    return msgspec.json.decode(value, type=ProvisionedPhone)
