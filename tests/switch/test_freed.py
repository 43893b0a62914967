"""A call that is over is freed at once, and does not wait for the garbage collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from offhook.call import Answer, CallState, Cause, Reject
from offhook.demo.phone import Behaviour, CallRejected
from offhook.sip.endpoint import ClientTransaction
from offhook.sip.message import Request, make_response, parse
from offhook.sip.transaction import State
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.fork import Fork
from tests.alive import alive
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, RINGS, Site, ringing_for
from tests.waiting import until


def parts() -> set[int]:
    """The calls, and what they consist of, that there are. (Compiled, they take no weak references.)"""
    return {id(one) for one in alive(B2buaCall, Leg, Fork)}


async def dropped(site: Site) -> set[int]:
    """A call that has been up and dropped; what it was made of."""
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    found = parts()
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    return found


async def dropped_while_it_rings(site: Site) -> set[int]:
    await site.phone("4000")
    await site.phone("4001", RINGS)
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    found = parts()
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    return found


async def missed(site: Site) -> set[int]:
    """The caller gives up."""
    caller = await site.phone("4000")
    await site.phone("4001", RINGS)
    calling = asyncio.create_task(caller.call("4001"))
    call = await site.until_seen(lambda call: call.rings_here)
    found = parts()
    calling.cancel()
    with suppress(asyncio.CancelledError):
        await calling
    await site.cause(call.id)
    return found


async def rejected(site: Site) -> set[int]:
    caller = await site.phone("4000")
    await site.phone("4001", RINGS)
    calling = asyncio.create_task(caller.call("4001"))
    call = await site.until_seen(lambda call: call.rings_here)
    found = parts()
    await site.perform(Reject(call.id))
    with suppress(CallRejected):
        await calling
    return found


async def answered_by_a_program(site: Site) -> set[int]:
    """The phone that rings cannot be told to answer, and is called anew."""
    caller = await site.phone("4000")
    await site.phone("4001", Behaviour(answer_after=None))
    calling = asyncio.create_task(caller.call("4001"))
    call = await site.until_seen(lambda call: call.rings_here)
    first = parts()
    await site.perform(Answer(call.id))
    found = first | parts()
    (await calling).hang_up()
    await site.cause(call.id)
    return found


@pytest.mark.parametrize("call", [dropped, dropped_while_it_rings, missed, rejected, answered_by_a_program])
async def test_a_call_and_its_legs_go_with_their_last_transaction(
    call: Callable[[Site], Awaitable[set[int]]],
) -> None:
    site = await a_site(timing=FAST, **ringing_for(8))
    gc.disable()
    try:
        assert isinstance(site.switch, EmbeddedSwitch)
        before = parts()
        found, endpoint = await call(site) - before, site.switch.endpoint
        assert len(found) >= 3
        await until(lambda: not endpoint._clients and not endpoint._servers, "the end of all transactions")
        assert not found & parts()
    finally:
        gc.enable()
        await close(site)


@pytest.fixture
async def lasting() -> AsyncIterator[Site]:
    """A site whose transactions stay for half a minute after their answers, as RFC 6026 wants it."""
    site = await a_site(**ringing_for(8))
    gc.disable()
    yield site
    gc.enable()
    await close(site)


def answered(site: Site) -> list[ClientTransaction]:
    """The transactions of both phones' INVITEs, which wait for further answers."""
    assert isinstance(site.switch, EmbeddedSwitch)
    found = site.switch.endpoint._clients.values()
    return [one for one in found if one.state is State.ACCEPTED and not one.request.to_tag]


async def test_a_call_that_was_up_goes_as_soon_as_it_is_over(lasting: Site) -> None:
    before = parts()
    found = await dropped(lasting) - before
    assert len(found) >= 3
    await until(lambda: not found & parts(), "the end of the call and its legs")
    assert len(answered(lasting)) == 2


async def test_a_phone_that_answers_when_the_call_is_gone_is_hung_up(lasting: Site) -> None:
    assert isinstance(lasting.switch, EmbeddedSwitch)
    before = parts()
    found, endpoint = await dropped(lasting) - before, lasting.switch.endpoint
    await until(lambda: not found & parts(), "the end of the call and its legs")
    [invite] = [one for one in answered(lasting) if one.request.uri.startswith("sip:4001@")]
    late = make_response(invite.request, 200, to_tag="another")
    late.headers.set("Contact", invite.request.uri)
    invite.receive(late, endpoint.now)
    sent = [parse(data) for _, data in endpoint.outbox]
    assert [(one.method, one.to_tag) for one in sent if isinstance(one, Request)] == [
        ("ACK", "another"),
        ("BYE", "another"),
    ]
