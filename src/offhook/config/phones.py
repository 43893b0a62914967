"""The phones of the configuration file: adding one, with a password that is made for it, and removing one."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offhook.config import named
from offhook.config.edit import Changes, read_text, written
from offhook.config.named import tables
from offhook.config.secrets import read_secret
from offhook.errors import ConfigError

PASSWORD_BYTES = 15
"""120 random bits as 20 characters: strong, and still typed into a phone's web page."""


def made_password() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def can_change(file: Path) -> bool:
    """May this user write the file, or make it?"""
    if file.exists():
        return os.access(file, os.W_OK) and os.access(file.absolute().parent, os.W_OK)
    folder = next((one for one in file.absolute().parents if one.exists()), None)
    return folder is not None and os.access(folder, os.W_OK)


def entries(text: str, file: Path) -> list[dict[str, Any]]:
    """The phones as the text has them, which is that of the file. Raises `ConfigError`."""
    return tables(text, file, "terminal")


def place_of(text: str, file: Path, phone: str) -> int | None:
    """Where a phone stands among them; None if it does not. Raises `ConfigError`."""
    return named.place_of(text, file, "terminal", phone, key="id")


def phones_in(text: str) -> list[tuple[str, str]]:
    """Id and name of each phone, in their order."""
    found = written(text, "terminal")
    entries = found if isinstance(found, list) else []
    return [(str(one.get("id", "")), str(one.get("name", ""))) for one in entries if isinstance(one, dict)]


def added(
    text: str,
    file: Path,
    phone: str,
    name: str,
    secret: Mapping[str, str] | None = None,
    *,
    part: str = "",
) -> Changes:
    """What has to be changed so that there is this phone, too. `secret` is its `password` or `password_file`;
    without it a password is made. `part` is the `[[cluster.part]]` that has it, "" where there are none.
    Raises `ConfigError`."""
    if place_of(text, file, phone) is not None:
        raise ConfigError(str(file), "terminal.id", f"{phone} is there already", "take another extension")
    entry = f"terminal.{len(entries(text, file))}"
    changes: dict[str, object] = {f"{entry}.id": phone}
    if name:
        changes[f"{entry}.name"] = name
    if part:
        changes[f"{entry}.part"] = part
    given = secret or {"password": made_password()}
    return changes | {f"{entry}.{key}": value for key, value in given.items()}


def password_of(file: Path, phone: str) -> str:
    """What a phone registers with; "" if the file has none for it. Raises `ConfigError`."""
    found = written(read_text(file), "terminal")
    for entry in found if isinstance(found, list) else []:
        if isinstance(entry, dict) and entry.get("id") == phone:
            if kept := entry.get("password_file"):
                return read_secret(file.absolute().parent / str(kept), "password_file")
            return str(entry.get("password", ""))
    return ""
