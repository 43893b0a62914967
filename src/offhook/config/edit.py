"""Changing settings in the configuration file, with its comments and order kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from offhook.config.load import check_text
from offhook.errors import ConfigError
from offhook.privatefile import write_private

Changes = Mapping[str, object]
"""Dotted keys and their new values; None takes the key out, so that its default holds."""


def read_text(file: Path) -> str:
    """What the file holds, "" when it is not there yet. Raises `ConfigError`."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), "", f"cannot be read ({error})", "let this user read it") from None


def edited(text: str, file: Path, changes: Changes) -> str:
    """The text with the changes, checked as if it stood in `file`. Raises `ConfigError`, naming the key."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(str(file), "", f"is not TOML: {error}", "correct that place") from None
    for key, value in changes.items():
        *path, name = key.split(".")
        table: Any = document
        for part in path:
            if part not in table:
                if value is None:
                    break
                table[part] = tomlkit.table(is_super_table=part != path[-1])
            table = table[part]
        else:
            if value is None:
                table.pop(name, None)
            else:
                table[name] = value
    result = tomlkit.dumps(document)
    check_text(result, file)
    return result


def save(file: Path, changes: Changes) -> None:
    """Change the file, or make it, for its owner's eyes only. Raises `ConfigError`; then nothing changed."""
    text = edited(read_text(file), file, changes)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            str(file), "", f"cannot be written ({error.strerror})", "let this user write there"
        ) from None
