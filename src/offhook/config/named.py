"""The tables of the configuration file that have a name, like [[trunk]], and what is typed for one."""

from pathlib import Path
from typing import Any

from offhook.config.hosts import Hosts
from offhook.config.kinds import Flag, ListOf, Names, Number, Whole, Wholes
from offhook.config.model import setting_of
from offhook.config.tomltext import tables as tables_of
from offhook.config.tomltext import value
from offhook.errors import ConfigError


def tables(text: str, file: Path, table: str) -> list[dict[str, Any]]:
    """The tables of this name as the text has them, which is that of the file. Raises `ConfigError`."""
    found = tables_of(text, str(file)).get(table, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ConfigError(str(file), table, "is not a list of tables", f"write each as [[{table}]]")
    return found


def place_of(text: str, file: Path, table: str, name: str, *, key: str = "name") -> int | None:
    """Where the one of this name stands among them; None if there is none. Raises `ConfigError`."""
    found = tables(text, file, table)
    return next((at for at, one in enumerate(found) if one.get(key) == name), None)


def typed(key: str, text: str) -> object:
    """What a person types for a setting, as the file has it: lists with commas, numbers without quotes.

    What cannot be read stays text, of which the check of the whole file then says what it should be.
    """
    try:
        kind = setting_of(key).setting.kind
    except (StopIteration, KeyError):
        return text
    if isinstance(kind, Flag) and text in ("true", "false"):
        return text == "true"
    if isinstance(kind, ListOf | Names | Wholes):
        parts = _listed(text)
        if isinstance(kind, Hosts) and len(parts) == 1:
            return parts[0]
        return [_number(one) for one in parts] if isinstance(kind, Wholes) else parts
    return _number(text) if isinstance(kind, Whole | Number) else text


def _listed(text: str) -> list[Any]:
    """`a, b`, or a list as TOML has it, for entries with a comma in them."""
    if text.startswith("["):
        try:
            found = value(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    return [one.strip() for one in text.split(",") if one.strip()]


def _number(text: str) -> object:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
