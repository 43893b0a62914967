"""Settings of terminals in PostgreSQL, as texts: what they mean is the switch's."""

from collections.abc import Collection, Mapping

from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.postgresql.tables import Area, PostgresTables


class PostgresForwardings:
    """A text for each terminal with forwarding or do not disturb. Both methods raise `UnavailableError`."""

    def __init__(self, server: Server) -> None:
        self._tables = PostgresTables(server, Area.TERMINALS)

    def read(self) -> Mapping[str, str]:
        """All of them."""
        return dict(self._tables.read("SELECT terminal, value FROM forwardings"))

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        """Change these and remove those, or nothing."""
        with self._tables.transaction() as database:
            database.executemany(
                "INSERT INTO forwardings VALUES (?, ?)"
                " ON CONFLICT (terminal) DO UPDATE SET value = excluded.value",
                list(changed.items()),
            )
            database.executemany("DELETE FROM forwardings WHERE terminal = ?", [(one,) for one in removed])
