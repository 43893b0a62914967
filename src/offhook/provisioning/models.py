"""Which phones there are, and which files they ask for: the `<vendor>.toml` beside the templates.

    title = "Acme"
    document = "Acme provisioning guide"   # what the parameters in the templates were taken from
    version = "3.2, 2024"
    models = ["A10", "A20"]
    # Regular expressions, with the groups model and mac where the User-Agent says them:
    user_agents = ['^Acme (?P<model>A[0-9]+) [0-9.]+ (?P<mac>[0-9a-f:]{17})$']
    resync = "check-sync;reboot=false"      # the Event of the NOTIFY by which it fetches again; "" for none
    reboot = "check-sync;reboot=true"       # after which it starts anew
    tls = true                              # it speaks SIP over TLS, and can be given an authority
    presence_keys = true
    one_file = false                        # it is told the address of its one file, not of a folder

    [[file]]
    names = ["{mac}.cfg", "{MAC}.cfg"]      # {mac} lower, {MAC} upper case, {model} any word
    template = "acme.cfg"
    content_type = "text/plain; charset=utf-8"

    [book]                                  # its phone book; left out where it reads none
    template = "acme-book.xml"
    content_type = "text/xml; charset=utf-8"
    entries = 32                            # that it takes at once
    asks = true                             # it is sent a form first, and searches with what is typed into it

A site's folder may have files of the same names, which are taken instead, and vendors of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec

from offhook.errors import ConfigError, PhoneError

PACKAGED = Path(__file__).parent / "templates"

MAX_NAME = 128
"""Characters of a file's name that a phone asks for. The longest that are known have some forty."""

MAX_ENTRIES = 500
"""Entries of a phone book's page: the most that a phone of these vendors takes. It would cut off the rest."""

MAX_USER_AGENT = 200
"""Characters of a User-Agent that are looked at. The longest that are known have a hundred."""

_WORDS = {
    "{mac}": "(?P<mac>[0-9a-f]{12})",
    "{MAC}": "(?P<mac>[0-9A-F]{12})",
    "{model}": "[A-Za-z0-9_.+-]{1,40}",
}


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that phones of a vendor ask for."""

    names: tuple[str, ...]
    """Patterns of its name: `{mac}` in lower case, `{MAC}` in upper case, `{model}` a word."""
    template: str
    """The template's file; one that ends with .xml or .htm has its values escaped for XML by itself."""
    content_type: str = "text/plain; charset=utf-8"


class Book(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vendor's phone book."""

    template: str
    content_type: str = "text/xml; charset=utf-8"
    entries: Annotated[int, msgspec.Meta(ge=1, le=MAX_ENTRIES)]
    """How many a phone takes at once; it leafs through the others where its template lets it."""
    asks: bool = False
    """Without a text to search for it is sent a form, and not the beginning of the whole book."""


class _Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    document: str
    version: str
    models: tuple[str, ...]
    user_agents: tuple[str, ...] = ()
    resync: str = ""
    reboot: str = ""
    tls: bool = False
    presence_keys: bool = False
    one_file: bool = False
    file: tuple[File, ...]
    book: Book | None = None


@dataclass(frozen=True)
class Vendor:
    """A vendor's phones. `name` is that of its file."""

    name: str
    title: str
    document: str
    version: str
    models: tuple[str, ...]
    user_agents: tuple[str, ...]
    resync: str
    """The Event of a NOTIFY after which its phones fetch their files again; "" where they cannot be told."""
    reboot: str
    """The Event of a NOTIFY after which they start anew; "" where they cannot be told."""
    tls: bool
    presence_keys: bool
    one_file: bool
    """It is told the address of its first file, and not that of the folder."""
    files: tuple[File, ...]
    book: Book | None

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], File], ...]:
        return tuple((_pattern(name), file) for file in self.files for name in file.names)

    def asked_for(self, name: str) -> tuple[File, str | None] | None:
        """The file that a phone means by a name, and the MAC address in the name, if it has one."""
        if len(name) <= MAX_NAME:
            for pattern, file in self._patterns:
                if (found := pattern.fullmatch(name)) is not None:
                    mac = found.groupdict().get("mac")
                    return file, None if mac is None else mac.lower()
        return None

    def told(self, base: str, mac: str) -> str:
        """The address that a phone is told to fetch from, of the files below `base`."""
        name = self.files[0].names[0] if self.one_file else ""
        return base + name.replace("{mac}", mac).replace("{MAC}", mac.upper())

    def says(self, user_agent: str) -> Mapping[str, str] | None:
        """What the User-Agent of one of its phones says, by `model` and `mac`; None for any other's."""
        for pattern in self.user_agents:
            if (found := re.search(pattern, user_agent[:MAX_USER_AGENT])) is not None:
                return {name: value for name, value in found.groupdict().items() if value}
        return None


@dataclass(frozen=True, slots=True)
class Asking:
    """What a phone says that it is, by the file that it asks for and its User-Agent: anybody can say so."""

    vendor: Vendor
    model: str | None
    mac: str | None


class Models:
    """All vendors, of the package and of the site's folder. Raises `ConfigError` for a file that is wrong."""

    def __init__(self, site: Path | None = None) -> None:
        paths = {path.stem: path for folder in (PACKAGED, site) if folder for path in folder.glob("*.toml")}
        self._vendors = {name: _read(path) for name, path in sorted(paths.items())}
        self._by_model = {
            model.lower(): (vendor, model) for vendor in self._vendors.values() for model in vendor.models
        }

    @property
    def vendors(self) -> Mapping[str, Vendor]:
        """By name."""
        return self._vendors

    def find(self, model: str) -> tuple[Vendor, str]:
        """The vendor of a model, and the model as its vendor writes it. Raises `PhoneError`."""
        found = self._by_model.get(model.strip().lower())
        if found is None:
            raise PhoneError(
                f"model {model[:40]!r} is not known", "offhook phone models lists those that are"
            )
        return found

    def macs_in(self, name: str) -> Sequence[str]:
        """The MAC addresses that a file's name may speak of."""
        asked = (vendor.asked_for(name) for vendor in self._vendors.values())
        return sorted({one[1] for one in asked if one is not None and one[1] is not None})

    def asking(self, name: str, user_agent: str) -> Asking | None:
        """Which phone seems to ask for a file of this name; None if it does not speak like one."""
        for vendor in self._vendors.values():
            said = vendor.says(user_agent)
            if said is not None:
                known = self._by_model.get(said.get("model", "").replace("_", " ").lower())
                asked = vendor.asked_for(name)
                mac = asked[1] if asked is not None else None
                shown = re.sub("[:.-]", "", said.get("mac", "")).lower()
                return Asking(
                    vendor,
                    known[1] if known is not None and known[0] is vendor else None,
                    mac or (shown if re.fullmatch("[0-9a-f]{12}", shown) else None),
                )
        return None


def _pattern(name: str) -> re.Pattern[str]:
    parts = re.split(r"(\{mac\}|\{MAC\}|\{model\})", name)
    return re.compile("".join(_WORDS.get(part) or re.escape(part) for part in parts))


def _read(path: Path) -> Vendor:
    def wrong(key: str, what: str, fix: str) -> NoReturn:
        raise ConfigError(str(path), key, what, fix)

    try:
        values: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        wrong("", f"cannot be read: {error}", "write it as the other vendors' files")
    try:
        written = msgspec.convert(values, _Written)
    except msgspec.ValidationError as error:
        wrong("", str(error), "write it as the other vendors' files")
    for file in written.file:
        for name in file.names:
            if not name or "/" in name or len(name) > MAX_NAME or name.lower().count("{mac}") > 1:
                wrong("file.names", f"{name!r} is no file's name", "write one like {mac}.cfg")
        if Path(file.template).name != file.template:
            wrong("file.template", f"{file.template!r} is no file's name", "name a template beside this file")
    if written.book is not None and Path(written.book.template).name != written.book.template:
        wrong(
            "book.template",
            f"{written.book.template!r} is no file's name",
            "name a template beside this file",
        )
    for pattern in written.user_agents:
        try:
            re.compile(pattern)
        except re.error as error:
            wrong("user_agents", f"{pattern!r}: {error}", "write a regular expression")
    return Vendor(
        path.stem,
        written.title,
        written.document,
        written.version,
        written.models,
        written.user_agents,
        written.resync,
        written.reboot,
        written.tls,
        written.presence_keys,
        written.one_file,
        written.file,
        written.book,
    )
