"""Splits the head of a message into header fields: lines, folding, compact
names, comma lists (RFC 3261 §7.3)."""

from __future__ import annotations

from typing import Final

from offhook.sip.headers import KEYS, LISTS, Values, key_of, put
from offhook.sip.memo import keep
from offhook.sip.values import SipParseError

MAX_HEAD = 16_384
"""Bytes before the body, because each line takes time. Requests have one or two KiB."""

MAX_LINES = 256
"""Header lines of one message. Requests that came through a few proxies have some thirty."""

_LINES: Final[dict[str, tuple[str, str | list[str]]]] = {}
"""Key and values of lines with names that we know."""

_NEW: Final = frozenset({"via", "authorization", "proxy-authorization"})
"""What is new in each message, so that it is not kept."""


def divide(data: bytes) -> tuple[str, list[str], bytes] | None:
    """The start line, the header lines, and all bytes behind the blank line.

    None if there are more than `MAX_HEAD` bytes before the blank line.

    Line ends are CRLF (§7); a bare LF or CR in the header lines is accepted, because some peers send it.
    Bytes that are not UTF-8 become U+FFFD: usually they are in a display name.
    """
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank:
        head, _, body = data.partition(b"\n\n")
    if len(head) > MAX_HEAD:
        return None
    text = head.decode("utf-8", "replace")
    found = text.split("\r\n")
    together = "".join(found)
    if "\n" not in together and "\r" not in together:
        return found[0].rstrip(), found[1:], body
    start, _, lines = text.partition("\n")
    return start.rstrip(), lines.replace("\r\n", "\n").replace("\r", "\n").split("\n"), body


def fields(lines: list[str]) -> Values:
    """Each header's values by its key (of `key_of`), in the order of first appearance.

    The elements of a comma list are separate values, without empty ones (`a,,b`). A line without a colon is
    ignored. Raises `SipParseError` for more than `MAX_LINES` lines.
    """
    values = _read(lines) if len(lines) <= MAX_LINES else None
    if values is None:
        whole = _unfold(lines)
        if len(whole) > MAX_LINES:
            raise SipParseError("Too many headers")
        values = _read(whole)
        assert values is not None
    return values


def _read(lines: list[str]) -> Values | None:
    """None if one of the lines goes on with the one before."""
    values: Values = {}
    for line in lines:
        known = _LINES.get(line)
        if known is None:
            name, colon, value = line.partition(":")
            key = KEYS.get(name)
            if key is not None and colon:
                known = (key, _value(key, value))
                if key not in _NEW:
                    keep(_LINES, line, known)
            elif line[:1] in (" ", "\t") and line is not lines[0]:
                return None
            elif colon:
                key = key_of(name.strip())
                known = (key, _value(key, value))
            else:
                continue
        key, found = known
        if isinstance(found, str):
            put(values, key, found)
        else:
            for part in found:
                put(values, key, part)
    return values


def _value(key: str, text: str) -> str | list[str]:
    value = text.strip()
    if ("," in value or not value) and key in LISTS:
        return [part for part in split_list(value) if part]
    return value


def _unfold(lines: list[str]) -> list[str]:
    """A line that begins with a blank continues the previous one (§7.3.1). In linear time: a stranger may
    fold one header thousands of times."""
    whole: list[list[str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and whole:
            whole[-1].append(line.strip())
        elif line:
            whole.append([line])
    return [" ".join(parts) for parts in whole]


def split_list(text: str) -> list[str]:
    """A comma list as its values; commas in quotes and brackets do not count."""
    if '"' not in text and "<" not in text:
        return [part.strip() for part in text.split(",")]
    parts, start, quoted, bracket, skip = [], 0, False, False, False
    for at, char in enumerate(text):
        if skip:
            skip = False
        elif quoted:
            skip, quoted = char == "\\", char != '"'
        elif char == '"' and not bracket:
            quoted = True
        elif char in "<>":
            bracket = char == "<"
        elif char == "," and not bracket:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]
