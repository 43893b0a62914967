"""What a node tells goes out a little later, together: each message by itself wakes up all others."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from offhook.cluster.bus import Bus, Handler
from offhook.cluster.exchange import StateExchange
from offhook.cluster.messages import AskStates, Beat, State, States, decode, encode
from offhook.cluster.tasks import Tasks
from tests.waiting import until


class FakeBus:
    """Remembers what is sent. `page` is what another node answers, which has told of `on_its_way` before."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.page, self.on_its_way = States([]), list[State]()
        self.hear: Handler = lambda _on, _data, _to: None

    async def listen(self, _subject: str, handler: Handler) -> None:
        pass

    async def listen_gathering(self, _subject: str, handler: Handler) -> None:
        self.hear = handler

    async def request(self, _subject: str, _data: bytes, _limit_s: float) -> bytes:
        return encode(self.page)

    async def catch_up(self) -> None:
        for one in self.on_its_way:
            self.hear(f"offhook.site.told.terminal.{one.terminal}", encode(one), "")
        self.on_its_way.clear()

    async def send(self, _subject: str, data: bytes) -> None:
        self.sent.append(data)

    @property
    def terminals(self) -> list[str]:
        return [decode(State, data).terminal for data in self.sent]


@pytest.fixture
async def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def heard() -> list[State]:
    return []


@pytest.fixture
async def states(bus: FakeBus, heard: list[State]) -> AsyncIterator[StateExchange]:
    node: Any = SimpleNamespace(name="north", run="1", bus=bus)
    tasks = Tasks()
    yield StateExchange(node, "site", tasks, hear=heard.append, page=lambda _after: [state("4009")])
    await tasks.cancel()


def state(terminal: str, node: str = "north") -> State:
    return State(node, "1", 1, terminal, epoch=1, n=1)


async def test_a_state_waits_for_others_that_are_told_in_their_order(
    states: StateExchange, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.exchange.HOLD_S", 600.0)
    for terminal in ("4001", "4000", "4002"):
        states.tell(state(terminal))
        assert not bus.sent
    await states.send_now()
    assert bus.terminals == ["4001", "4000", "4002"]


async def test_it_goes_by_itself_if_nobody_sends_it_before(states: StateExchange, bus: FakeBus) -> None:
    states.tell(state("4000"))
    await until(lambda: bus.terminals == ["4000"])
    states.tell(state("4001"))
    await until(lambda: bus.terminals == ["4000", "4001"])


async def test_only_so_many_wait_and_of_more_the_others_ask_for_all(
    states: StateExchange, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.exchange.HOLD_S", 600.0)
    monkeypatch.setattr("offhook.cluster.exchange.MAX_WAITING", 1)
    for terminal in ("4000", "4001"):
        states.tell(state(terminal))
    await states.send_now()
    assert bus.terminals == ["4000"]


async def test_who_asks_for_all_states_has_been_told_before_of_what_waited(
    states: StateExchange, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.exchange.HOLD_S", 600.0)
    states.tell(state("4000"))
    await states._send_page(cast("Bus", bus), encode(AskStates()), "south")
    assert bus.sent == [encode(state("4000")), encode(States([state("4009")]))]


async def test_what_was_told_before_all_states_is_heard_before_them(
    states: StateExchange, bus: FakeBus, heard: list[State]
) -> None:
    await states.listen(cast("Bus", bus))
    bus.page = States([state("4001", "south")])
    bus.on_its_way.append(state("4000", "south"))
    bus.hear("offhook.site.told.beat", encode(Beat("south", "1", 1)), "")
    await until(lambda: [one.terminal for one in heard] == ["4000", "4001"])


async def test_what_is_missed_while_all_states_are_asked_for_is_asked_for_again(
    states: StateExchange, bus: FakeBus, heard: list[State], monkeypatch: pytest.MonkeyPatch
) -> None:
    await states.listen(cast("Bus", bus))
    request, asked = bus.request, list[str]()

    async def missing_one(subject: str, data: bytes, limit_s: float) -> bytes:
        asked.append(subject)
        answer = await request(subject, data, limit_s)
        if len(asked) == 1:
            bus.page = States([state("4001", "south")])  # it was told after this page, and did not come
            bus.hear("offhook.site.told.beat", encode(Beat("south", "1", 6)), "")
        return answer

    monkeypatch.setattr(bus, "request", missing_one)
    bus.hear("offhook.site.told.beat", encode(Beat("south", "1", 5)), "")
    await until(lambda: [one.terminal for one in heard] == ["4001"])
    assert len(asked) == 2
