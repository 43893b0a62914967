"""Reads the rows of a CSV file (RFC 4180) so that a stray quote costs one row, not the whole file.

A quoted field may contain delimiters and line ends. Python's csv reader takes everything up to the next quote
for the field, which may be ten thousand rows further down. Here a row continues in the next line only if that
makes sense: up to a quote that ends a field, over lines that are not rows themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

DELIMITERS = ",;\t|"

MAX_ROW_LINES = 1000
"""Lines of one row: a long note. A quote that stays open for longer is a stray one."""

MAX_TRIES = 50
"""How many lines with quotes are tried as the end of a multi-line field."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its first and last line number. `broken`: it has an unbalanced quote."""

    line: int
    last: int
    fields: list[str]
    broken: bool = False


@dataclass(slots=True)
class _Parsed:
    """The fields of a text; `open` is the field whose quote is not closed. `stray`: a field has a quote in
    its middle that is neither doubled nor its end; `torn`: such a quote follows a line end."""

    fields: list[str]
    open: str | None = None
    stray: bool = False
    torn: bool = False


def read_rows(lines: Sequence[str], delimiter: str, width: int = 0, start: int = 0) -> Iterator[Row]:
    """The rows from line `start` on, without empty ones. `width` is their number of fields (0: any)."""
    at = start
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if not line or line.isspace():
            continue
        if '"' not in line:
            yield Row(number, number, line.split(delimiter))
            continue
        parsed = _parse(line, delimiter)
        if parsed.open is None:
            lost = parsed.stray and len(parsed.fields) < width
            yield Row(number, number, _plain(line, delimiter) if lost else parsed.fields, broken=lost)
            continue
        longer = _over_lines(lines, at - 1, delimiter, width)
        if longer is None:
            # The quote is an ordinary character.
            yield Row(number, number, [*parsed.fields, *parsed.open.split(delimiter)], broken=True)
        else:
            fields, at = longer
            yield Row(number, at, fields)


def _plain(line: str, delimiter: str) -> list[str]:
    """The fields of a line, with quotes as ordinary characters."""
    return [field.strip(' "') for field in line.split(delimiter)]


def _over_lines(lines: Sequence[str], begin: int, delimiter: str, width: int) -> tuple[list[str], int] | None:
    """The fields of a row of several lines, and the line after it; None if it is not one."""
    tries = 0
    for at in range(begin + 1, min(len(lines), begin + MAX_ROW_LINES)):
        if '"' not in lines[at]:
            continue
        tries += 1
        parsed = _parse("\n".join(lines[begin : at + 1]), delimiter)
        if parsed.torn or tries > MAX_TRIES:
            return None
        if parsed.open is not None:
            continue
        fits = not width or len(parsed.fields) == width or not any(parsed.fields[width:])
        if not fits or len(parsed.fields) < width or _are_rows(lines[begin + 1 : at], delimiter, width):
            return None
        return parsed.fields, at + 1
    return None


def _are_rows(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Are these lines rows themselves, with the usual number of fields and a phone number?"""
    return bool(lines) and all(
        line.count(delimiter) == width - 1 and any(map(str.isdecimal, line)) for line in lines
    )


def _parse(text: str, delimiter: str) -> _Parsed:
    parsed = _Parsed([])
    at = 0
    while True:
        begin = at
        while text[begin : begin + 1] in (" ", "\ufeff") and begin < len(text):
            begin += 1
        if text[begin : begin + 1] == '"':
            field, after = _quoted(text, begin + 1, delimiter, parsed)
            if after is None:
                parsed.open = field
                return parsed
        else:
            end = text.find(delimiter, at)
            field, after = (text[at:], len(text)) if end < 0 else (text[at:end], end)
        parsed.fields.append(field)
        if after >= len(text):
            return parsed
        at = after + 1


def _quoted(text: str, at: int, delimiter: str, parsed: _Parsed) -> tuple[str, int | None]:
    """A quoted field up to its closing quote, which a delimiter or the
    end follows; and the index after it."""
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            return "".join((*parts, text[at:])), None
        parts.append(text[at:end])
        after = end + 1
        if text[after : after + 1] == '"':
            parts.append('"')
            at = after + 1
            continue
        while text[after : after + 1] == " ":
            after += 1
        if after >= len(text) or text[after] == delimiter:
            return "".join(parts), after
        parsed.stray = True
        parsed.torn = parsed.torn or any("\n" in part for part in parts)
        parts.append('"')
        at = end + 1
