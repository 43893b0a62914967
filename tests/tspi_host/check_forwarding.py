"""Forwarding and do-not-disturb: TAPI's lists, read and written."""

import pytest

from tests.tspi_host.calls import Line
from tests.tspi_host.constants import (
    AddressState,
    Error,
)
from tests.tspi_host.deskcalls import forward_raw, number
from tests.tspi_host.switchboard import Switchboard


def entry(mode: int, size: int = 0, offset: int = 0) -> bytes:
    """A list of one entry, without any text behind it, which says so much of its destination."""
    return b"".join(map(number, (32, 1, mode, 0, 0, 0, size, offset)))


def forward(line: Line, *entries: tuple[int, str], rings: int = 0) -> int:
    """lineForward, until it is completed."""
    texts = [(text + "\0").encode("utf-16-le") if text else b"" for _, text in entries]
    data, at = b"", 8 + 24 * len(entries)
    for (mode, _), text in zip(entries, texts, strict=True):
        data += b"".join(map(number, (mode, 0, 0, 0, len(text), at if text else 0)))
        at += len(text)
    body = data + b"".join(texts)
    return forward_raw(line, number(8 + len(body)) + number(len(entries)) + body, rings)


UNCOND, BUSY, NOANSW, BUSYNA = 0x1, 0x10, 0x100, 0x1000


def check_forwarded(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (UNCOND, "4002")) == 0
    board.hears("forward always=4002")
    desk.host.wait(lambda: bool(desk.address_states[-1] & AddressState.FORWARD), "the news")
    assert desk.address_status().entries == [(UNCOND, "4002")]
    assert forward_raw(desk, None) == 0
    desk.host.wait(lambda: desk.address_status().entries == [], "no forwarding")
    assert forward_raw(desk, None) == 0, "there is none: that is what was wanted"


def check_forwarded_when_busy_and_when_not_answered(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (BUSY, "4002"), (NOANSW, "4003"), rings=4) == 0
    board.hears("forward busy=4002 no-answer=4003 after=20")
    status = desk.address_status()
    assert status.entries == [(BUSY, "4002"), (NOANSW, "4003")]
    assert status["dwNumRingsNoAnswer"] == 4
    assert forward(desk, (BUSYNA, "4004"), rings=99) == 0
    assert desk.address_status().entries == [(BUSYNA, "4004")]
    assert desk.address_status()["dwNumRingsNoAnswer"] == 12


def check_three_entries_at_their_places(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (UNCOND, "4001"), (BUSY, "4002"), (NOANSW, "4003")) == 0
    board.hears("forward always=4001 busy=4002 no-answer=4003")


def check_not_to_be_disturbed(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (UNCOND, "")) == 0
    board.hears("do-not-disturb on=yes")
    assert desk.address_status().entries == [(UNCOND, "")]
    assert forward(desk) == 0
    desk.host.wait(lambda: desk.address_status().entries == [], "to be disturbed again")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (number(4) + number(0), Error.STRUCTURETOOSMALL),
        (number(8) + number(1), Error.STRUCTURETOOSMALL),
        (number(31) + number(1) + number(UNCOND) * 6, Error.STRUCTURETOOSMALL),
        (number(32) + number(0x0AAAAAAB) + number(UNCOND) * 6, Error.STRUCTURETOOSMALL),
        (entry(UNCOND, 10, 32), Error.INVALPARAM),
        (entry(UNCOND, 8, 0xFFFFFFFC), Error.INVALPARAM),
        (entry(UNCOND, 0xFFFFFFFE, 4), Error.INVALPARAM),
        (entry(UNCOND, 3, 8), Error.INVALPARAM),
        (entry(0x2), Error.INVALPARAM),
        (entry(BUSY), Error.INVALPARAM),
        (entry(UNCOND | BUSY), Error.INVALPARAM),
    ],
)
def check_lists_that_lie(desk: Line, board: Switchboard, data: bytes, error: Error) -> None:
    assert forward_raw(desk, data) == error
    assert not any(heard.startswith("forward") for heard in board.heard)
