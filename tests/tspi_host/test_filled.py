"""What a wrongly filled structure is found out by."""

import ctypes
from collections.abc import Callable

import pytest

from tests.tspi_host.filled import Buffer, read
from tests.tspi_host.structures import LAYOUT, OWNED_BY_TAPI, members_in, parts_in, size_in

KIND, VERSION = "LINEADDRESSCAPS", 0x20000
FIXED = 228
MEMBERS = members_in(KIND, VERSION)

Spoil = Callable[["Filling"], None]


class Filling:
    """A LINEADDRESSCAPS with one address, as it must be."""

    def __init__(self, at: int) -> None:
        self.at = at
        ctypes.memset(at + 4, 0, FIXED - 4)
        self.text("dwAddress", FIXED, "4000\0")
        self.put("dwNeededSize", FIXED + 10)
        self.put("dwUsedSize", FIXED + 10)

    def put(self, name: str, value: int) -> None:
        ctypes.memmove(self.at + MEMBERS[name].offset, value.to_bytes(4, "little"), 4)

    def text(self, part: str, offset: int, text: str) -> None:
        data = text.encode("utf-16-le")
        ctypes.memmove(self.at + offset, data, len(data))
        self.put(part + "Size", len(data))
        self.put(part + "Offset", offset)

    def write(self, offset: int, data: bytes) -> None:
        ctypes.memmove(self.at + offset, data, len(data))


def filled(spoil: Spoil = lambda filling: None, total: int = 300) -> None:
    def fetch(at: int) -> int:
        spoil(Filling(at))
        return 0

    read(KIND, VERSION, fetch, total)


def test_as_it_must_be() -> None:
    filled()


WRONG: dict[str, tuple[Spoil, str]] = {
    "total changed": (lambda one: one.put("dwTotalSize", 228), "dwTotalSize was changed"),
    "used below fixed": (lambda one: one.put("dwUsedSize", 200), "dwUsedSize 200 is not between"),
    "used above needed": (lambda one: one.put("dwNeededSize", 230), "dwUsedSize 238 is not between"),
    "behind used": (lambda one: one.write(250, b"x"), "behind dwUsedSize"),
    "behind all": (lambda one: one.write(300, b"x"), "behind the structure"),
    "before all": (lambda one: one.write(-1, b"x"), "before the structure"),
    "an offset without a size": (
        lambda one: one.put("dwDevSpecificOffset", 230),
        "must both be zero or none",
    ),
    "a gap": (lambda one: one.text("dwAddress", FIXED + 2, "400\0"), "230; 228 was expected"),
    "outside": (lambda one: one.put("dwAddressSize", 20), "behind dwUsedSize"),
    "used but not named": (lambda one: one.put("dwAddressSize", 8), "not ended by its one zero"),
    "no zero": (lambda one: one.write(FIXED, "40001".encode("utf-16-le")), "not ended by its one zero"),
    "odd": (lambda one: one.put("dwAddressSize", 9), "no UTF-16"),
    "not set": (
        lambda one: one.write(MEMBERS["dwForwardModes"].offset, ctypes.string_at(one.at + 260, 4)),
        "dwForwardModes was not set",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_noticed(name: str) -> None:
    spoil, words = WRONG[name]
    with pytest.raises(AssertionError, match=words):
        filled(spoil)


def test_what_belongs_to_tapi_must_not_be_touched() -> None:
    def fetch(at: int) -> int:
        ctypes.memset(at + 4, 0, 32)
        for offset in (4, 8):
            ctypes.memmove(at + offset, (36).to_bytes(4, "little"), 4)
        return 0

    with pytest.raises(AssertionError, match="dwCallPrivilege belongs to TAPI"):
        read("LINECALLSTATUS", 0x10004, fetch)


def test_a_buffer_holds_its_size_and_rubbish() -> None:
    buffer = Buffer(12)
    assert buffer.data == b"\x0c\0\0\0" + b"\xa5" * 8


@pytest.mark.parametrize("kind", LAYOUT)
@pytest.mark.parametrize("version", [0x10003, 0x10004, 0x20000, 0x20001, 0x20002, 0x30000, 0x30001], ids=hex)
def test_members_add_up_to_the_size_of_every_version(kind: str, version: int) -> None:
    members = members_in(kind, version)
    assert sum(member.size for member in members.values()) == size_in(kind, version)
    assert {part + "Size" for part in parts_in(kind, version)} <= set(members)


def test_what_belongs_to_tapi_is_there() -> None:
    for kind, names in OWNED_BY_TAPI.items():
        assert set(names) <= set(LAYOUT[kind])
