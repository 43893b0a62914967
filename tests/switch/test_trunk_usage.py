"""What has gone out by a trunk outlives the program that counts it."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallState, Cause
from offhook.errors import CallError, UnavailableError
from offhook.sip.endpoint import Endpoint
from offhook.switch.trunk import limits, usage
from offhook.switch.trunk.limits import Limits, TrunkUsage
from offhook.switch.trunk.usagefile import FileUsage
from tests.switch.site import ANSWERS
from tests.switch.trunksite import FRIEND, a_provider, a_site_with, a_trunk, scripted
from tests.waiting import until

DIALLED = "08912345678"
TODAY = date(2026, 11, 27)


async def test_the_calls_of_the_hour_are_remembered_over_a_restart(tmp_path: Path) -> None:
    store = FileUsage(tmp_path / "trunks.json")
    async with scripted(INVITE=486) as provider:
        trunk = a_trunk(provider.address, max_calls_an_hour=2)
        site = await a_site_with(trunk, usage=store)
        await site.phone("4000")
        for _ in range(2):
            assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        await site.close()
        again = await a_site_with(trunk, usage=store)
        await again.phone("4000")
        with pytest.raises(CallError, match="max_calls_an_hour = 2"):
            again.dial("4000", DIALLED)
        assert again.switch.trunk_states()[0].calls_an_hour == 2
        await again.close()


async def test_the_minutes_of_the_day_are_written_while_people_talk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "METER_S", 0.05)
    monkeypatch.setattr(usage, "KEEP_EVERY_S", 0.05)
    store = FileUsage(tmp_path / "trunks.json")
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address), usage=store)
    await site.phone("4000")
    await provider.phone(FRIEND, ANSWERS)
    await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
    await until(lambda: store.read() and store.read()["provider"].seconds)  # as after kill -9
    await site.close()
    kept = store.read()["provider"].seconds
    again = await a_site_with(a_trunk(provider.address), usage=store)
    assert again.switch.trunk_states()[0].minutes_today == kept / 60
    await again.close()
    await provider.close()


def counting(now: float, **settings: Any) -> Limits:
    endpoint = Endpoint()
    endpoint.now = now
    return Limits(a_trunk(("192.0.2.1", 5060), **settings), endpoint, lambda: TODAY)


def test_minutes_of_another_day_do_not_count() -> None:
    counted = counting(0.0)
    counted.restore(TrunkUsage(TODAY - timedelta(days=1), 600.0), time.time())
    assert counted.minutes == 0
    counted.restore(TrunkUsage(TODAY, 600.0), time.time())
    assert counted.minutes == 10


def test_calls_count_for_an_hour_and_not_less_after_a_restart() -> None:
    epoch = 1_000_000 * 60.0 + 30.0  # in the middle of a minute
    counted = counting(5.0)
    counted.restore(TrunkUsage(TODAY, begun=((999_939, 1), (999_940, 2), (1_000_000, 3))), epoch)
    assert counted.calls_an_hour == 5, "the first began 61 minutes ago"
    assert counted.usage(epoch).begun[-1] == (1_000_000, 3)


def test_a_clock_that_was_set_back_and_more_calls_than_there_may_be_do_no_harm() -> None:
    counted = counting(5.0, max_calls_an_hour=4)
    counted.restore(TrunkUsage(TODAY, begun=((2_000_000, 1_000_000_000),)), 60.0)
    assert counted.calls_an_hour == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"trunks": {"p": {"day": "today", "seconds": 1, "begun": []}}}',
        '{"trunks": {"p": {"day": "2026-11-27", "seconds": -1, "begun": []}}}',
        '{"trunks": {"p": {"day": "2026-11-27", "seconds": 1, "begun": [[1, -1]]}}}',
        '{"trunks": {"p": {"day": "2026-11-27", "seconds": 1, "begun": [[1e999, 1]]}}}',
    ],
)
def test_a_damaged_file_is_logged_and_counts_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    file = tmp_path / "trunks.json"
    file.write_text(text)
    assert FileUsage(file).read() == {}
    assert "their limits begin anew" in caplog.text


async def test_a_full_disk_is_told_once_and_tried_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "KEEP_EVERY_S", 0.02)

    class Full:
        tries = 0

        def read(self) -> dict[str, TrunkUsage]:
            return {}

        def write(self, used: object) -> None:
            self.tries += 1
            raise UnavailableError("trunks.json: what trunks have used cannot be kept (disk full)")

    store = Full()
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address), usage=store)
        await site.phone("4000")
        await site.cause(site.dial("4000", DIALLED))
        await until(lambda: store.tries > 2)
        await site.close()
    assert caplog.text.count("after a restart the limits of trunks begin anew") == 1
