"""Two nodes with the embedded switch, real NATS, and two phones."""

from __future__ import annotations

from contextlib import AsyncExitStack

from offhook.call import Call, CallState, Dial, live
from offhook.cluster.kept import KeptItems
from offhook.cluster.part import UNIT
from offhook.config import EmbeddedSettings, Listen
from offhook.demo.phone import Behaviour, Phone
from offhook.sip.endpoint import Timing
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.base import CallChanged, Switch, SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.answering import knock
from offhook.switch.embedded.texts import TextRegistrations
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.peers.cutter import Cutter
from tests.switch.embeddedsite import TERMINALS, settled
from tests.switch.site import RINGS
from tests.switch.unplugged import ignore_options
from tests.waiting import becomes, until

HASTY = Timing(t1=0.02, t2=0.1, t4=0.1, d=0.5)


class Node(One):
    """A node that may lose its lease at any moment."""

    def __init__(self, name: str, server: NatsServer | Cutter) -> None:
        self.name = name
        self._settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0))
        super().__init__(
            *(name, server, self._make),
            knock=knock(self._settings, lambda: KeptItems(self.node, UNIT, "phone").peek()),
            only_if_missed=True,
        )
        self.driver: EmbeddedSwitch | None = None
        self.without_lease = False
        epoch = self.node.epoch
        self.node.epoch = lambda terminal: (  # type: ignore[method-assign]
            None if self.without_lease else epoch(terminal)
        )

    def _make(self) -> Switch:
        calls, phones = (KeptItems(self.node, UNIT, kind) for kind in ("call", "phone"))
        self.driver = EmbeddedSwitch(
            *(TERMINALS[:2], self._settings, HASTY),
            calls=TextCalls(calls),
            registrations=TextRegistrations(phones.blocking()),
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
        self.phones_know_options = True
        self.cutters: dict[str, Cutter] = {}
        """By its name, that over which a node reaches NATS, if there is one."""

    async def talk(self) -> tuple[Node, Node, Call]:
        """The node that acts, the other one, and a call between both phones."""
        here, there = await self.nodes()
        call = await there.switch.perform(Dial("4000", "4001"))
        await there.until_state(call.id, CallState.CONNECTED)
        assert here.driver is not None
        await settled(here.driver)
        await self.server.keeps(b"remote_target", 2)
        return here, there, call

    async def ring(self) -> tuple[Node, Node, Call]:
        """The same, with a call for which the second phone rings."""
        here, there = await self.nodes(RINGS)
        call = await there.switch.perform(Dial("4000", "4001"))
        await there.until_state(call.id, CallState.RING_BACK)
        await self.phones[1].event("ringing")
        return here, there, call

    async def nodes(self, callee: Behaviour | None = None) -> tuple[Node, Node]:
        """The node that acts, and the other one; both phones are registered."""
        nodes = [Node(name, self.cutters.get(name, self.server)) for name in ("first", "second")]
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
            if not self.phones_know_options:
                ignore_options(phone)
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
