"""Two baresips, a program of others, joined by Dial over the TSP session."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest

from tests.peers.baresip import Baresip
from tests.peers.chain import PASSWORDS, Chain, chain

pytestmark = pytest.mark.peer

PACKETS = 25
"""Half a second of audio, each way."""

ALL_STATES = ["OffHookState", "ProceedState", "RingBackState", "ConnectedState"]


@pytest.fixture
async def offhook(tmp_path: Path) -> AsyncIterator[Chain]:
    async with chain(tmp_path) as everything:
        yield everything


def phone(
    offhook: Chain,
    user: str,
    answer: Literal["auto", "manual"] = "manual",
    protocol: Literal["udp", "tcp"] = "udp",
) -> Baresip:
    return Baresip(offhook.folder, offhook.sip, user, PASSWORDS[user], answer=answer, protocol=protocol)


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
async def test_dial_joins_two_phones_whose_audio_flows_between_them(
    offhook: Chain, protocol: Literal["udp", "tcp"]
) -> None:
    async with (
        phone(offhook, "4000", "auto", protocol) as own,
        phone(offhook, "4001", "manual", protocol) as far,
    ):
        assert await offhook.tsp.ask("Action%Dial%4001") == "Response%Success"
        incoming = await far.happened("CALL_INCOMING")
        assert incoming["peerdisplayname"] == "Kim"
        await far.accept()
        assert await offhook.tsp.come_to("ConnectedState") == ALL_STATES

        near_audio, far_audio = await own.heard(PACKETS), await far.heard(PACKETS)
        assert near_audio.heard_from == near_audio.remote == ("127.0.0.1", far_audio.local_port)
        assert far_audio.heard_from == far_audio.remote == ("127.0.0.1", near_audio.local_port)
        assert near_audio.sent > 0
        assert far_audio.sent > 0

        assert await offhook.tsp.ask("Action%Drop%4001") == "Response%Success"
        assert (await offhook.tsp.over()).cause == "dropped"
        await own.happened("CALL_CLOSED")
        await far.happened("CALL_CLOSED")


async def test_the_session_is_told_who_calls_whom(offhook: Chain) -> None:
    async with phone(offhook, "4000", "auto"), phone(offhook, "4001"):
        await offhook.tsp.ask("Action%Dial%4001")
        told = await offhook.tsp.state()
        assert (told.terminal, told.caller, told.caller_name, told.callee) == ("4000", "4000", "Kim", "4001")


@pytest.mark.parametrize("who", ["own", "far"])
async def test_either_phone_hangs_up(offhook: Chain, who: str) -> None:
    async with phone(offhook, "4000", "auto") as own, phone(offhook, "4001", "auto") as far:
        await offhook.tsp.ask("Action%Dial%4001")
        await offhook.tsp.come_to("ConnectedState")
        await own.heard(1)
        one, other = (own, far) if who == "own" else (far, own)
        await one.hang_up()
        assert (await offhook.tsp.over()).cause == "normal"
        await other.happened("CALL_CLOSED")


@pytest.mark.parametrize("who", ["own", "far"])
async def test_either_phone_transfers_the_call_to_a_third(offhook: Chain, who: str) -> None:
    async with (
        phone(offhook, "4000", "auto") as own,
        phone(offhook, "4001", "auto") as far,
        phone(offhook, "4002", "auto") as third,
    ):
        await offhook.tsp.ask("Action%Dial%4001")
        await offhook.tsp.come_to("ConnectedState")
        one, other = (own, far) if who == "own" else (far, own)
        await own.heard(PACKETS)
        await one.transfer("4002")
        await one.happened("CALL_CLOSED")
        came, stayed = await third.heard(PACKETS), await other.audio()
        assert came.heard_from == came.remote == ("127.0.0.1", stayed.local_port)
        assert stayed.remote == ("127.0.0.1", came.local_port)
        await third.hang_up()
        await other.happened("CALL_CLOSED")
        assert (await offhook.tsp.over()).cause == "normal"


async def test_the_called_person_refuses(offhook: Chain) -> None:
    async with phone(offhook, "4000", "auto") as own, phone(offhook, "4001") as far:
        await offhook.tsp.ask("Action%Dial%4001")
        await far.happened("CALL_INCOMING")
        await far.hang_up()
        assert (await offhook.tsp.over()).cause == "busy"  # baresip says 486
        await own.happened("CALL_CLOSED")


async def test_the_user_does_not_want_the_own_phone_to_be_taken_off_hook(offhook: Chain) -> None:
    async with phone(offhook, "4000") as own, phone(offhook, "4001"):
        await offhook.tsp.ask("Action%Dial%4001")
        await own.happened("CALL_INCOMING")
        await own.hang_up()
        assert (await offhook.tsp.over()).cause == "terminal-rejected"


async def test_drop_while_the_own_phone_rings(offhook: Chain) -> None:
    async with phone(offhook, "4000") as own, phone(offhook, "4001"):
        await offhook.tsp.ask("Action%Dial%4001")
        await own.happened("CALL_INCOMING")
        assert await offhook.tsp.ask("Action%Drop%") == "Response%Success"
        assert (await offhook.tsp.over()).cause == "dropped"
        await own.happened("CALL_CLOSED")


async def test_drop_while_the_called_phone_rings(offhook: Chain) -> None:
    async with phone(offhook, "4000", "auto") as own, phone(offhook, "4001") as far:
        await offhook.tsp.ask("Action%Dial%4001")
        await offhook.tsp.come_to("RingBackState")
        assert await offhook.tsp.ask("Action%Drop%4001") == "Response%Success"
        assert (await offhook.tsp.over()).cause == "dropped"
        await own.happened("CALL_CLOSED")
        await far.happened("CALL_CLOSED")


async def test_hold_and_resume_pass_through(offhook: Chain) -> None:
    async with phone(offhook, "4000", "auto") as own, phone(offhook, "4001", "auto") as far:
        await offhook.tsp.ask("Action%Dial%4001")
        await offhook.tsp.come_to("ConnectedState")
        await own.heard(PACKETS)
        await far.heard(PACKETS)
        for command, directions in (("hold", ("recvonly", "sendonly")), ("resume", ("sendrecv", "sendrecv"))):
            own.events.clear()
            far.events.clear()
            await far.do(command)
            assert (await own.happened("CALL_REMOTE_SDP"))["param"] == "offer"
            assert (await far.happened("CALL_REMOTE_SDP"))["param"] == "answer"
            assert ((await own.audio()).direction, (await far.audio()).direction) == directions
        await far.heard((await far.audio()).received + PACKETS)
        await own.heard((await own.audio()).received + PACKETS)
        await far.hang_up()
        assert (await offhook.tsp.over()).cause == "normal"


async def test_a_call_dialled_on_the_phone_itself_is_told_too(offhook: Chain) -> None:
    async with phone(offhook, "4000") as own, phone(offhook, "4001", "auto") as far:
        await own.dial("4001")
        told = await offhook.tsp.state()
        assert (told.caller, told.callee) == ("4000", "4001")
        await offhook.tsp.come_to("ConnectedState")
        near_audio, far_audio = await own.heard(PACKETS), await far.heard(PACKETS)
        assert near_audio.heard_from == ("127.0.0.1", far_audio.local_port)
        assert far_audio.heard_from == ("127.0.0.1", near_audio.local_port)
        await own.hang_up()
        assert (await offhook.tsp.over()).cause == "normal"


async def test_the_own_phone_is_not_there(offhook: Chain) -> None:
    async with phone(offhook, "4001"):
        assert await offhook.tsp.ask("Action%Dial%4001") == "Response%Fail%terminal-unavailable"


async def test_the_called_phone_is_not_there(offhook: Chain) -> None:
    async with phone(offhook, "4000", "auto") as own:
        assert await offhook.tsp.ask("Action%Dial%4001") == "Response%Success"
        assert (await offhook.tsp.over()).cause == "unreachable"
        assert "CALL_INCOMING" not in [one["type"] for one in own.events], "it is left alone"
