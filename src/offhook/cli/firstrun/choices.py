"""What a site begins with, and the configuration that says so."""

import locale
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from offhook.address.country import meant_country
from offhook.common.privatefile import write_private
from offhook.config import check_text
from offhook.config.phones import made_password
from offhook.errors import ConfigError, OffhookError

PHONE = re.compile(r"[A-Za-z0-9_.+*#-]{1,32}")

MAX_PHONES = 100
"""More are added by `offhook terminal add`, or come from a file."""

FIRST_PHONES = "4000,4001"


class InitError(OffhookError):
    """A site cannot begin like this."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone to be made."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen; `host` is the address of this machine at which phones reach it."""

    host: str
    port: int
    phones: tuple[Phone, ...]
    country: str = ""
    area: str = ""
    outside_prefix: str = ""
    http: bool = False


def read_phones(text: str) -> tuple[Phone, ...]:
    """`4000=Kim, 4001=Lee Min-ho` or `4000-4009`. Raises `InitError`."""
    found: dict[str, Phone] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        number, _, name = (one.strip() for one in part.partition("="))
        for one in _numbers(number):
            if not PHONE.fullmatch(one):
                raise InitError(f"{one!r} is no extension; take digits, like 4000, or 4000=Kim")
            found[one] = Phone(one, name)
    if not found:
        raise InitError("there is no phone; name at least one, like 4000=Kim")
    if len(found) > MAX_PHONES:
        raise InitError(f"more than {MAX_PHONES} phones; begin with some, and add others later")
    return tuple(found.values())


def _numbers(text: str) -> Sequence[str]:
    first, dash, last = text.partition("-")
    if not (dash and first.isdecimal() and last.isdecimal() and first.isascii() and last.isascii()):
        return [text]
    if not 0 <= int(last) - int(first) < MAX_PHONES or len(first) != len(last):
        raise InitError(f"{text} is no row of at most {MAX_PHONES} extensions; write it like 4000-4009")
    return [str(one).zfill(len(first)) for one in range(int(first), int(last) + 1)]


def read_country(text: str) -> str:
    """The country's two letters; "" for none. Raises `InitError`."""
    if not text.strip():
        return ""
    code = meant_country(text)
    if not code:
        raise InitError(f"{text!r} is no country; take its two letters, like KR, or nothing")
    return code


def usual_country(environ: Mapping[str, str] = os.environ) -> str:
    """That of the system's language setting, "" when it names none."""
    for name in ("LC_ALL", "LC_TELEPHONE", "LANG"):
        text = environ.get(name, "")
        if text:
            break
    else:
        text = locale.getlocale()[0] or ""
    found = re.fullmatch(r"[A-Za-z]{2,3}[_-]([A-Za-z]{2})\b.*", text)
    return meant_country(found.group(1)) if found else ""


def written(choices: Choices) -> str:
    """The configuration file, with a password for each phone."""
    document = tomlkit.document()
    document.add(tomlkit.comment("Made by `offhook init`. All settings: docs/configuration.md"))
    listen = f"[{choices.host}]" if ":" in choices.host else choices.host
    embedded = tomlkit.table()
    embedded.add("listen", f"{listen}:{choices.port}")
    document["switch"] = tomlkit.table(is_super_table=True).append("embedded", embedded)
    address = tomlkit.table()
    for key in ("country", "area", "outside_prefix"):
        if value := getattr(choices, key):
            address.add(key, value)
    lengths = sorted({len(phone.id) for phone in choices.phones if phone.id.isdecimal()})
    if lengths:
        address.add("extension_lengths", lengths)
    if address:
        document.add("address", address)
    if choices.http:
        http = tomlkit.table()
        http.add("listen", "127.0.0.1:7780")
        document.add("http", http)
    entries = tomlkit.aot()
    for phone in choices.phones:
        entry = tomlkit.table()
        entry.add("id", phone.id)
        if phone.name:
            entry.add("name", phone.name)
        entry.add("password", made_password())
        entries.append(entry)
    document.add("terminal", entries)
    return tomlkit.dumps(document).rstrip() + "\n"


def write(file: Path, choices: Choices) -> None:
    """Write the file for its owner's eyes only, once it is known to be good.

    Raises `InitError`, `ConfigError`.
    """
    if file.exists():
        raise InitError(
            f"{file} is there already; change it with offhook config set and offhook terminal add, "
            "or name another by --config FILE"
        )
    text = written(choices)
    check_text(text, file)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            str(file), "", f"cannot be written ({error.strerror})", "let this user write it, or name another"
        ) from None
