"""Reads the rows of a SQLite file page by page, so that a damaged page costs only its own rows.

By the file format (https://www.sqlite.org/fileformat2.html §1.6 and §2.1). Pure. Pointers between pages are
not followed: a damaged page cannot lead anywhere.
"""

import struct
from collections.abc import Iterator

MAGIC = b"SQLite format 3\0"
DEFAULT_PAGE = 4096

TABLE_LEAF, INDEX_LEAF, INDEX_INNER = 0x0D, 0x0A, 0x02
HEADER = {TABLE_LEAF: 8, INDEX_LEAF: 8, INDEX_INNER: 12}

MAX_ROW = 1 << 20
"""Bytes of the longest row: a user with some 100,000 phones."""

Value = int | float | str | bytes | None
Row = tuple[Value, ...]


class Pages:
    """A whole file. `sound_header`: its first page can be read, and with it the list of unused pages."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.sound_header = data.startswith(MAGIC)
        size = int.from_bytes(data[16:18], "big") if self.sound_header else DEFAULT_PAGE
        size = 65536 if size == 1 else size
        self.size = size if size >= 512 and size & (size - 1) == 0 else DEFAULT_PAGE
        self._usable = self.size - (data[20] if self.sound_header else 0)
        self._free = self._freelist() if self.sound_header else frozenset()

    def rows(self, kinds: frozenset[int]) -> Iterator[Row]:
        """The rows in used pages of these kinds."""
        for number in range(1, len(self._data) // self.size + 1):
            if number not in self._free:
                yield from self._page(number, kinds)

    def _page(self, number: int, kinds: frozenset[int]) -> Iterator[Row]:
        page = self._at(number)
        start = 100 if number == 1 and self.sound_header else 0
        kind = page[start]
        if kind not in kinds:
            return
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        first = start + HEADER[kind]
        for at in range(first, min(first + 2 * count, self._usable - 1), 2):
            cell = int.from_bytes(page[at : at + 2], "big")
            try:
                yield _record(self._payload(page, cell, kind))
            except (ValueError, IndexError, struct.error):
                continue

    def _payload(self, page: bytes, at: int, kind: int) -> bytes:
        if kind == INDEX_INNER:
            at += 4
        length, at = _varint(page, at)
        if kind == TABLE_LEAF:
            _, at = _varint(page, at)
        if length > MAX_ROW:
            raise ValueError("longer than any row")
        usable = self._usable
        most = usable - 35 if kind == TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        local = length
        if length > most:
            least = (usable - 12) * 32 // 255 - 23
            local = least + (length - least) % (usable - 4)
            local = local if local <= most else least
        payload = page[at : at + local]
        following = int.from_bytes(page[at + local : at + local + 4], "big") if local < length else 0
        seen = set[int]()
        while len(payload) < length:
            if following in seen or not 1 <= following <= len(self._data) // self.size:
                raise ValueError("its other pages are lost")
            seen.add(following)
            more = self._at(following)
            payload += more[4 : 4 + min(usable - 4, length - len(payload))]
            following = int.from_bytes(more[:4], "big")
        return payload

    def _freelist(self) -> frozenset[int]:
        free = set[int]()
        trunk, pages = int.from_bytes(self._data[32:36], "big"), len(self._data) // self.size
        while 1 < trunk <= pages and trunk not in free:
            page = self._at(trunk)
            count = min(int.from_bytes(page[4:8], "big"), self._usable // 4 - 2)
            free.add(trunk)
            free.update(struct.unpack_from(f">{count}I", page, 8))
            trunk = int.from_bytes(page[:4], "big")
        return frozenset(free)

    def _at(self, number: int) -> bytes:
        return self._data[(number - 1) * self.size : number * self.size]


def _record(payload: bytes) -> Row:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != len(payload):
        raise ValueError("not a row")
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind == 7:
        return struct.unpack_from(">d", payload, at)[0], at + 8
    if kind in (10, 11):
        raise ValueError("no value of a row")
    length = (0, 1, 2, 3, 4, 6, 8)[kind] if kind < 7 else (kind - 12) // 2
    raw = payload[at : at + length]
    if len(raw) < length:
        raise ValueError("cut off")
    if kind < 7:
        return int.from_bytes(raw, "big", signed=True), at + length
    return raw if kind % 2 == 0 else raw.decode(), at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(9):
        byte = data[at + count]
        if count == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + count + 1
    raise AssertionError
