"""`[directory]` and its `[[directory.source]]`s."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from offhook.common.network import host_port
from offhook.config.kinds import (
    Choice,
    File,
    LaterFile,
    ListOf,
    Names,
    Number,
    OptionalFlag,
    Secret,
    Text,
    Whole,
    accepted,
)
from offhook.config.listen import Listen
from offhook.config.setting import Kind, read_section, section, setting
from offhook.config.table import Table

Fields = Mapping[str, tuple[str, ...]]
Schema = Literal["openldap", "activedirectory"]
Security = Literal["plain", "tls", "start_tls"]

TYPES = ("ldap", "vcard", "csv")
"""What the `type` of a `[[directory.source]]` may be."""

FIELDS = ("name", "alias", "work", "ip", "mobile", "home", "company", "mail", "picture")
"""What its `attributes` or `columns` may name."""

PORTS = {"ldap": 389, "ldaps": 636}

MAX_PAGE = 1000
"""Entries that Active Directory gives in one page, unless it was changed there."""

_ENDINGS = {"vcard": "vcf", "csv": "csv"}
_URL = 'write it like "ldap://directory.example" or "ldaps://[2001:db8::1]:636"'
_LDAP, _FILE, _CSV = ("ldap",), ("vcard", "csv"), ("csv",)


def _begins_number(text: str) -> bool:
    return any(character.isdecimal() for character in text) and len(text) <= 32


class _Url(Text):
    def read(self, table: Table, name: str, default: str) -> str:
        url = super().read(table, name, default)
        if table.has(name) and not _is_server(url):
            raise table.error(name, f"{url!r} is not the address of an LDAP server", _URL)
        return url


class _Columns(Kind[Fields]):
    values = "table"

    def read(self, table: Table, name: str, default: Fields) -> Fields:
        own = table.table(name)
        named = {field: Names().read(own, field, ()) for field in FIELDS}
        own.finish()
        return {field: names for field, names in named.items() if own.has(field)}


@section
class DirectorySourceSettings:
    """Where people come from. Where several have a number, the first one names it."""

    name: str = setting(
        "",
        Text(".{1,64}", "1 to 64 characters"),
        "in logs and for the file of what was read",
        shown='`"ldap-1"`: type and place',
    )
    type: str = setting("", Choice(TYPES), "the kind of source", shown="")
    url: str = setting(
        "",
        _Url(),
        '`"ldap://host"` (389) or `"ldaps://host"` (636), with `:port` where it is another',
        missing=("is missing", _URL),
        only=_LDAP,
    )
    start_tls: bool | None = setting(
        None,
        OptionalFlag(),
        "encryption over the plain port. `false`: none, and no password off this machine",
        shown="`true` for `ldap://`",
        only=_LDAP,
    )
    ca_file: Path | None = setting(
        None,
        File(),
        "PEM file of the authority that signed the server's certificate",
        shown="the system's",
        only=_LDAP,
    )
    user: str = setting(
        "",
        Text(),
        "a distinguished name, or for Active Directory `name@domain`",
        shown="anonymous",
        only=_LDAP,
    )
    password: str = setting("", Secret(), "the password of `user`", only=_LDAP)
    base: str = setting(
        "",
        Text(),
        "the entry below which people are",
        missing=("is missing", 'set where people are, like "ou=people,dc=example,dc=com"'),
        only=_LDAP,
    )
    schema: Schema = setting(
        "openldap",
        Choice(("openldap", "activedirectory")),
        "which entries are people, and what their attributes are called",
        only=_LDAP,
    )
    filter: str = setting(
        "",
        Text(),
        'which entries are people, as `"(&(objectClass=inetOrgPerson)(ou=Sales))"`',
        shown="the schema's",
        only=_LDAP,
    )
    attributes: Fields = setting(
        {},
        _Columns(),
        'other names, as `{ work = ["telephoneNumber", "x-ext"], company = "department" }`',
        shown="the schema's",
        only=_LDAP,
    )
    page_size: int = setting(500, Whole(1, MAX_PAGE), "how many entries are asked for at a time", only=_LDAP)
    timeout_s: float = setting(10.0, Number(1, 120), "how long each answer may take", only=_LDAP)
    file: Path | None = setting(None, LaterFile(), "where the file is", only=_FILE)
    encoding: str = setting(
        "",
        Text(".{0,40}", 'the name of an encoding, like "windows-1252"'),
        'what the file is in, where it is neither UTF-8 nor says so itself, as `"windows-1252"`',
        shown="found out",
        only=_FILE,
    )
    columns: Fields = setting(
        {},
        _Columns(),
        'what the headings are called, as `{ name = "Wer", work = "Durchwahl" }`',
        shown="known headings",
        only=_CSV,
    )

    @property
    def host(self) -> str:
        """The LDAP server's."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The one of the URL, or what its scheme has."""
        parts = urlsplit(self.url)
        return parts.port or PORTS[parts.scheme]

    @property
    def place(self) -> str:
        """The server as it is named to people, always with its port."""
        return f"{'ldaps' if self.security == 'tls' else 'ldap'}://{host_port(self.host, self.port)}"

    @property
    def security(self) -> Security:
        """How it is talked to."""
        if urlsplit(self.url).scheme == "ldaps":
            return "tls"
        return "plain" if self.start_tls is False else "start_tls"

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if self.type == "ldap":
            self._check_ldap(table)
        elif self.file is None:
            raise table.error("file", "is missing", f'set it to a path, like "people.{_ENDINGS[self.type]}"')

    def _check_ldap(self, table: Table) -> None:
        if self.security == "tls" and self.start_tls:
            raise table.error("start_tls", "is true while ldaps:// encrypts already", "take one of the two")
        has_password = table.has("password_file")
        if bool(self.user) != has_password:
            missing, there = ("user", "password_file") if has_password else ("password_file", "user")
            fix = "set both, or neither to be anonymous"
            raise table.error(missing, f"is missing while {there} is set", fix)
        if self.security == "plain" and self.user and not Listen(self.host, 0).loopback:
            raise table.error(
                "start_tls",
                "is false: the password would go to another machine in the clear",
                "leave it out, or take an ldaps:// url",
            )
        if self.security == "plain" and self.ca_file is not None:
            raise table.error("ca_file", "is set while nothing is encrypted", "leave start_tls out")


@section
class DirectorySettings:
    """People by number and name."""

    refresh_s: float = setting(
        3600.0, Number(60, 7 * 86400), "how often servers are read; files within 10 s of a change"
    )
    own_numbers: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_begins_number), 'a list of what numbers begin with, like ["+82-2-568-"]'),
        "what the site's own numbers begin with, up to the extension",
    )

    sources: tuple[DirectorySourceSettings, ...] = ()
    """The `[[directory.source]]`s."""


def read_directory(table: Table) -> DirectorySettings:
    """The section with its sources. Raises `ConfigError`."""
    entries = table.tables("source")
    directory = read_section(DirectorySettings, table)
    sources: dict[str, DirectorySourceSettings] = {}
    for count, entry in enumerate(entries, 1):
        if not entry.has("type"):
            raise entry.error("type", "is missing", f"set it to one of: {', '.join(TYPES)}")
        kind = Choice(TYPES).read(entry, "type", "")
        source = read_section(DirectorySourceSettings, entry, kind)
        source = source if source.name else replace(source, name=f"{kind}-{count}")
        if source.name in sources:
            raise entry.error("name", f"{source.name!r} is already used above", "give each its own")
        sources[source.name] = source
    return replace(directory, sources=tuple(sources.values()))


def _is_server(url: str) -> bool:
    try:
        parts: SplitResult = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    odd = parts.path.strip("/") or parts.query or "@" in parts.netloc
    return host is not None and parts.scheme in PORTS and not odd
