"""What changes is written again and again; that it cannot be is told once."""

import asyncio

import pytest

from offhook.common.storewriter import StoreWriter
from offhook.errors import UnavailableError
from tests.waiting import until


class Disk:
    """It may be full."""

    full = False
    writes = 0

    def __str__(self) -> str:
        return "calls.json"

    async def write(self) -> None:
        if self.full:
            raise UnavailableError("no space left", "check the disk")
        self.writes += 1


class SlowDisk(Disk):
    """Each write takes until it is `done`; `steps` has their beginnings and ends."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.done = asyncio.Event()

    async def write(self) -> None:
        self.steps.append("begins")
        await self.done.wait()
        self.steps.append("ends")


def a_writer(disk: Disk) -> StoreWriter:
    return StoreWriter(disk.write, 3600.0, disk, "calls", "they are gone")


async def test_it_writes_once_more_at_the_end() -> None:
    disk = Disk()
    writer = a_writer(disk)
    writer.start()
    await writer.stop()
    assert disk.writes == 1


async def test_who_cancels_it_writes_nothing_more() -> None:
    disk = Disk()
    writer = a_writer(disk)
    writer.start()
    await writer.cancel()
    assert disk.writes == 0


async def test_a_last_word_that_the_store_refuses_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk()
    writer = a_writer(disk)
    writer.start()
    await writer.leave()
    assert disk.writes == 1
    disk.full = True
    await writer.leave()
    assert caplog.messages == []


async def test_one_write_follows_the_other() -> None:
    disk = SlowDisk()
    writer = a_writer(disk)
    both = [asyncio.create_task(writer.write()) for _ in range(2)]
    await until(lambda: disk.steps)
    await asyncio.sleep(0)
    assert disk.steps == ["begins"]
    disk.done.set()
    await asyncio.gather(*both)
    assert disk.steps == ["begins", "ends"] * 2


async def test_that_nothing_can_be_kept_is_told_once_and_that_it_can_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    disk = Disk()
    writer = a_writer(disk)
    disk.full = True
    await writer.write()
    await writer.write()
    assert writer.failing
    disk.full = False
    await writer.write()
    await writer.write()
    assert not writer.failing
    assert caplog.messages == [
        "calls.json: calls cannot be kept (no space left; check the disk); after a restart they are gone",
        "calls.json: calls can be kept again",
    ]


async def test_a_write_of_something_else_does_not_tell_that_the_store_is_well_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def nothing() -> None:
        pass

    disk = Disk()
    writer = a_writer(disk)
    disk.full = True
    await writer.write()
    caplog.clear()
    caplog.set_level("INFO")
    await writer.carry_out(nothing)
    assert writer.failing
    assert caplog.messages == []


async def test_nothing_is_written_after_the_last_word() -> None:
    disk = Disk()
    writer = a_writer(disk)
    writer.start()
    await writer.leave()
    await writer.carry_out(disk.write)
    assert disk.writes == 1
