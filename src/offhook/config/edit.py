"""Changing settings in the configuration file, with its comments and order kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from offhook.common.privatefile import read_file, replace_private, write_private
from offhook.config.load import check_text
from offhook.config.tomltext import tables
from offhook.errors import ConfigError

Changes = Mapping[str, object]
"""Dotted keys and their new values; None takes the key out, so that its default holds.

A number in a key counts the tables of a list from 0: `directory.source.0.url`; one at its end is the table.
"""


def read_text(file: Path) -> str:
    """What the file holds, "" when it is not there yet. Raises `ConfigError`."""
    try:
        return read_file(file).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), "", f"cannot be read ({error})", "let this user read it") from None


def written(text: str, key: str) -> object:
    """What the text itself says for a key, None when nothing. Raises `ConfigError`."""
    value: Any = tables(text, "")
    for part in key.split("."):
        if isinstance(value, list):
            at = int(part)
            value = value[at] if at < len(value) else {}
        else:
            value = value.get(part)
        if value is None:
            return None
    found: object = value
    return found


def edited(text: str, file: Path, changes: Changes) -> str:
    """The text with the changes, checked as if it stood in `file`. Raises `ConfigError`, naming the key."""
    tables(text, str(file))
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:  # it bears less than tomllib: no more than 100 brackets in one another
        why = f"cannot be changed here ({error})"
        raise ConfigError(str(file), "", why, "change it in an editor") from None
    for key, value in changes.items():
        *path, name = key.split(".")
        table = _table(document, path, make=value is not None)
        if table is None:
            continue
        if value is None and name.isdecimal():
            if int(name) < len(table):
                del table[int(name)]
        elif value is None:
            table.pop(name, None)
        else:
            table[name] = value
    _drop_empty(document)
    result = tomlkit.dumps(document)
    check_text(result, file)
    return result


def _table(document: Any, path: list[str], make: bool) -> Any:
    """The table at a path; None when it is not there and is not to be made."""
    table = document
    for part, following in zip(path, [*path[1:], ""], strict=True):
        if part.isdecimal():
            table = _at(table, int(part), make)
        elif part not in table and not make:
            return None
        else:
            if part not in table:
                table[part] = tomlkit.aot() if following.isdecimal() else tomlkit.table(following != "")
            table = table[part]
        if table is None:
            return None
    return table


def _at(tables: Any, number: int, make: bool) -> Any:
    """The list's table with this number. If there are fewer: with `make` a new one at the end, else None."""
    if number < len(tables):
        return tables[number]
    if not make:
        return None
    inline = isinstance(tables, tomlkit.items.Array)
    tables.append(tomlkit.inline_table() if inline else tomlkit.table())
    return tables[-1]


def _drop_empty(document: Any) -> None:
    """A list's table that has lost its last key is gone as a whole."""
    for value in document.values():
        if isinstance(value, tomlkit.items.Table):
            _drop_empty(value)
    for key in [key for key, value in document.items() if isinstance(value, tomlkit.items.AoT)]:
        for at in reversed(range(len(document[key]))):
            if not document[key][at]:
                del document[key][at]
        if not document[key]:
            del document[key]


def save(file: Path, changes: Changes, *, only_check: bool = False) -> None:
    """Change the file, or make it, for its owner's eyes only; what it was stays beside it, as `.bak`.

    With `only_check` nothing is written. Raises `ConfigError`; then nothing changed.
    """
    before = read_text(file)
    after = edited(before, file, changes)
    if not only_check:
        _replace(file, before, after)


def take(source: Path, file: Path, *, only_check: bool = False) -> None:
    """Have what `source` holds in place of the file, checked as if it stood there; else like `save`."""
    if not source.exists():
        raise ConfigError(str(source), "", "there is no such file", "name the configuration that is to hold")
    text = read_text(source)
    check_text(text, file)
    if not only_check:
        _replace(file, read_text(file), text)


def _replace(file: Path, before: str, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if before:
            replace_private(file.with_name(f"{file.name}.bak"), before)
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            str(file), "", f"cannot be written ({error.strerror})", "let this user write there"
        ) from None
