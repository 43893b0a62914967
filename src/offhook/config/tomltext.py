"""The tables of a text in TOML, or what is wrong with it and how such a line is written."""

import re
import tomllib
from typing import Any, NamedTuple

from offhook.errors import ConfigError

PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
"""Where it is, as tomllib says it; without one it is the end of the text."""


class Mistake(NamedTuple):
    """One that people make: what tomllib calls it, its fix, what stands at the place if that tells it."""

    complaint: str
    fix: str
    at: str = ""


IN_QUOTES = 'write text in quotes, like "4000"'
APART = 'write text in quotes, like "4000", and a comma between two'
CLOSE = "close the brackets"
PLAIN_NAMES = "write names in letters from a to z, without spaces"

MISTAKES = (
    Mistake("", "take the plain quotes of the keyboard, \" or '", at=r"[\u2018-\u201f\xab\xbb]"),
    Mistake(
        "", "an invisible character stands there; write that line anew", at=r"[^\S \t\r\n]|[\0-\x08\ufeff]"
    ),
    Mistake("Invalid hex|Unescaped", "write each backslash twice, or put the text into single quotes: '...'"),
    Mistake("Unterminated string|Illegal character '.n'", "put quotes at the end of the text, too"),
    Mistake("Unclosed", CLOSE, at=r"$|#"),
    Mistake("Unclosed array", CLOSE, at=r"^\[|^[\w.'\"-]+\s*="),  # the next table, the next setting
    Mistake("Unclosed", APART),
    Mistake("Expected ']", CLOSE, at=r"\]?\s*($|#)"),
    Mistake("Expected ']", PLAIN_NAMES),
    Mistake("Invalid initial character|Invalid statement", PLAIN_NAMES, at=r"\w"),
    Mistake("Cannot declare", "it is there already; put all of its settings below the first one"),
    Mistake("Cannot overwrite", "it is there already; keep one of them"),
    Mistake("Expected '='", 'write a setting like listen = "127.0.0.1:7700"'),
    Mistake(
        "Invalid value",
        "write true or false, in small letters and without quotes",
        at=r"(?i:true|false|yes|no|on|off)\b",
    ),
    Mistake("Invalid value", IN_QUOTES, at=r"[^\W\d]|[/~.:*]"),
    Mistake("Expected newline", IN_QUOTES, at=r"(?<=[\w.])[\w.:+/-]"),
)
"""The first that fits is told. Nothing of the line itself is: a password may stand there."""


def tables(text: str, name: str) -> dict[str, Any]:
    """Those of the file of this name. Raises `ConfigError`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(name, "", f"is not TOML: {error}", _fix(str(error), text)) from None
    except (ValueError, RecursionError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"
        raise ConfigError(name, "", f"is not TOML: {what}", "correct that place") from None


def value(text: str) -> object:
    """One value as TOML writes it. Raises `ValueError`."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _fix(complaint: str, text: str) -> str:
    place = PLACE.search(complaint)
    lines = text.replace("\r\n", "\n").split("\n")
    line, column = (lines[int(place[1]) - 1], int(place[2]) - 1) if place else ("", 0)
    for one in MISTAKES:
        if re.match(one.complaint, complaint) and re.compile(one.at).match(line, column):
            return one.fix
    return "correct that place"
