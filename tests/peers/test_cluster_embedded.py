"""Two Call Managers with the embedded switch as one, with real phones and NATS: one is killed while people
talk."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests.cluster.natsserver import NatsServer
from tests.peers.atpbx import NODE
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import CONFIG, PASSWORDS, TspPeer, session
from tests.peers.manager import Manager
from tests.peers.program import free_port
from tests.waiting import until

pytestmark = pytest.mark.peer


class Pair:
    """The node that acts, in a process of its own, and the other one here; both phones are at the first."""

    def __init__(self, folder: Path, nats: NatsServer, stack: AsyncExitStack) -> None:
        self._folder, self.nats, self._stack = folder, nats, stack
        self.sip = {node: ("127.0.0.1", free_port()) for node in ("one", "two")}

    def config(self, node: str) -> Path:
        folder = self._folder / node
        folder.mkdir()
        file = folder / "offhook.toml"
        terminals = {"own": "4000", "far": "4001", "third": "4002"}
        passwords = {f"{name}_password": PASSWORDS[terminal] for name, terminal in terminals.items()}
        text = CONFIG.format(
            state=folder / "state", no_answer_s=60, sscp_port=0, sip_port=self.sip[node][1], **passwords
        )
        file.write_text(NODE.format(node=node, nats=self.nats.url) + text, encoding="utf-8")
        return file

    async def start(self) -> tuple[Manager, TspPeer]:
        owner = await self._stack.enter_async_context(Manager(self.config("one")))
        system = await self._stack.enter_async_context(running(load(self.config("two"))))
        return owner, await self._stack.enter_async_context(session(system))

    async def phone(self, user: str, answer: Literal["auto", "manual"] = "auto") -> Baresip:
        phone = Baresip(self._folder, self.sip["one"], user, PASSWORDS[user], answer=answer)
        return await self._stack.enter_async_context(phone)


@pytest.fixture
async def pair(tmp_path: Path, nats: NatsServer) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        yield Pair(tmp_path, nats, stack)


async def a_call(pair: Pair) -> tuple[Manager, TspPeer, list[Baresip]]:
    """Two people talk. The node that has their phones, a TSP session at the other one, and the phones."""
    owner, tsp = await pair.start()
    phones = [await pair.phone("4000"), await pair.phone("4001")]
    await tsp.done("Action%Dial%4001")
    await tsp.come_to("ConnectedState")
    await talk(*phones)
    return owner, tsp, phones


async def goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """The next node has the call."""
    await until(lambda: "1 calls of the last run are gone on with" in caplog.text)


async def over(phones: list[Baresip]) -> None:
    """The call has ended at both phones. They are not stopped in order: each would wait for the node that is
    dead, where it has registered."""
    for phone in phones:
        await phone.happened("CALL_CLOSED")
        await phone.kill()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("killed", [True, False], ids=["killed", "stopped"])
async def test_phones_talk_on_when_their_node_is_gone_and_the_next_one_hangs_both_up(
    pair: Pair, killed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    owner, tsp, phones = await a_call(pair)
    await (owner.kill() if killed else owner.stop())
    await goes_on(caplog)
    await talk(*phones)
    assert tsp.untold(), "nobody is told that it is over"
    await tsp.done("Action%Drop%4001")
    assert (await tsp.over()).cause == "dropped"
    await over(phones)


@pytest.mark.timeout(60)
async def test_a_node_that_was_paused_for_longer_than_its_lease_touches_no_call_when_it_wakes_up(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    owner, tsp, phones = await a_call(pair)
    os.kill(owner.pid, signal.SIGSTOP)
    await goes_on(caplog)
    os.kill(owner.pid, signal.SIGCONT)
    await owner.said("node one works the telephone system no longer")
    await talk(*phones)
    assert tsp.untold()
    await phones[1].hang_up()
    assert (await tsp.over()).cause == "normal"
    await over(phones)


@pytest.mark.timeout(60)
async def test_a_call_that_rings_when_its_node_is_killed_ends_once_as_a_failure_and_rings_no_more(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    owner, tsp = await pair.start()
    phones = [await pair.phone("4000"), await pair.phone("4001", answer="manual")]
    await tsp.done("Action%Dial%4001")
    await tsp.come_to("RingBackState")
    await pair.nats.keeps(b"INVITE sip:4001")  # that of the own phone was kept before
    await owner.kill()
    ended = await tsp.over()
    assert ended.cause == "failure"
    await until(lambda: "node two works the telephone system" in caplog.text)
    await phones[1].happened("CALL_CLOSED")
    assert tsp.untold()
    for phone in phones:
        await phone.kill()


@pytest.mark.timeout(60)
async def test_who_has_dialled_by_hand_hears_it_ring_no_more_when_the_node_is_killed(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    """Over UDP, wherever the next node is: phones know what it says by their own transactions."""
    caplog.set_level("INFO", "offhook")
    owner, _ = await pair.start()
    phones = [await pair.phone("4000"), await pair.phone("4001", answer="manual")]
    await phones[0].dial("4001")
    await phones[1].happened("CALL_INCOMING")
    await phones[0].happened("CALL_RINGING")
    await pair.nats.keeps(b"INVITE sip:", 2)
    await owner.kill()
    await until(lambda: "node two works the telephone system" in caplog.text)
    for phone in phones:
        await phone.happened("CALL_CLOSED")
        await phone.kill()


@pytest.mark.timeout(60)
async def test_a_call_that_still_rings_when_its_node_has_been_stopped_is_cleared_by_the_next(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    """It has had some seconds to be answered."""
    caplog.set_level("INFO", "offhook")
    owner, tsp = await pair.start()
    phones = [await pair.phone("4000"), await pair.phone("4001", answer="manual")]
    await tsp.done("Action%Dial%4001")
    await tsp.come_to("RingBackState")
    os.kill(owner.pid, signal.SIGTERM)
    await owner.said("handing over to two")
    assert (await tsp.over()).cause == "failure"
    await phones[1].happened("CALL_CLOSED")
    for phone in phones:
        await phone.kill()


@pytest.mark.timeout(60)
async def test_where_the_address_moves_to_the_next_node_phones_call_each_other_as_before(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    pair.sip["two"] = pair.sip["one"]
    owner, tsp, phones = await a_call(pair)
    await owner.kill()
    await goes_on(caplog)
    await talk(*phones)
    await tsp.done("Action%Drop%4001")
    assert (await tsp.over()).cause == "dropped"
    for phone in phones:
        await phone.happened("CALL_CLOSED")
    await phones[0].dial("4001")
    await phones[1].happened("CALL_ESTABLISHED")
    await talk(*phones)
