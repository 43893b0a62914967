"""Phones that sipp plays: every way in which a call goes wrong, with the cause as the TSP is told it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import Call, Cause
from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.sip.client import ClientTransaction
from offhook.sip.endpoint import Timing
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.baresip import Baresip
from tests.peers.chain import PASSWORDS, Chain, chain
from tests.peers.program import LIMIT_S
from tests.peers.sipp import Sipp, registered

pytestmark = pytest.mark.peer

LOSSY_CALLS = 8
LOST_PER_CENT = 10
LOSSY_LIMIT_S = 40
"""Past the 32 s after which SIP itself gives a message up."""


@pytest.fixture
async def offhook(tmp_path: Path) -> AsyncIterator[Chain]:
    """The chain, with a baresip as the user's own phone."""
    async with (
        chain(tmp_path) as everything,
        Baresip(tmp_path, everything.sip, "4000", PASSWORDS["4000"], answer="auto"),
    ):
        yield everything


@pytest.mark.parametrize(
    ("scenario", "states", "cause"),
    [
        ("busy", ["ProceedState", "OnHookState"], "busy"),
        ("reject", ["ProceedState", "RingBackState", "OnHookState"], "rejected"),
        ("not_found", ["ProceedState", "OnHookState"], "unreachable"),
        ("hang_up", ["ProceedState", "RingBackState", "ConnectedState", "OnHookState"], "normal"),
    ],
)
async def test_what_the_called_phone_does_is_told_with_its_cause(
    offhook: Chain, scenario: str, states: list[str], cause: str
) -> None:
    async with registered(offhook.folder, scenario, offhook.sip, "4001", PASSWORDS["4001"]) as callee:
        assert await offhook.tsp.ask("Action%Dial%4001") == "Response%Success"
        told = [await offhook.tsp.state()]
        while told[-1].state != "OnHookState":
            told.append(await offhook.tsp.state())
        assert [notify.state for notify in told] == ["OffHookState", *states]
        assert told[-1].cause == cause
        await callee.succeeded()


async def test_drop_while_it_rings_cancels(offhook: Chain) -> None:
    async with registered(offhook.folder, "ring", offhook.sip, "4001", PASSWORDS["4001"]) as callee:
        await offhook.tsp.ask("Action%Dial%4001")
        await offhook.tsp.come_to("RingBackState")
        assert await offhook.tsp.ask("Action%Drop%4001") == "Response%Success"
        assert (await offhook.tsp.over()).cause == "dropped"
        await callee.succeeded()


async def test_drop_of_an_answered_call_hangs_up(offhook: Chain) -> None:
    async with registered(offhook.folder, "answer", offhook.sip, "4001", PASSWORDS["4001"]) as callee:
        await offhook.tsp.ask("Action%Dial%4001")
        await offhook.tsp.come_to("ConnectedState")
        assert await offhook.tsp.ask("Action%Drop%4001") == "Response%Success"
        assert (await offhook.tsp.over()).cause == "dropped"
        await callee.succeeded()


async def test_nobody_answers(tmp_path: Path) -> None:
    async with (
        chain(tmp_path, no_answer_s=1) as offhook,
        Baresip(tmp_path, offhook.sip, "4000", PASSWORDS["4000"], answer="auto") as own,
        registered(tmp_path, "ring", offhook.sip, "4001", PASSWORDS["4001"]) as callee,
    ):
        await offhook.tsp.ask("Action%Dial%4001")
        assert (await offhook.tsp.over()).cause == "no-answer"
        await callee.succeeded()  # it was sent a CANCEL
        await own.happened("CALL_CLOSED")


@pytest.mark.timeout(120)
async def test_calls_come_through_though_one_packet_in_ten_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated: list[str] = []
    send_again = ClientTransaction._send_again

    def counted(transaction: ClientTransaction, now: float, interval: float) -> None:
        repeated.append(transaction.request.method)
        send_again(transaction, now, interval)

    monkeypatch.setattr(ClientTransaction, "_send_again", counted)
    async with AsyncExitStack() as stack:
        offhook = await stack.enter_async_context(chain(tmp_path))
        phones = [
            await stack.enter_async_context(
                registered(
                    tmp_path,
                    "answer",
                    offhook.sip,
                    user,
                    PASSWORDS[user],
                    calls=LOSSY_CALLS,
                    lost=LOST_PER_CENT,
                )
            )
            for user in ("4000", "4001")
        ]
        connected = set()
        for _ in range(LOSSY_CALLS):
            assert await offhook.tsp.ask("Action%Dial%4001") == "Response%Success"
            while (told := await offhook.tsp.state(LOSSY_LIMIT_S)).state != "ConnectedState":
                assert told.state != "OnHookState", f"a call was lost: {told}"
            connected.add(told.call)
        for call in connected:
            assert await offhook.tsp.ask(f"Action%Drop%{call}") == "Response%Success"
        ended = {(await offhook.tsp.over()).call for _ in range(LOSSY_CALLS)}
        assert ended == connected
        await asyncio.gather(*(phone.succeeded(LOSSY_LIMIT_S) for phone in phones))
        # Chance alone decides who has to repeat: with more than a hundred packets, somebody has.
        assert repeated or any(int(phone.statistics()["Retransmissions(C)"]) for phone in phones)


async def test_a_phone_that_never_acks_is_hung_up_on(tmp_path: Path) -> None:
    """On the bare switch, whose timers can be shortened: SIP gives up after 64*T1, 32 s as a rule."""
    terminals = [TerminalSettings(user, password=password) for user, password in PASSWORDS.items()]
    settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0), digest_algorithms=("MD5",))
    switch = EmbeddedSwitch(terminals, settings, Timing(t1=0.05))
    over: asyncio.Future[Call] = asyncio.get_running_loop().create_future()

    def listen(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and event.call.terminal == "4000" and event.call.cause:
            over.set_result(event.call)

    switch.subscribe(listen)
    await switch.start()
    try:
        sip = switch.address("udp")
        async with (
            registered(tmp_path, "answer", sip, "4001", PASSWORDS["4001"]) as callee,
            Sipp(tmp_path, "never_acks", sip, "4000", PASSWORDS["4000"], target="4001") as caller,
        ):
            assert (await asyncio.wait_for(over, LIMIT_S)).cause is Cause.FAILURE
            await caller.succeeded()  # it was sent a BYE
            await callee.succeeded()
            repeated = caller.messages().count("SIP/2.0 200 OK") - 1  # one is its own, to the BYE
            assert repeated > 3
        assert switch.idle
    finally:
        await switch.stop()
