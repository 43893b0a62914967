"""The small sections: `[address]`, `[state]`, `[discovery]` and `[log]`."""

from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from offhook.config.kinds import (
    HOST_NAME,
    Choice,
    Flag,
    LaterFile,
    OptionalText,
    Place,
    Secret,
    Text,
    Wholes,
)
from offhook.config.setting import section, setting
from offhook.config.table import Table

LogFormat = Literal["text", "json"]

LEVELS = ("debug", "info", "warning", "error")

_DATABASE = (
    'write it like "postgresql://offhook@db.example/offhook" or "postgresql:///offhook?host=/run/postgresql"'
)

_DIGITS = "[0-9]{0,8}"
_DIALLED = "[0-9*#]{0,8}"


class _Country(Text):
    def read(self, table: Table, name: str, default: str) -> str:
        return super().read(table, name, default).upper()


class _Level(Text):
    values = ", ".join(f'`"{level}"`' for level in LEVELS)

    def read(self, table: Table, name: str, default: str) -> str:
        level = super().read(table, name, default).lower()
        if level not in LEVELS:
            raise table.error(name, f"{level!r} is not a level", f"take one of: {', '.join(LEVELS)}")
        return level.upper()


@section
class AddressSettings:
    """The site's dialling rules: [addresses.md](addresses.md). Without a country numbers are only cleaned."""

    country: str = setting(
        "", _Country("[A-Za-z]{2}", 'a country of two letters, like "KR"'), 'the country of the site, `"KR"`'
    )
    country_prefix: str = setting(
        "",
        Text("[1-9][0-9]{0,2}", 'digits like "82"'),
        'a calling code instead, `"82"`',
        shown="the country's",
    )
    area: str = setting(
        "",
        Text(_DIGITS, 'digits like "2", without the leading 0'),
        "the site's area code, without the leading 0: local numbers get it",
    )
    outside_prefix: str = setting(
        "",
        Text(_DIALLED, 'what gets an outside line, like "9"'),
        'what is dialled for an outside line, `"9"`',
    )
    international_prefix: str | None = setting(
        None,
        OptionalText(_DIALLED, 'digits like "00"'),
        'before another country\'s numbers, `"00"`',
        shown="the country's",
    )
    national_prefix: str | None = setting(
        None, OptionalText(_DIALLED, 'digits like "0"'), 'before an area code, `"0"`', shown="the country's"
    )
    extension_lengths: tuple[int, ...] = setting(
        (), Wholes(1, 15), "`[4]`: four digits are an extension", shown="numbers up to 6 digits"
    )


class _Database(Text):
    """libpq's URL, as far as it says where the database is: all else of a connection is Offhook's to say."""

    def read(self, table: Table, name: str, default: str) -> str:
        url = super().read(table, name, default)
        if not table.has(name):
            return url
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        if ":" in parts.netloc.rpartition("@")[0] or "password" in query:
            # Nothing of it is repeated.
            raise table.error(
                name, "has a password in it", f"put it into a file, named by {name}_password_file"
            )
        host = parts.netloc.rpartition("@")[2] or query.get("host")
        if parts.scheme not in ("postgresql", "postgres") or not host or len(parts.path) < 2:
            raise table.error(name, f"{url!r} is no address of a PostgreSQL database", _DATABASE)
        if query.keys() - {"host"} or parts.fragment:
            raise table.error(name, f"{url!r} has more than host, port, user and name", _DATABASE)
        return url


@section
class StateSettings:
    """What must last: call log, users, tokens, what the directory told."""

    dir: Path = setting(
        Path(),
        Place(),
        "the folder; this account's alone, and one Offhook's at a time",
        shown="the platform's",
        environment=True,
    )

    database: str = setting(
        "",
        _Database(),
        "a PostgreSQL database that keeps users, tokens, call log, audit log, forwarding, what waits for"
        " webhooks and phones instead of the folder: [operations.md](operations.md#postgresql)",
    )
    database_password: str = setting("", Secret(), "the password of the user in `database`")
    database_ca_file: Path | None = setting(
        None,
        LaterFile(),
        "the authority that has signed the certificate of the database's server",
        shown="those that the system trusts",
    )
    node: str = setting(
        "",
        Text("[A-Za-z0-9._-]{0,64}", "up to 64 letters, digits, dots and hyphens"),
        "this Call Manager's name, if several use one `database`: each its own",
        shown="`cluster.node`",
    )

    @property
    def local_token(self) -> Path:
        """The token with which programs on this machine log in to the Call Manager."""
        return self.dir / "local.token"


@section
class DiscoverySettings:
    """Finding the Call Manager on the local network by DNS-SD (`_sscp._tcp`, UDP 5353)."""

    announce: bool = setting(
        False, Flag(), "whether the Call Manager is announced there; `offhook find` shows it"
    )
    name: str = setting(
        "", Text(".{1,63}", "1 to 63 characters"), "the name that is shown", shown='`"Offhook on HOST"`'
    )
    host: str = setting(
        "",
        Text(HOST_NAME, 'a host\'s name, like "manager.example"'),
        "the host's name, as it stands on the certificate",
        shown='`"HOST.local"`',
    )


@section
class LogSettings:
    """The log."""

    level: str = setting(
        "INFO", _Level(), "what is logged; secrets never are", shown='`"info"`', environment=True
    )
    format: LogFormat = setting(
        "text",
        Choice(("text", "json")),
        "for people, or one JSON object a line for programs: [operations.md](operations.md#logs)",
    )
