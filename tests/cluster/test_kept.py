"""What an owner keeps for the next one, on a real NATS server."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from offhook.cluster.bus import Bus
from offhook.cluster.kept import KeptItems
from offhook.cluster.node import Node
from offhook.cluster.unwritten import Unwritten
from offhook.config import ClusterSettings
from offhook.errors import UnavailableError
from tests.cluster.natsserver import NatsServer

pytestmark = pytest.mark.peer


class Owner:
    """A node as far as `KeptItems` needs one: its connection, and the epoch in which it owns."""

    def __init__(self, bus: Bus) -> None:
        self.bus: Bus | None = bus
        self.owns: int | None = None
        self.unwritten: defaultdict[tuple[str, str], Unwritten] = defaultdict(Unwritten)

    def epoch(self, unit: str) -> int | None:
        return self.owns if unit == "switch" else None

    async def items(
        self, epoch: int, kind: str = "call", *, lasting: bool = False
    ) -> tuple[KeptItems, dict[str, str]]:
        """What it keeps from this epoch on, and what was found there."""
        self.owns = epoch
        items = KeptItems(cast("Node", self), "switch", kind, lasting=lasting)
        return items, await items.read()


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    server = NatsServer(tmp_path)
    await server.start()
    bus = await Bus.connect(ClusterSettings(node="one", servers=(server.url,)), None)
    yield bus
    await bus.close()
    await server.stop()


async def test_the_next_owner_finds_what_the_one_before_has_kept(bus: Bus) -> None:
    items, found = await Owner(bus).items(1)
    assert found == {}
    await items.write({"a": "1", "b": "2", "c": "3"}, ())
    await items.write({"b": "4"}, ["c"])
    assert (await Owner(bus).items(2))[1] == {"a": "1", "b": "4"}


async def test_thousands_of_calls_one_after_the_other_leave_as_few_keys_as_there_were_at_once(
    bus: Bus,
) -> None:
    items, _ = await Owner(bus).items(1)
    for number in range(50):
        await items.write({f"call-{number}": "up"}, [f"call-{number - 1}"])
    assert len(await bus.kept("call.*")) == 3  # two, and since when they are kept
    assert (await Owner(bus).items(2))[1] == {"call-49": "up"}


async def test_keys_that_were_never_written_are_given_to_nothing_else(bus: Bus) -> None:
    items, _ = await Owner(bus).items(1)
    items._last = 7
    await items.write({"a": "1"}, ())
    other, _ = await Owner(bus).items(2)
    await other.write({name: "2" for name in "bcdefghij"}, ())
    assert len((await Owner(bus).items(3))[1]) == 10


async def test_who_is_not_the_owner_any_more_writes_nothing(bus: Bus) -> None:
    owner = Owner(bus)
    items, _ = await owner.items(1)
    owner.owns = None
    with pytest.raises(UnavailableError):
        await items.write({"a": "1"}, ())
    assert (await Owner(bus).items(2))[1] == {}


async def test_what_a_former_owner_sent_does_not_replace_what_is_newer(bus: Bus) -> None:
    """It was the owner when it sent it; it came late."""
    former, _ = await Owner(bus).items(1)
    await former.write({"a": "1"}, ())
    items, _ = await Owner(bus).items(2)
    await items.write({"a": "2"}, ())
    with pytest.raises(UnavailableError, match="another node's"):
        await former.write({"a": "late"}, ())
    assert (await Owner(bus).items(3))[1] == {"a": "2"}


async def test_a_call_that_a_former_owner_kept_late_is_over_once_the_next_has_gone_on(bus: Bus) -> None:
    former, _ = await Owner(bus).items(1)
    await Owner(bus).items(2)
    await former.write({"late": "1"}, ())
    assert (await Owner(bus).items(3))[1] == {}


async def test_an_owner_that_dies_while_it_goes_on_leaves_the_rest_for_the_next(bus: Bus) -> None:
    first, _ = await Owner(bus).items(1)
    await first.write({"a": "1", "b": "1"}, ())
    second, _ = await Owner(bus).items(2)
    await second.write({"a": "2"}, ())
    assert (await Owner(bus).items(3))[1] == {"a": "2", "b": "1"}


async def test_what_lasts_is_good_whoever_has_written_it(bus: Bus) -> None:
    former, _ = await Owner(bus).items(1, "phone", lasting=True)
    await Owner(bus).items(2, "phone", lasting=True)
    await former.write({"4000": "here"}, ())
    assert (await Owner(bus).items(3, "phone", lasting=True))[1] == {"4000": "here"}


async def test_without_nats_nothing_is_kept_and_who_reads_waits_as_long_as_it_owns(bus: Bus) -> None:
    owner = Owner(bus)
    items, _ = await owner.items(1)
    owner.bus = None
    with pytest.raises(UnavailableError, match="NATS is away"):
        await items.write({"a": "1"}, ())
    reading = asyncio.create_task(owner.items(2))
    await asyncio.sleep(0)
    owner.owns = None
    with pytest.raises(UnavailableError, match="another node's"):
        await reading


async def loses_nats(owner: Owner, items: KeptItems) -> None:
    """`a` and `b` are kept; then `b` changes, `c` begins and `a` ends, and none of it can be written."""
    await items.write({"a": "1", "b": "2"}, ())
    owner.bus = None
    for changed, gone in ({"b": "3"}, ()), ({"c": "4"}, ()), ({}, ["a"]):
        with pytest.raises(UnavailableError):
            await items.write(changed, gone)
    owner.owns = None


async def test_who_goes_on_in_the_same_epoch_finds_what_it_could_not_write_without_nats(bus: Bus) -> None:
    owner = Owner(bus)
    items, _ = await owner.items(1)
    await loses_nats(owner, items)
    owner.bus = bus
    items, found = await owner.items(1)
    assert found == {"b": "3", "c": "4"}
    await items.write(found, ())
    assert (await Owner(bus).items(2))[1] == {"b": "3", "c": "4"}


async def test_what_could_not_be_written_is_over_once_somebody_else_was_the_owner(bus: Bus) -> None:
    owner = Owner(bus)
    items, _ = await owner.items(1)
    await loses_nats(owner, items)
    other, found = await Owner(bus).items(2)
    assert found == {"a": "1", "b": "2"}
    await other.write({"b": "2, gone on"}, ["a"])
    owner.bus = bus
    assert (await owner.items(3))[1] == {"b": "2, gone on"}


async def test_of_two_writes_that_fail_the_later_one_counts_whichever_fails_first() -> None:
    unwritten = Unwritten()
    first, second = unwritten.begin(1, ["a"]), unwritten.begin(1, ["a"])
    unwritten.end(second, {}, ["a"], written=False)
    unwritten.end(first, {"a": "older"}, (), written=False)
    assert (unwritten.changed, unwritten.gone) == ({}, {"a"})


async def test_threads_use_it_too(bus: Bus) -> None:
    items, _ = await Owner(bus).items(1)
    texts = items.blocking()
    await asyncio.to_thread(texts.write, {"a": "1"}, ())
    assert await asyncio.to_thread(texts.read) == {"a": "1"}
