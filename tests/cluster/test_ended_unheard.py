"""Two nodes with the embedded switch, real NATS and phones: what was told as over ends at the phones, too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Cause, Dial, Drop, live
from offhook.cluster.kept import KeptTexts, Shelf
from offhook.cluster.part import UNIT
from offhook.config import EmbeddedSettings, Listen
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import CallError, Refusal
from offhook.sip.endpoint import Timing
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.base import CallChanged, Switch, SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch, unheard
from offhook.switch.embedded.texts import TextRegistrations
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.switch.embeddedsite import TERMINALS, settled
from tests.switch.site import RINGS
from tests.switch.unplugged import Unplugged
from tests.waiting import becomes, until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]

HASTY = Timing(t1=0.02, t2=0.1, t4=0.1, d=0.5)


class Node(One):
    """A node that may lose its lease at any moment."""

    def __init__(self, name: str, server: NatsServer) -> None:
        super().__init__(name, server, self._make)
        self.driver: EmbeddedSwitch | None = None
        self.without_lease = False
        epoch = self.node.epoch
        self.node.epoch = lambda terminal: (  # type: ignore[method-assign]
            None if self.without_lease else epoch(terminal)
        )

    def _make(self) -> Switch:
        calls, phones = (KeptTexts(Shelf(self.node, UNIT, kind)) for kind in ("call", "phone"))
        self.driver = EmbeddedSwitch(
            *(TERMINALS[:2], EmbeddedSettings(listen=Listen("127.0.0.1", 0)), HASTY),
            calls=TextCalls(calls),
            registrations=TextRegistrations(phones),
        )
        return self.driver

    def look(self) -> None:
        """It notices whether it has its lease."""
        self.node.on_change([UNIT])

    def lose_lease_at_end_of(self, call: Call) -> None:
        """As soon as its end is told."""

        def lose(event: SwitchEvent) -> None:
            if isinstance(event, CallChanged) and event.call.id == call.id and not live(event.call):
                self.without_lease = True

        self.switch.subscribe(lose)


class Pair:
    def __init__(self, server: NatsServer, stack: AsyncExitStack) -> None:
        self.server, self._stack = server, stack
        self.phones: list[Phone] = []

    async def talk(self) -> tuple[Node, Node, Call]:
        """The node that acts, the other one, and a call between both phones."""
        here, there = await self._nodes()
        call = await there.switch.perform(Dial("4000", "4001"))
        await there.until_state(call.id, CallState.CONNECTED)
        assert here.driver is not None
        await settled(here.driver)
        await self.server.keeps(b"remote_target", 2)
        return here, there, call

    async def ring(self) -> tuple[Node, Node, Call]:
        """The same, with a call for which the second phone rings."""
        here, there = await self._nodes(RINGS)
        call = await there.switch.perform(Dial("4000", "4001"))
        await there.until_state(call.id, CallState.RING_BACK)
        await self.phones[1].event("ringing")
        return here, there, call

    async def _nodes(self, callee: Behaviour | None = None) -> tuple[Node, Node]:
        nodes = [Node(name, self.server) for name in ("first", "second")]
        for one in nodes:
            self._stack.push_async_callback(one.switch.stop)
            await one.switch.start()
        await until(lambda: nodes[0].acts != nodes[1].acts)
        here, there = sorted(nodes, key=lambda one: not one.acts)
        await until(lambda: here.driver is not None and here.switch.capabilities("4000"))
        assert here.driver is not None
        for terminal in ("4000", "4001"):
            behaviour = callee if terminal == "4001" else None
            phone = Phone(here.driver.address("udp"), terminal, f"secret-{terminal}", behaviour=behaviour)
            self.phones.append(await self._stack.enter_async_context(phone))
        await until(lambda: there.switch.in_service("4000") and there.switch.in_service("4001"))
        return here, there

    @property
    def talking(self) -> int:
        return sum(len(phone.calls) for phone in self.phones)

    async def nothing_is_kept(self) -> None:
        async def count() -> int:
            return await self.server.kept(b"remote_target") + await self.server.kept(b"INVITE sip:")

        await becomes(count, 0)
        for phone in self.phones:
            phone.registered = False  # it does not wait at its end for the one that is gone


@pytest.fixture
async def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    monkeypatch.setattr(unheard, "FIRST_PAUSE_S", 0.2)
    server = NatsServer(tmp_path)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        await server.start()
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
