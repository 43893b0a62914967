"""Reading all of a bucket, beside others who write, and from a server that is slow or loses something."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from offhook.cluster.bucketreading import read_all
from offhook.cluster.bus import Bus
from offhook.config import ClusterSettings
from tests.cluster.natsserver import NatsServer

KEYS = 20


@pytest.fixture
async def buses(tmp_path: Path) -> AsyncIterator[tuple[Bus, Bus]]:
    server = NatsServer(tmp_path)
    await server.start()
    both = [
        await Bus.connect(ClusterSettings(node=name, servers=(server.url,)), None) for name in ("one", "two")
    ]
    yield both[0], both[1]
    for bus in both:
        await bus.close()
    await server.stop()


@pytest.mark.peer
async def test_no_key_is_missing_that_is_written_again_meanwhile(buses: tuple[Bus, Bus]) -> None:
    """As the owner before did to its last moment: what is missing is a call that nobody goes on with."""
    writer, reader = buses
    bucket = await writer._kept_bucket()
    for number in range(KEYS):
        await bucket.put(f"call.{number}", b"0")

    async def write() -> None:
        while True:
            await asyncio.gather(*(bucket.put(f"call.{number}", b"again") for number in range(KEYS)))

    writing = asyncio.create_task(write())
    for _ in range(20):
        found = [entry.key for entry in await reader.kept("call.*")]
        assert sorted(found) == sorted(f"call.{number}" for number in range(KEYS))
    writing.cancel()


@pytest.mark.peer
async def test_of_nothing_nothing_is_read(buses: tuple[Bus, Bus]) -> None:
    assert await buses[0].kept("call.*") == []


@dataclass
class _Reader:
    """`says`: one after the other, how many messages are delivered and pending; `comes`: what comes."""

    says: list[tuple[int, int]]
    comes: list[Any]
    name: str = "first"
    over: bool = False

    async def consumer_info(self) -> Any:
        delivered, pending = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        return SimpleNamespace(
            name=self.name, delivered=SimpleNamespace(consumer_seq=delivered), num_pending=pending
        )

    async def next_msg(self, **_timeout: float) -> Any:
        if not self.comes:
            raise TimeoutError
        return self.comes.pop(0)

    async def unsubscribe(self) -> None:
        self.over = True


@dataclass
class _Stream:
    readers: list[_Reader]
    begun: list[_Reader] = field(default_factory=list)

    async def subscribe(self, *_arguments: Any, **_more: Any) -> _Reader:
        self.begun.append(self.readers.pop(0))
        return self.begun[-1]

    async def stream_info(self, *_arguments: Any, **_more: Any) -> Any:
        """There is one more key than any reader has."""
        return SimpleNamespace(state=SimpleNamespace(subjects={"$KV.b.call.9": 1}))


def message(number: int, key: str, pending: int) -> Any:
    sequence = SimpleNamespace(consumer=number, stream=10 + number)
    return SimpleNamespace(
        subject=f"$KV.b.{key}",
        data=b"text",
        metadata=SimpleNamespace(sequence=sequence, num_pending=pending),
    )


async def read(*readers: _Reader) -> list[str]:
    stream = _Stream(list(readers))
    found = [entry.key for entry in await read_all(stream, "b", "call.*")]
    assert all(one.over for one in stream.begun)
    return found


async def test_what_the_server_has_only_begun_to_send_is_waited_for() -> None:
    """It takes it for delivered, and nothing is pending."""
    assert await read(_Reader([(1, 0)], [message(1, "call.1", 0)])) == ["call.1"]


async def test_what_was_pending_and_is_gone_is_not_waited_for() -> None:
    assert await read(_Reader([(1, 1), (1, 0)], [message(1, "call.1", 1)])) == ["call.1"]


async def test_where_a_message_does_not_come_all_is_read_anew() -> None:
    lost = _Reader([(2, 0)], [message(1, "call.1", 1)])
    whole = _Reader([(2, 0)], [message(1, "call.1", 1), message(2, "call.2", 0)], name="second")
    assert await read(lost, whole) == ["call.1", "call.2"]
