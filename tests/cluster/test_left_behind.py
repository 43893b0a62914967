"""Calls that begin at an owner that is cut off from NATS come under the control of the next owner.

Two nodes with the embedded switch, real NATS and phones.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Cause, Dial, Drop, live
from offhook.switch.base import CallChanged
from tests.cluster.embeddedpair import Node, Pair
from tests.cluster.natsserver import NatsServer
from tests.peers.cutter import Cutter
from tests.switch.site import RINGS
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with NatsServer(tmp_path) as server, AsyncExitStack() as stack:
        pair = Pair(server, stack)
        for name in ("first", "second"):
            pair.cutters[name] = await stack.enter_async_context(Cutter(("127.0.0.1", server.port)))
        yield pair


def at(node: Node) -> list[Call]:
    """The calls that it shows."""
    found = {
        event.call.id: event.call
        for event in node.events
        if isinstance(event, CallChanged) and event.call.terminal == "4000"
    }
    return [call for call in found.values() if live(call)]


async def test_a_call_that_began_in_the_cut_is_controlled_again_after_it(pair: Pair) -> None:
    here, there = await pair.nodes()
    await pair.cutters[here.name].cut()
    call = await here.switch.perform(Dial("4000", "4001"))
    await here.until_state(call.id, CallState.CONNECTED)
    await until(lambda: there.acts and not here.acts)
    assert not at(there)
    assert pair.talking == 2

    await pair.cutters[here.name].mend()
    await until(lambda: at(there) and [one.id for one in at(here)] == [one.id for one in at(there)])
    assert here.calls(call.id)[-1].cause is Cause.FAILURE
    (again,) = at(there)
    assert again.state is CallState.CONNECTED
    assert (again.caller, again.callee) == (call.caller, call.callee)
    assert pair.talking == 2

    await here.switch.perform(Drop(again.id))
    await until(lambda: not pair.talking)
    await there.until_state(again.id, CallState.ON_HOOK)
    await pair.nothing_is_kept()


async def test_a_call_is_taken_up_once_however_often_it_is_handed_over(pair: Pair) -> None:
    here, there = await pair.nodes()
    before = here.driver
    await pair.cutters[here.name].cut()
    call = await here.switch.perform(Dial("4000", "4001"))
    await here.until_state(call.id, CallState.CONNECTED)
    await until(lambda: there.acts)
    await pair.cutters[here.name].mend()
    await until(lambda: at(there))
    assert before is not None
    assert there.driver is not None
    assert list(before.left_behind()) == [call.id]
    there.driver.take_up(before.left_behind())
    assert len(at(there)) == 1
    await there.switch.perform(Drop(at(there)[0].id))
    await until(lambda: not pair.talking)
    there.driver.take_up(before.left_behind())
    assert not at(there)


async def test_a_phone_that_began_to_ring_in_the_cut_rings_no_more_after_it(pair: Pair) -> None:
    here, there = await pair.nodes(RINGS)
    await pair.cutters[here.name].cut()
    call = await here.switch.perform(Dial("4000", "4001"))
    await here.until_state(call.id, CallState.RING_BACK)
    await until(lambda: there.acts and not here.acts)
    await pair.cutters[here.name].mend()
    await pair.phones[1].event("cancelled")
    assert not at(there)


async def test_a_call_that_is_answered_in_the_cut_is_hung_up_by_the_next_owner(pair: Pair) -> None:
    """It rang before: the next owner has found its INVITE, and cancels that, which does no harm to a talk."""
    here, there, call = await pair.ring()
    await pair.server.keeps(b"INVITE sip:4001")
    await pair.cutters[here.name].cut()
    (rings,) = pair.phones[1].calls
    rings.answer()
    await here.until_state(call.id, CallState.CONNECTED)
    await until(lambda: there.acts and not at(there))
    assert pair.talking == 2
    await pair.cutters[here.name].mend()
    await until(lambda: at(there))
    assert pair.talking == 2
    await there.switch.perform(Drop(at(there)[0].id))
    await until(lambda: not pair.talking)
    await pair.nothing_is_kept()
