"""Bencoding, which rtpengine's control protocol writes its values in (BEP 3, "bencoding").

Sixty lines are all of it. The libraries for it are made for torrents, unmaintained for years, and raise what
comes first for what is malformed; here everything wrong is one error, and nesting has a limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

MAX_DEPTH = 16
"""Lists and dictionaries in each other: the answer to `query` has seven."""

MAX_DIGITS = 20
"""Of a number or length: as many as 64 bits take."""

Value: TypeAlias = "bytes | int | list[Value] | dict[bytes, Value]"
Written: TypeAlias = "bytes | str | int | Sequence[Written] | Mapping[str, Written]"


class BencodeError(ValueError):
    """What came is not bencoded."""


def encode(value: Written) -> bytes:
    """A value; texts are UTF-8, keys are sorted."""
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, Mapping):
        inside = b"".join(encode(key) + encode(one) for key, one in sorted(value.items()))
        return b"d%se" % inside
    return b"l%se" % b"".join(map(encode, value))


def decode(data: bytes) -> Value:
    """The value that `data` is, all of it. Raises `BencodeError`."""
    value, end = _read(data, 0, MAX_DEPTH)
    if end != len(data):
        raise BencodeError("there is more behind the value")
    return value


def _read(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    kind = data[at : at + 1]
    if kind == b"i":
        return _number(data, at + 1, b"e")
    if kind.isdigit():
        length, begin = _number(data, at, b":")
        if length > len(data) - begin:
            raise BencodeError("a text ends too early")
        return data[begin : begin + length], begin + length
    if kind not in (b"l", b"d") or not depth:
        raise BencodeError("neither number, text, list nor dictionary" if depth else "too deep")
    items: list[Value] = []
    at += 1
    while data[at : at + 1] != b"e":
        item, at = _read(data, at, depth - 1)
        items.append(item)
    if kind == b"l":
        return items, at + 1
    keys = items[::2]
    if len(items) % 2 or not all(isinstance(key, bytes) for key in keys):
        raise BencodeError("a dictionary with a key that is no text, or without its value")
    return {key: one for key, one in zip(keys, items[1::2], strict=True) if isinstance(key, bytes)}, at + 1


def _number(data: bytes, begin: int, last: bytes) -> tuple[int, int]:
    end = data.find(last, begin, begin + MAX_DIGITS + 2)
    digits = data[begin : max(end, begin)]
    if not digits.removeprefix(b"-").isdigit() or (last == b":" and not digits.isdigit()):
        raise BencodeError("not a number")
    return int(digits), end + 1
