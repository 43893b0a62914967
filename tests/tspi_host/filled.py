"""A structure as the provider gets it to fill: full of rubbish, with guard
bytes around; and what it then must be."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.tspi_host.structures import OWNED_BY_TAPI, Member, members_in, parts_in, size_in

GUARD = b"\xc3" * 64
FILLS = (0xA5, 0x5A)
"""What is the same as the rubbish in two runs with different rubbish was not set."""

SIZES = ("dwTotalSize", "dwNeededSize", "dwUsedSize")
BINARY = {"dwDeviceClasses"}
"""Lists of strings: zeros stand within them, too."""

FORWARD_ENTRY = 24

EXTERNAL = ("dwDisplayableAddress", "dwCalledParty")
"""Parts that are TAPI's, and that a provider may set of a call which no application has made."""

STRUCTURES = {"dwForward"}
"""Lists of structures, with their texts behind them."""


class Buffer:
    """Memory of `total` bytes with guards before and behind; its dwTotalSize is set, the rest is `fill`."""

    def __init__(self, total: int, fill: int = FILLS[0]) -> None:
        self.total, self.fill = total, fill
        body = total.to_bytes(4, "little")[:total] + bytes([fill]) * (total - 4)
        self._memory = ctypes.create_string_buffer(GUARD + body + GUARD, len(GUARD) * 2 + total)

    @property
    def address(self) -> int:
        return ctypes.addressof(self._memory) + len(GUARD)

    @property
    def data(self) -> bytes:
        return self._memory.raw[len(GUARD) : len(GUARD) + self.total]

    def put(self, offset: int, value: int) -> None:
        """Set a DWORD beforehand, as TAPI presets some."""
        ctypes.memmove(self.address + offset, value.to_bytes(4, "little"), 4)

    def put_bytes(self, offset: int, data: bytes) -> None:
        """Set what stands behind the fixed part."""
        ctypes.memmove(self.address + offset, data, len(data))

    def dword(self, offset: int) -> int:
        return int.from_bytes(self.data[offset : offset + 4], "little")

    def damage(self) -> list[str]:
        """What was written outside."""
        memory = self._memory.raw
        found = []
        if memory[: len(GUARD)] != GUARD:
            found.append("bytes before the structure were overwritten")
        if memory[len(GUARD) + self.total :] != GUARD:
            found.append("bytes behind the structure were overwritten")
        return found


Fetch = Callable[[int], int]
"""Has the provider fill the structure at an address; its result."""


@dataclass
class Filled:
    """What was read of a structure: numbers by member, texts by part's
    name without its dw (None: not there), forwardings as mode and destination."""

    kind: str
    needed: int
    used: int
    numbers: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    entries: list[tuple[int, str]] = field(default_factory=list)

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]

    def text(self, part: str) -> str | None:
        return self.texts[part]


def read(kind: str, version: int, fetch: Fetch, total: int | None = None, lent: Sequence[str] = ()) -> Filled:
    """Have it filled twice with different rubbish in it, and check all that the rules of TAPI's structures
    ask for.

    `total` is the buffer's size, by default so large that all fits; parts in `lent` the provider has to set,
    though they are TAPI's.
    """
    theirs = tapis(kind, lent)
    size = total if total is not None else size_in(kind, version) + 1024
    buffers = []
    for fill in FILLS:
        buffer = Buffer(size, fill)
        result = fetch(buffer.address) & 0xFFFFFFFF
        assert result == 0, f"{kind} of version {version:#x} in {size} bytes: result {result:#x} instead of 0"
        buffers.append(buffer)
    problems = [problem for buffer in buffers for problem in check(kind, version, buffer, theirs)]
    problems += unset(kind, version, buffers[0], buffers[1], theirs)
    assert not problems, f"{kind} of version {version:#x} in {size} bytes:\n  " + "\n  ".join(problems)
    return _values(kind, version, buffers[0], theirs)


def tapis(kind: str, lent: Sequence[str] = ()) -> list[str]:
    """Members that TAPI itself fills."""
    own = [part + end for part in lent for end in ("Size", "Offset")]
    return [name for name in OWNED_BY_TAPI.get(kind, []) if name not in own]


def check(kind: str, version: int, buffer: Buffer, theirs: Sequence[str] | None = None) -> list[str]:
    """What is wrong with the three sizes, with the parts, and around."""
    theirs = tapis(kind) if theirs is None else theirs
    fixed = size_in(kind, version)
    problems = buffer.damage()
    total, needed, used = (buffer.dword(at) for at in (0, 4, 8))
    if total != buffer.total:
        problems.append(f"dwTotalSize was changed from {buffer.total} to {total}")
    if not fixed <= used <= min(needed, buffer.total):
        problems.append(
            f"dwUsedSize {used} is not between the fixed {fixed} and needed {needed}, total {total}"
        )
        return problems
    if buffer.data[used:].strip(bytes([buffer.fill])):
        problems.append("bytes behind dwUsedSize were written, where TAPI puts its own")
    for name in theirs:
        member = members_in(kind, version).get(name)
        if member and _bytes(buffer, member) != bytes([buffer.fill]) * member.size:
            problems.append(f"{name} belongs to TAPI and was written")
    return problems + _check_parts(kind, version, buffer, theirs)


def _check_parts(kind: str, version: int, buffer: Buffer, theirs: Sequence[str]) -> list[str]:
    members, fixed, used = members_in(kind, version), size_in(kind, version), buffer.dword(8)
    problems, at = [], fixed
    places = []
    for part in parts_in(kind, version):
        if part + "Size" in theirs:
            continue
        size, offset = (buffer.dword(members[part + end].offset) for end in ("Size", "Offset"))
        if (size == 0) != (offset == 0):
            problems.append(f"{part}: size {size} and offset {offset} must both be zero or none")
        elif size:
            places.append((offset, size, part))
    for offset, size, part in sorted(places):
        if offset != at:
            problems.append(f"{part} is at {offset}; {at} was expected, where the part before it ends")
        at = offset + size
        if at > used:
            problems.append(f"{part} ends at {at}, behind dwUsedSize {used}")
        else:
            problems += _check_text(part, buffer.data[offset:at])
    if at != used and not problems:
        problems.append(f"the last part ends at {at}, but dwUsedSize is {used}")
    return problems


def _check_text(part: str, data: bytes) -> list[str]:
    if part in STRUCTURES:
        return []
    if len(data) % 2:
        return [f"{part} has {len(data)} bytes, which is no UTF-16"]
    text = data.decode("utf-16-le")
    if part in BINARY:
        return [] if text.endswith("\0\0") else [f"{part} {text!r} is not ended by two zeros"]
    return [] if text.find("\0") == len(text) - 1 else [f"{part} {text!r} is not ended by its one zero"]


def unset(
    kind: str, version: int, one: Buffer, other: Buffer, theirs: Sequence[str] | None = None
) -> list[str]:
    """Members that still hold what was there before, in both."""
    owned = tapis(kind) if theirs is None else theirs
    return [
        f"{member.name} was not set"
        for member in members_in(kind, version).values()
        if member.name not in owned and _rubbish(one, member) and _rubbish(other, member)
    ]


def _rubbish(buffer: Buffer, member: Member) -> bool:
    return bytes([buffer.fill]) in _bytes(buffer, member) and (
        member.size > 4 or _bytes(buffer, member) == bytes([buffer.fill]) * member.size
    )


def _bytes(buffer: Buffer, member: Member) -> bytes:
    return buffer.data[member.offset : member.offset + member.size]


def _values(kind: str, version: int, buffer: Buffer, theirs: Sequence[str]) -> Filled:
    members = members_in(kind, version)
    filled = Filled(kind, buffer.dword(4), buffer.dword(8))
    for member in members.values():
        filled.numbers[member.name] = int.from_bytes(_bytes(buffer, member), "little")
    for part in parts_in(kind, version):
        if part + "Size" in theirs:
            continue
        size, offset = filled[part + "Size"], filled[part + "Offset"]
        data = buffer.data[offset : offset + size]
        if part in STRUCTURES:
            filled.entries = _entries(buffer, filled["dwForwardNumEntries"], offset)
            continue
        text = data.decode("utf-16-le")[:-1] if size else None
        filled.texts[part.removeprefix("dw")] = text
    return filled


def _entries(buffer: Buffer, count: int, offset: int) -> list[tuple[int, str]]:
    """LINEFORWARD as of TAPI 2.2: six numbers, the offsets from the whole structure's begin."""
    entries = []
    for at in range(offset, offset + count * FORWARD_ENTRY, FORWARD_ENTRY):
        size, where = buffer.dword(at + 16), buffer.dword(at + 20)
        entries.append((buffer.dword(at), buffer.data[where : where + size].decode("utf-16-le").rstrip("\0")))
    return entries
