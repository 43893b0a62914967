"""What runs beside is ended for certain."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from offhook.cluster import tasks
from offhook.cluster.bus import Bus
from offhook.cluster.node import Node
from offhook.cluster.tasks import Tasks, end
from offhook.config import ClusterSettings
from tests.waiting import until


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN_S", 0.01)


async def passes_over_one() -> None:
    """As a loop around a wait that ends together with its cancellation."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await asyncio.Event().wait()


async def test_who_passes_over_its_cancellation_is_cancelled_again() -> None:
    task = asyncio.create_task(passes_over_one())
    await asyncio.sleep(0)
    await end([task])
    assert task.cancelled()


async def test_so_it_is_where_all_is_ended() -> None:
    running = Tasks()
    task = running.run(passes_over_one())
    await asyncio.sleep(0)
    await running.cancel()
    assert task.cancelled()


async def test_an_error_at_the_end_is_nobody_s() -> None:
    async def fails() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("at the end")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await end([task])
    assert task.done()


async def test_a_node_stops_though_nats_has_just_answered_it(monkeypatch: pytest.MonkeyPatch) -> None:
    connecting = asyncio.Event()

    async def connect(*_: object) -> Bus:
        connecting.set()
        await passes_over_one()
        raise AssertionError

    monkeypatch.setattr("offhook.cluster.node.START_S", 0.0)
    monkeypatch.setattr(Bus, "connect", connect)
    node = Node(ClusterSettings(node="one", servers=("nats://127.0.0.1:1",)), ["4000"])
    await node.start()
    await until(connecting.is_set)
    await node.stop()
    assert not node._running
