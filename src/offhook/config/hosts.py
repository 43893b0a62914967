"""Settings that name servers elsewhere."""

import re

from offhook.config.kinds import Names, Text
from offhook.config.table import Table

HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
_SERVER = re.compile(HOST)


def _check_server(table: Table, name: str, server: str) -> None:
    if not _SERVER.fullmatch(server):
        raise table.error(
            name, f"{server!r} is not a host", 'write it like "pbx.example", or "192.0.2.5:5060" with a port'
        )
    port = server.rpartition(":")[2] if not server.endswith("]") and ":" in server else "1"
    if not 0 < int(port) < 65536:
        raise table.error(name, f"{port!r} is not a port", "take one from 1 to 65535")


class Host(Text):
    """A host, with or without port."""

    def settle(self, table: Table, name: str, value: str) -> str:
        """Raises `ConfigError` for what is none."""
        if value:
            _check_server(table, name, value)
        return value


class Hosts(Names):
    """One host or several, best first."""

    def settle(self, table: Table, name: str, value: tuple[str, ...]) -> tuple[str, ...]:
        """Raises `ConfigError` for what is none."""
        for server in value:
            _check_server(table, name, server)
        return value
