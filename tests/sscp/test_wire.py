"""What a server writes to its clients: whole frames, the same for all who watch."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from offhook.call import CallState, Cause, Dial
from offhook.sscp import outgoing
from offhook.sscp.frames import framed
from offhook.sscp.wire import JOINED_BYTES, Wire
from tests.manager.helpers import ADMINISTRATOR
from tests.sscp.helpers import a_client, a_site


class Written(asyncio.Transport):
    """A transport that remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    @property
    def data(self) -> bytes:
        return b"".join(self.pieces)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.pieces.append(bytes(data))

    def is_closing(self) -> bool:
        return False


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536])
def test_a_message_of_any_length_is_one_frame(size: int) -> None:
    assert framed(b"x" * size) == Frame(Opcode.TEXT, b"x" * size).serialize(mask=False)


@pytest.mark.parametrize(("state", "written"), [(State.OPEN, b"frame"), (State.CLOSING, b"")])
def test_nothing_follows_the_frame_that_closes_a_session(state: State, written: bytes) -> None:
    transport = Written()
    wire: Any = SimpleNamespace(protocol=SimpleNamespace(state=state), transport=transport, _joined=[])

    Wire.write(cast("Wire", wire), b"frame")

    assert transport.data == written


def a_wire(transport: Written) -> Wire:
    """One whose session is open."""
    protocol = ServerProtocol(state=State.OPEN)
    wire = Wire(protocol, cast("Any", None))
    wire.transport = transport
    return wire


async def test_frames_that_are_joined_go_in_one_piece_when_the_loop_has_gone_round() -> None:
    transport = Written()
    wire = a_wire(transport)

    wire.write_joined(b"one ")
    wire.write_joined(b"two")
    assert transport.pieces == []
    await asyncio.sleep(0)

    assert transport.pieces == [b"one two"]


async def test_what_is_written_at_once_does_not_overtake_what_is_joined() -> None:
    transport = Written()
    wire = a_wire(transport)

    wire.write_joined(b"event")
    wire.write(b"answer")
    await asyncio.sleep(0)

    assert transport.pieces == [b"event", b"answer"]


async def test_no_more_is_joined_than_can_be_counted_as_unread() -> None:
    transport = Written()
    wire = a_wire(transport)

    for _ in range(3):
        wire.write_joined(b"x" * (JOINED_BYTES // 2))

    assert len(transport.data) > JOINED_BYTES


async def test_what_happens_at_one_moment_goes_together_to_who_watches_a_site_and_at_once_to_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined: list[bytes] = []
    write_joined = Wire.write_joined

    def noted(wire: Wire, frame: bytes) -> None:
        joined.append(frame)
        write_joined(wire, frame)

    monkeypatch.setattr(Wire, "write_joined", noted)
    monkeypatch.setattr(outgoing, "MANY", 1)
    async with (
        a_site(tmp_path) as site,
        a_client(site.url) as (kim, one),
        a_client(site.url, "root", "toor") as (root, every),
    ):
        await kim.watch("4000")
        await root.watch("*")
        call = await site.manager.perform(ADMINISTRATOR, Dial("4000", "4002"))
        site.switch.go(call.id, CallState.CONNECTED)
        site.switch.go(call.id, CallState.ON_HOOK, Cause.NORMAL)
        await one.until(lambda: one.calls[-1:] != [] and one.calls[-1].state is CallState.ON_HOOK)
        await every.until(lambda: every.calls[-1:] != [] and every.calls[-1].state is CallState.ON_HOOK)

    states = [[told.state for told in heard.calls if told.id == call.id] for heard in (one, every)]
    assert states[0] == states[1] == [CallState.OFF_HOOK, CallState.CONNECTED, CallState.ON_HOOK]
    assert len([frame for frame in joined if b'"call"' in frame]) == 3


async def test_an_event_is_framed_once_for_all_who_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []

    def counted(message: bytes) -> bytes:
        made.append(message)
        return framed(message)

    async with a_site(tmp_path) as site, a_client(site.url) as (kim, one), a_client(site.url) as (too, other):
        await kim.watch("4000")
        await too.watch("4000")
        call = await site.manager.perform(ADMINISTRATOR, Dial("4000", "4002"))
        await one.until(lambda: bool(one.calls))
        await other.until(lambda: bool(other.calls))
        monkeypatch.setattr(outgoing, "framed", counted)
        site.switch.go(call.id, CallState.CONNECTED)
        await one.until(lambda: one.calls[-1].state is CallState.CONNECTED)
        await other.until(lambda: other.calls[-1].state is CallState.CONNECTED)

    assert len([message for message in made if b'"ConnectedState"' in message]) == 1
