"""`[directory]` and its `[[directory.source]]`s: from TOML's tables to their settings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from offhook.config.model import (
    DIRECTORY_FIELDS,
    DIRECTORY_SCHEMAS,
    DIRECTORY_TYPES,
    DirectoryConfig,
    DirectorySourceConfig,
    Listen,
)
from offhook.config.table import Table

PORTS = {"ldap": 389, "ldaps": 636}

MAX_PAGE = 1000
"""Entries that Active Directory gives in one page, unless it was changed there."""

CheckFile = Callable[[Table, str, Path | None], None]
ReadSecret = Callable[[Path, str], str]


def read_directory(table: Table, check_file: CheckFile, secret: ReadSecret | None) -> DirectoryConfig:
    """The directory's settings. Passwords are read by `secret`, if it is given. Raises `ConfigError`."""
    sources: dict[str, DirectorySourceConfig] = {}
    entries = table.tables("source")
    config = DirectoryConfig(
        refresh_s=table.seconds("refresh_s", DirectoryConfig.refresh_s, 60, 7 * 86400),
        own_numbers=table.texts(
            "own_numbers", (), _begins_number, 'a list of what numbers begin with, like ["+82-2-568-"]'
        ),
    )
    table.finish()
    for count, entry in enumerate(entries, 1):
        source = _source(entry, count, check_file, secret)
        if source.name in sources:
            raise entry.error("name", f"{source.name!r} is already used above", "give each its own")
        sources[source.name] = source
    return DirectoryConfig(config.refresh_s, config.own_numbers, tuple(sources.values()))


def _source(
    table: Table, count: int, check_file: CheckFile, secret: ReadSecret | None
) -> DirectorySourceConfig:
    kind = table.text("type", "", "|".join(DIRECTORY_TYPES), f"one of: {', '.join(DIRECTORY_TYPES)}")
    if not kind:
        raise table.error("type", "is missing", f"set it to one of: {', '.join(DIRECTORY_TYPES)}")
    name = table.text("name", f"{kind}-{count}", ".{1,64}", "1 to 64 characters")
    return _ldap(table, name, check_file, secret) if kind == "ldap" else _file(table, name, kind)


def _file(table: Table, name: str, kind: str) -> DirectorySourceConfig:
    file = table.file("file")
    columns = _columns(table.table("columns")) if kind == "csv" else {}
    encoding = table.text("encoding", "", ".{0,40}", 'the name of an encoding, like "windows-1252"')
    table.finish()
    if file is None:
        raise table.error("file", "is missing", f'set it to a path, like "people.{_ENDINGS[kind]}"')
    # A file that is away now may be there later, like a server; `offhook check` tells of it.
    return DirectorySourceConfig(name, kind, file=file, encoding=encoding, attributes=columns)


def _ldap(table: Table, name: str, check_file: CheckFile, secret: ReadSecret | None) -> DirectorySourceConfig:
    host, port, implicit = _url(table)
    schema = table.text(
        "schema",
        DIRECTORY_SCHEMAS[0],
        "|".join(DIRECTORY_SCHEMAS),
        f"one of: {', '.join(DIRECTORY_SCHEMAS)}",
    )
    start_tls = table.flag("start_tls", not implicit)
    ca_file, password_file = table.file("ca_file"), table.file("password_file")
    source = DirectorySourceConfig(
        name,
        "ldap",
        host=host,
        port=port,
        security="tls" if implicit else "start_tls" if start_tls else "plain",
        ca_file=ca_file,
        user=table.text("user"),
        base=table.text("base"),
        schema=schema,
        filter=table.text("filter"),
        page_size=table.whole("page_size", DirectorySourceConfig.page_size, 1, MAX_PAGE),
        timeout_s=table.seconds("timeout_s", DirectorySourceConfig.timeout_s, 1, 120),
        attributes=_columns(table.table("attributes")),
    )
    table.finish()
    check_file(table, "ca_file", ca_file)
    _check_ldap(table, source, password_file, both=implicit and start_tls)
    if password_file is not None and secret is not None:
        return replace(source, password=secret(password_file, table.key("password_file")))
    return source


def _check_ldap(
    table: Table, source: DirectorySourceConfig, password_file: Path | None, *, both: bool
) -> None:
    if both:
        raise table.error("start_tls", "is true while ldaps:// encrypts already", "take one of the two")
    if not source.base:
        raise table.error("base", "is missing", 'set where people are, like "ou=people,dc=example,dc=com"')
    if bool(source.user) != (password_file is not None):
        missing, there = ("password_file", "user") if source.user else ("user", "password_file")
        raise table.error(missing, f"is missing while {there} is set", "set both, or none to be anonymous")
    if source.security == "plain" and source.user and not Listen(source.host, 0).loopback:
        raise table.error(
            "start_tls",
            "is false: the password would go to another machine in the clear",
            "leave it out, or take an ldaps:// url",
        )
    if source.security == "plain" and source.ca_file is not None:
        raise table.error("ca_file", "is set while nothing is encrypted", "leave start_tls out")


def _url(table: Table) -> tuple[str, int, bool]:
    """Host, port, and whether it is encrypted from the first byte on."""
    url = table.text("url")
    want = 'write it like "ldap://directory.example" or "ldaps://[2001:db8::1]:636"'
    if not url:
        raise table.error("url", "is missing", want)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if (
        host is None
        or parts.scheme not in PORTS
        or parts.path.strip("/")
        or parts.query
        or "@" in parts.netloc
    ):
        raise table.error("url", f"{url!r} is no address of an LDAP server", want)
    return host, port or PORTS[parts.scheme], parts.scheme == "ldaps"


def _columns(table: Table) -> dict[str, tuple[str, ...]]:
    """What the fields of a person are called at a source."""
    named = {field: table.names(field) for field in DIRECTORY_FIELDS}
    table.finish()
    return {field: names for field, names in named.items() if names is not None}


def _begins_number(text: str) -> bool:
    return any(character.isdecimal() for character in text) and len(text) <= 32


_ENDINGS = {"vcard": "vcf", "csv": "csv"}
