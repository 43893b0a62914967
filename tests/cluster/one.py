"""A node of a cluster with its switch, in this process."""

from collections.abc import Awaitable, Callable

from offhook.call import Call, CallState
from offhook.cluster.node import Node
from offhook.cluster.part import UNIT, Plan
from offhook.cluster.placing import staying
from offhook.cluster.switch import ClusterSwitch
from offhook.config import ClusterSettings
from offhook.switch.base import CallChanged, Switch, SwitchEvent
from tests.cluster.natsserver import NatsServer
from tests.peers.cutter import Cutter
from tests.waiting import until

Knock = Callable[[], Awaitable[bool]]


class One:
    """A node's switch, and what it has told."""

    def __init__(
        self,
        name: str,
        server: NatsServer | Cutter,
        make: Callable[[], Switch],
        knock: Knock | None = None,
        *,
        only_if_missed: bool = False,
    ) -> None:
        plan = Plan(make, ["4000", "4001"], knock=knock, only_if_missed=only_if_missed)
        url = server.url if isinstance(server, NatsServer) else f"nats://127.0.0.1:{server.address[1]}"
        self.node = Node(ClusterSettings(node=name, servers=(url,)), [UNIT], place=staying)
        self.switch = ClusterSwitch([plan], self.node, "offhook")
        self.events: list[SwitchEvent] = []
        self.switch.subscribe(self.events.append)

    @property
    def acts(self) -> bool:
        return self.node.epoch(UNIT) is not None

    def states(self, call_id: str) -> list[CallState]:
        return [call.state for call in self.calls(call_id)]

    def calls(self, call_id: str) -> list[Call]:
        return [
            event.call for event in self.events if isinstance(event, CallChanged) and event.call.id == call_id
        ]

    async def until_state(self, call_id: str, state: CallState) -> Call:
        await until(lambda: state in self.states(call_id), f"{call_id} in {state}")
        return next(call for call in self.calls(call_id) if call.state is state)

    async def crash(self) -> None:
        """As if the process were gone."""
        for task in (*self.node._running, *self.switch._tasks._running):
            task.cancel()
        if self.node.bus is not None:
            await self.node.bus.close()
        for driver in self.switch._drivers:
            await driver.leave()
