"""The node with the embedded switch is cut off from its phones: another one has them that reaches them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import CallState, Dial, Drop
from offhook.cluster import part, reach
from offhook.errors import CallError, Refusal
from offhook.switch.embedded import answering
from tests.cluster.embeddedpair import Node, Pair
from tests.cluster.natsserver import NatsServer
from tests.switch.unplugged import Unplugged
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]


@pytest.fixture
async def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr(part, "KNOCK_S", 0.2)
    monkeypatch.setattr(reach, "LOST_S", 0.5)
    monkeypatch.setattr(answering, "EVERY_S", 0.2)
    monkeypatch.setattr(answering, "ANSWER_S", 0.5)
    async with NatsServer(tmp_path) as server, AsyncExitStack() as stack:
        yield Pair(server, stack)


async def cut(pair: Pair, node: Node) -> None:
    """What this node sends is lost on its way to the phones.

    It has seen before that it reaches them: a new owner would be given its time to begin, 20 s, first.
    """
    assert node.driver is not None
    answers = node.driver._answering
    await until(lambda: answers.has_answered("4000") or answers.has_answered("4001"))
    address = node.driver.address("udp")
    for phone in pair.phones:
        Unplugged(phone, address)


async def test_the_next_owner_goes_on_with_the_calls(pair: Pair) -> None:
    here, there, call = await pair.talk()
    await cut(pair, here)
    await until(lambda: there.acts and not here.acts)
    assert pair.talking == 2
    await until(lambda: there.switch.in_service("4000"))
    await here.switch.perform(Drop(call.id))
    await until(lambda: not pair.talking)
    assert there.states(call.id)[-1] is CallState.ON_HOOK
    await pair.nothing_is_kept()


async def test_what_was_dropped_before_that_was_noticed_ends_at_the_phones(pair: Pair) -> None:
    here, there, call = await pair.talk()
    await cut(pair, here)
    await here.switch.perform(Drop(call.id))
    await until(lambda: not pair.talking)
    assert there.acts
    await pair.nothing_is_kept()


async def test_where_no_node_reaches_them_it_stays_and_who_dials_is_told_at_once(pair: Pair) -> None:
    here, there, call = await pair.talk()
    await there.switch.perform(Drop(call.id))
    await until(lambda: not pair.talking)
    assert here.driver is not None
    answers = here.driver._answering
    await until(lambda: answers.has_answered("4000"))
    links = [Unplugged(phone) for phone in pair.phones]
    await until(lambda: answers.none and there.node.is_missed("switch"))
    with pytest.raises(CallError) as refused:
        await there.switch.perform(Dial("4000", "4001"))
    assert refused.value.refusal is Refusal.UNAVAILABLE
    assert "no phone answers" in str(refused.value)
    for link in links:
        link.plug_in()
    await until(lambda: not answers.none)
    assert here.acts
    await pair.nothing_is_kept()


async def test_phones_that_know_no_options_are_called_all_the_same(pair: Pair) -> None:
    pair.phones_know_options = False
    here, there, call = await pair.talk()
    await there.switch.perform(Drop(call.id))
    await until(lambda: not pair.talking)
    assert here.driver is not None
    answers = here.driver._answering
    await until(lambda: answers.none)
    again = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(again.id, CallState.CONNECTED)
    await there.switch.perform(Drop(again.id))
    await until(lambda: not pair.talking)
    await pair.nothing_is_kept()
