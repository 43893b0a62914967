"""Two nodes with the embedded switch, real NATS and phones: what was told as over ends at the phones, too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Cause, Drop, live
from offhook.errors import CallError, Refusal
from offhook.switch.embedded import unheard
from tests.cluster.embeddedpair import Node, Pair
from tests.cluster.natsserver import NatsServer
from tests.switch.unplugged import Unplugged
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]


@pytest.fixture
async def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr(unheard, "FIRST_PAUSE_S", 0.2)
    async with NatsServer(tmp_path) as server, AsyncExitStack() as stack:
        yield Pair(server, stack)


def over_for_good(node: Node, call: Call) -> bool:
    """Was its end told once, and nothing of it after that?"""
    return [live(one) for one in node.calls(call.id)][-1:] == [False] and (
        sum(not live(one) for one in node.calls(call.id)) == 1
    )


async def test_a_call_that_was_dropped_in_a_cut_is_hung_up_by_the_next_owner(pair: Pair) -> None:
    """Nobody hears the BYE, and then the owner dies."""
    here, there, call = await pair.talk()
    links = [Unplugged(phone) for phone in pair.phones]
    await there.switch.perform(Drop(call.id))
    await there.until_state(call.id, CallState.ON_HOOK)
    await pair.server.keeps(b"bye-", 2)
    await here.crash()
    await until(lambda: there.acts)
    assert pair.talking == 2
    for link in links:
        link.plug_in()
    await until(lambda: not pair.talking)
    assert over_for_good(there, call)
    assert there.calls(call.id)[-1].cause is Cause.DROPPED
    await pair.nothing_is_kept()


@pytest.mark.parametrize("next_owner", ["the same", "the other"])
async def test_a_drop_as_the_lease_ends_is_not_lost(pair: Pair, next_owner: str) -> None:
    """Its end is told, and the BYE is not sent. A node that is short of processor time has its lease again
    a moment later; or another one has it."""
    here, there, call = await pair.talk()
    here.lose_lease_at_end_of(call)
    with pytest.raises(CallError) as refused:
        await there.switch.perform(Drop(call.id))
    assert refused.value.refusal is Refusal.UNAVAILABLE
    assert pair.talking == 2
    await there.until_state(call.id, CallState.ON_HOOK)
    here.look()
    await until(lambda: not here.switch._drivers)
    if next_owner == "the same":
        here.without_lease = False
        here.look()
    else:
        await here.crash()
    await until(lambda: not pair.talking)
    assert over_for_good(there, call)
    await pair.nothing_is_kept()


async def test_a_phone_that_rings_on_after_a_cut_is_cancelled_by_the_next_owner(pair: Pair) -> None:
    """It hears no CANCEL until the one who sent it has given up, and has died."""
    here, there, call = await pair.ring()
    link = Unplugged(pair.phones[1])
    await drop_unheard(pair, here, there, call)
    await here.crash()
    await until(lambda: there.acts)
    assert pair.phones[1].calls
    link.plug_in()
    await pair.phones[1].event("cancelled")
    assert over_for_good(there, call)
    await pair.nothing_is_kept()


async def drop_unheard(pair: Pair, here: Node, there: Node, call: Call) -> None:
    """Drop it, and wait until its owner has given up the CANCEL once."""
    await there.switch.perform(Drop(call.id))
    await there.until_state(call.id, CallState.ON_HOOK)
    assert here.driver is not None
    unheard = here.driver._unheard
    await until(lambda: len(unheard) > 0)
    await pair.server.keeps(b"age_s")
