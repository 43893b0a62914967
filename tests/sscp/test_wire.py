"""What a server writes to its clients: whole frames, the same for all who watch."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from offhook.call import CallState, Dial
from offhook.sscp import outgoing
from offhook.sscp.frames import framed
from offhook.sscp.wire import Wire
from tests.manager.helpers import ADMINISTRATOR
from tests.sscp.helpers import a_client, a_site


class Written(asyncio.Transport):
    """A transport that remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.data += data

    def is_closing(self) -> bool:
        return False


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536])
def test_a_message_of_any_length_is_one_frame(size: int) -> None:
    assert framed(b"x" * size) == Frame(Opcode.TEXT, b"x" * size).serialize(mask=False)


@pytest.mark.parametrize(("state", "written"), [(State.OPEN, b"frame"), (State.CLOSING, b"")])
def test_nothing_follows_the_frame_that_closes_a_session(state: State, written: bytes) -> None:
    transport = Written()
    wire: Any = SimpleNamespace(protocol=SimpleNamespace(state=state), transport=transport)

    Wire.write(cast("Wire", wire), b"frame")

    assert transport.data == written


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
