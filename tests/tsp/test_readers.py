"""Sessions that send without a pause, and strangers, leave room for those that call."""

import asyncio
import logging
from contextlib import AsyncExitStack

import pytest

from offhook.call import CallState
from offhook.tsp.readers import Readers
from tests.tsp.helpers import END, PlayedBackend, a_call, peer_of, serving, state
from tests.waiting import until

TOKEN = "t" * 64
NONSENSE = b"?" + END
BURST = 100


@pytest.fixture
def slow_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room comes back while a test lasts."""
    monkeypatch.setattr("offhook.tsp.shared.STRANGER_BURST", float(BURST))
    monkeypatch.setattr("offhook.tsp.shared.STRANGER_RATE", 1e-6)


@pytest.mark.parametrize("message", [NONSENSE, END, b"Action%Dial%4001" + END, b"Action%Drop%" + END])
async def test_what_a_stranger_sends_above_its_rate_is_not_looked_at(
    slow_strangers: None, message: bytes
) -> None:
    backend = PlayedBackend()
    async with (
        serving(backend, token=TOKEN, require_token=True) as server,
        peer_of(server) as stranger,
        peer_of(server) as good,
    ):
        stranger.writer.write(message * 20_000)
        await good.say(f"Action%Login%4000%{TOKEN}")
        await good.hears("Response%Success%2")
        for _ in range(200):
            await good.say("Action%Drop%")
            await good.hears("Response%Success")
        answered = (await stranger.reader.read(1 << 20)).count(END)
        assert 0 < answered < 3 * BURST
        stranger.writer.transport.abort()


async def test_strangers_of_one_address_share_their_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.tsp.shared.HOST_BURST", float(BURST))
    monkeypatch.setattr("offhook.tsp.shared.HOST_RATE", 1e-6)
    async with (
        serving(PlayedBackend(), token=TOKEN, require_token=True) as server,
        AsyncExitStack() as stack,
    ):
        strangers = [await stack.enter_async_context(peer_of(server)) for _ in range(5)]
        for stranger in strangers:
            stranger.writer.write(NONSENSE * 2000)
        good = await stack.enter_async_context(peer_of(server, local_addr=("127.0.0.2", 0)))
        await good.say(f"Action%Login%4000%{TOKEN}")
        await good.hears("Response%Success%2")
        for _ in range(100):
            await good.say("Action%Drop%")
            await good.hears("Response%Success")
        answered = 0
        for stranger in strangers:
            try:
                async with asyncio.timeout(0.05):
                    while data := await stranger.reader.read(1 << 20):
                        answered += data.count(END)
            except TimeoutError:
                stranger.writer.transport.abort()
        assert 0 < answered < 5 * BURST


async def test_the_login_of_a_stranger_that_waited_is_answered_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("offhook.tsp.shared.STRANGER_BURST", 10.0)
    monkeypatch.setattr("offhook.tsp.shared.STRANGER_RATE", 5000.0)
    backend = PlayedBackend()
    async with serving(backend, token=TOKEN, require_token=True) as server, peer_of(server) as peer:
        peer.writer.write(NONSENSE * 500 + f"Action%Login%4000%{TOKEN}".encode() + END)
        await peer.hears(*["Response%Fail"] * 500, "Response%Success%2")
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")


async def test_a_call_is_told_in_the_middle_of_many_floods() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, AsyncExitStack() as stack:
        floods = [await stack.enter_async_context(peer_of(server)) for _ in range(10)]
        good = await stack.enter_async_context(peer_of(server))
        for flood in floods:
            flood.writer.write(NONSENSE * 5000)
        reading = [
            asyncio.create_task(flood.reader.readexactly(len(b"Response%Fail" + END) * 5000))
            for flood in floods
        ]
        await until(lambda: backend.watchers == 11)
        backend.tell(a_call("c1"))
        await good.hear()
        await good.hear()
        backend.advance("c1", CallState.CONNECTED)
        await good.hears(state("c1", "ConnectedState"))
        assert not all(one.done() for one in reading)
        for flood, one in zip(floods, reading, strict=True):
            one.cancel()
            flood.writer.transport.abort()


async def test_when_full_those_that_have_not_logged_in_make_room_though_they_talk() -> None:
    backend = PlayedBackend()
    async with (
        serving(backend, token=TOKEN, require_token=True, max_sessions=4) as server,
        peer_of(server) as good,
    ):
        await good.say(f"Action%Login%4000%{TOKEN}")
        await good.hears("Response%Success%2")
        async with AsyncExitStack() as stack:
            talkers = []
            for _ in range(3):
                talkers.append(await stack.enter_async_context(peer_of(server)))
                await talkers[-1].say("?")
                await talkers[-1].hears("Response%Fail")
            newcomer = await stack.enter_async_context(peer_of(server))
            await newcomer.say(f"Action%Login%4000%{TOKEN}")
            await newcomer.hears("Response%Success%2")
            assert await talkers[0].ends() == b""
            await good.say("Action%Drop%")
            await good.hears("Response%Success")


async def test_when_full_the_address_with_most_strangers_makes_room() -> None:
    async with (
        serving(PlayedBackend(), token=TOKEN, require_token=True, max_sessions=3) as server,
        peer_of(server) as lonely,
        peer_of(server, local_addr=("127.0.0.2", 0)) as first,
        peer_of(server, local_addr=("127.0.0.2", 0)) as second,
    ):
        for peer in (lonely, first, second):
            await peer.say("?")
            await peer.hears("Response%Fail")
        async with peer_of(server) as newcomer:
            assert await first.ends() == b""
            for peer in (lonely, second, newcomer):
                await peer.say("?")
                await peer.hears("Response%Fail")


async def test_what_strangers_do_again_and_again_is_one_line_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(PlayedBackend(), token=TOKEN, require_token=True) as server:
        for _ in range(20):
            async with peer_of(server) as stranger:
                await stranger.say("?")
                await stranger.hears("Response%Fail")
    assert len(caplog.records) == 1


class Played:
    """A session that is read on so often, and notes when."""

    stranger = False

    def __init__(self, readers: Readers, name: str, times: int, order: list[str]) -> None:
        self._readers, self._name, self._times, self._order = readers, name, times, order
        self.aborted = False

    def read_on(self) -> None:
        self._order.append(self._name)
        self._times -= 1
        if self._times < 0:
            raise ValueError("broken")
        if self._times:
            self._readers.wait(self)

    def abort(self) -> None:
        self.aborted = True


async def test_sessions_take_turns_and_strangers_come_after_the_others() -> None:
    readers, order = Readers(asyncio.get_running_loop()), list[str]()
    stranger = Played(readers, "s", 3, order)
    stranger.stranger = True
    for one in (stranger, Played(readers, "a", 3, order), Played(readers, "b", 3, order)):
        readers.wait(one)
    await until(lambda: len(order) == 9)
    assert "".join(one for one in order if one != "s") == "ababab"
    assert order[0] == "a"


async def test_no_session_has_the_loop_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.tsp.readers.SLICE_S", 0.0)
    readers, order = Readers(asyncio.get_running_loop()), list[str]()
    readers.wait(Played(readers, "a", 100, order))
    for _ in range(50):
        await asyncio.sleep(0)
        order.append("elsewhere")
    assert order[:40].count("elsewhere") > 10


async def test_a_session_that_fails_ends_and_those_behind_it_are_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    readers, order = Readers(asyncio.get_running_loop()), list[str]()
    broken = Played(readers, "broken", 0, order)
    readers.wait(broken)
    readers.wait(Played(readers, "a", 2, order))
    with caplog.at_level(logging.CRITICAL):
        await until(lambda: len(order) == 3)
    assert (order, broken.aborted) == (["broken", "a", "a"], True)
