"""What programs of administrators are told of trunks."""

import asyncio
from pathlib import Path

import pytest

from offhook.call import TrunkState
from offhook.webhooks import trunknews
from offhook.webhooks.trunknews import TrunkNews
from tests.waiting import until
from tests.webhooks.helpers import a_hook, a_receiver, telling

WELL = TrunkState("provider", usable=True)
REFUSED = TrunkState("provider", problem="the provider refuses the account (403 Forbidden)")
FULL = TrunkState("provider", usable=True, limit="max_calls_an_hour", max_calls_an_hour=200)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trunknews, "FIRST_S", 0.0)
    monkeypatch.setattr(trunknews, "PAUSE_S", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_a_webhook_that_asks_for_it_is_told_in_the_providers_words(tmp_path: Path) -> None:
    async with a_receiver() as receiver:
        hooks = (a_hook(receiver.url, name="crm"), a_hook(receiver.url, name="admin", trunks=True))
        async with telling(tmp_path, *hooks) as (switch, outbox):
            for state in (REFUSED, WELL, FULL):
                before = len(receiver.heard)
                switch.tell_trunk(state)
                await until(lambda: len(receiver.heard) > before)  # noqa: B023
            await until(lambda: not outbox.letters())
    assert receiver.types == ["trunk.away", "trunk.back", "trunk.limit"]
    assert receiver.heard[0].message["trunk"]["problem"] == REFUSED.problem
    assert receiver.heard[2].message["trunk"]["max_calls_an_hour"] == 200


async def test_a_trunk_that_comes_and_goes_is_one_letter_and_then_what_has_become_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trunknews, "FIRST_S", 0.0)
    monkeypatch.setattr(trunknews, "PAUSE_S", 0.3)
    told: list[str] = []
    news = TrunkNews(lambda kind, _trunk: told.append(kind))
    news.on_trunk(REFUSED)
    await until(lambda: told)
    for _ in range(50):
        news.on_trunk(WELL)
        news.on_trunk(REFUSED)
    news.on_trunk(WELL)
    await until(lambda: len(told) > 1)
    await asyncio.sleep(0)
    assert told == ["trunk.away", "trunk.back"]
    news.stop()


async def test_what_has_to_register_first_after_the_start_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trunknews, "FIRST_S", 0.2)
    monkeypatch.setattr(trunknews, "PAUSE_S", 0.0)
    told: list[str] = []
    news = TrunkNews(lambda kind, _trunk: told.append(kind))
    news.on_trunk(TrunkState("provider", problem="is not registered yet"))
    news.on_trunk(WELL)
    news.on_trunk(TrunkState("second", problem="does not answer"))
    await until(lambda: told)
    assert told == ["trunk.away"], "of the second one"
    news.stop()
