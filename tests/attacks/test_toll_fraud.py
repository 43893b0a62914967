"""Somebody who would like the site to pay for calls to a number of his, which is denied by the dial rules."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import (
    FORWARD_WHENS,
    Consult,
    Dial,
    Forward,
    Forwarding,
    Redirect,
    Reject,
    Transfer,
)
from offhook.demo.phone import Behaviour, CallRejected
from offhook.errors import CallError, Refusal
from offhook.tsp.client3 import CallControlClient
from offhook.tsp.messages3 import CallNotify
from tests.attacks.site import AttackedSite, a_site, audit, logged_in, say, tsp_socket
from tests.cli.helpers import Command, places
from tests.switch.trunksite import scripted

RULES = """
[dial]
deny = ["900", "90060", "*", "#"]
[[dial.rule]]
roles = ["administrator"]
allow = ["900"]
[[dial.rule]]
users = ["root"]
allow = ["90060"]
[[dial.rule]]
terminals = ["4001"]
deny = ["9"]
"""

TRUNK = """
[[trunk]]
name = "provider"
server = "{}:{}"
user = "8225683800"
password = "account"
number = "+8225683800"
"""
PREMIUM = "90060900123"
WRITINGS = [
    PREMIUM,
    "0060900123",
    "+60900123",
    "9 00 60 900 123",
    "tel:+60-900-123",
    "9,0060900123",
    "W9W0060900123",
    "*21*90060900123#",
]
RAW = ["90060900123", "9-0060900123", "9(00)60900123", "+60900123", "%390060900123", "90060900123@127.0.0.1"]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[AttackedSite]:
    async with a_site(tmp_path, RULES) as site, site.phone("4000"), site.phone("4001"):
        yield site


async def nothing_was_dialled(site: AttackedSite) -> bool:
    return await site.calls() == []


@pytest.mark.parametrize("number", WRITINGS)
async def test_a_toll_fraud_number_is_denied_over_the_tsp_session(site: AttackedSite, number: str) -> None:
    async with tsp_socket(site) as (reader, writer):
        assert await say(reader, writer, f"Action%Login%4000%{site.tsp_token}") == "Response%Success%2"
        assert await say(reader, writer, f"Action%Dial%{number}") == "Response%Fail%not-allowed"
    assert await nothing_was_dialled(site)


@pytest.mark.parametrize("number", WRITINGS)
async def test_no_command_of_the_tsp_session_sends_a_call_to_a_toll_fraud_number(
    tmp_path: Path, number: str
) -> None:
    rings = Behaviour(answer_after=None)
    async with (
        a_site(tmp_path, RULES) as site,
        site.phone("4000", rings),
        site.phone("4001") as caller,
        await CallControlClient.connect(
            "127.0.0.1", site.tsp_port, terminal="4000", token=site.tsp_token
        ) as session,
    ):
        calling = asyncio.create_task(caller.call("4000"))
        news = await anext(session)
        while not (isinstance(news, CallNotify) and news.call.rings_here):
            news = await anext(session)
        call = news.call.id
        for command in (
            Dial("", number),
            Redirect(call, "", number),
            Transfer(call, "", number),
            Consult(call, "", number),
            *[Forward("", (Forwarding(when, number),)) for when in FORWARD_WHENS],
        ):
            with pytest.raises(CallError) as caught:
                await session.perform(command)
            assert caught.value.refusal in (Refusal.NOT_ALLOWED, Refusal.INVALID_ADDRESS), command
        await session.perform(Reject(call))
        await asyncio.wait([calling])
        assert isinstance(calling.exception(), CallRejected)
        assert {one.callee.id for one in await site.calls()} == {"4000"}


@pytest.mark.parametrize("number", RAW)
async def test_a_toll_fraud_number_is_denied_over_sscp(tmp_path: Path, number: str) -> None:
    async with a_site(tmp_path, RULES) as site, site.phone("4000"):
        async with logged_in(site.url, "kim") as client:
            with pytest.raises(CallError) as caught:
                await client.perform(Dial("4000", number))
        assert await nothing_was_dialled(site)
    assert caught.value.refusal is Refusal.NOT_ALLOWED
    (entry,) = audit(tmp_path, event="dial", door="sscp", user="kim")
    assert (entry.number, entry.result, entry.source) == (number, "not-allowed", "127.0.0.1")


@pytest.mark.parametrize("number", RAW)
async def test_no_command_over_sscp_sends_a_call_to_a_toll_fraud_number(tmp_path: Path, number: str) -> None:
    rings = Behaviour(answer_after=None)
    async with a_site(tmp_path, RULES) as site, site.phone("4000", rings), site.phone("4001") as caller:
        calling = asyncio.create_task(caller.call("4000"))
        async with logged_in(site.url, "kim") as kim:
            found = await kim.calls("4000")
            while not found:
                await asyncio.sleep(0.01)
                found = await kim.calls("4000")
            call = found[0].id
            ways = [Redirect(call, "", number), Transfer(call, "", number), Consult(call, "", number)]
            forwards = [Forward("4000", (Forwarding(when, number),)) for when in FORWARD_WHENS]
            for command in (*ways, *forwards):
                with pytest.raises(CallError) as caught:
                    await kim.perform(command)
                assert caught.value.refusal is Refusal.NOT_ALLOWED, command
            await kim.perform(Reject(call))
        await asyncio.wait([calling])
        assert isinstance(calling.exception(), CallRejected)
    denied = [(one.event, one.number) for one in audit(tmp_path, door="sscp", result="not-allowed")]
    assert denied == [(name, number) for name in ("redirect", "transfer", "consult", *["forward"] * 3)]


@pytest.mark.parametrize("number", ["+60 900 123", "0060900123"])
async def test_a_toll_fraud_number_is_denied_on_the_command_line(site: AttackedSite, number: str) -> None:
    result = await Command(site.folder, places(site.system)).run("dial", number)
    assert result.code == 1 and "not-allowed" in result.err
    assert await nothing_was_dialled(site)


async def test_a_phone_that_dials_by_hand_reaches_the_sites_phones_only(tmp_path: Path) -> None:
    async with a_site(tmp_path, RULES) as site, site.phone("4000") as phone:
        for number in (PREMIUM, "+60900123", "*21*90060900123#"):
            with pytest.raises(CallRejected, match="404"):
                await phone.call(number)
        assert await nothing_was_dialled(site)


@pytest.mark.parametrize("number", [*RAW, "9-00-60-900-123", "+60 900 123", "0060900123", "90060900123;x=1"])
async def test_a_denied_number_never_reaches_a_trunk_however_it_is_written(
    tmp_path: Path, number: str
) -> None:
    async with scripted(INVITE=200) as provider:
        trunk = TRUNK.format(*provider.address)
        async with a_site(tmp_path, RULES + trunk) as site, site.phone("4000") as phone:
            await provider.next("REGISTER")
            with pytest.raises(CallRejected):
                await phone.call(number.replace(" ", "%20"))  # a URI has no blanks
            async with logged_in(site.url, "kim") as client:
                with pytest.raises(CallError):
                    await client.perform(Dial("4000", number))
        assert not provider.asked("INVITE")


async def test_who_may_is_let_through(site: AttackedSite) -> None:
    async with logged_in(site.url, "root") as client:
        call = await client.perform(Dial("4000", PREMIUM))
    assert call.callee.id == PREMIUM


async def test_a_phone_in_the_lobby_may_be_kept_inside_for_everybody(site: AttackedSite) -> None:
    async with tsp_socket(site) as (reader, writer):
        await say(reader, writer, f"Action%Login%4001%{site.tsp_token}")
        assert await say(reader, writer, "Action%Dial%02 568 3848") == "Response%Fail%not-allowed"
        assert await say(reader, writer, "Action%Dial%4000") == "Response%Success"


async def test_by_hand_the_phone_in_the_lobby_reaches_no_trunk_where_others_do(tmp_path: Path) -> None:
    async with scripted(INVITE=486) as provider:
        trunk = TRUNK.format(*provider.address)
        async with (
            a_site(tmp_path, RULES + trunk) as site,
            site.phone("4001") as lobby,
            site.phone("4000") as desk,
        ):
            await provider.next("REGISTER")
            with pytest.raises(CallRejected, match="403"):
                await lobby.call("9025683848")
            assert not provider.asked("INVITE")
            with pytest.raises(CallRejected, match="486"):
                await desk.call("9025683848")
            assert len(provider.asked("INVITE")) == 1


async def test_ordinary_numbers_are_dialled_as_before(tmp_path: Path) -> None:
    rings = Behaviour(answer_after=None, auto_answer=False)
    async with (
        a_site(tmp_path, RULES) as site,
        site.phone("4000", rings),
        tsp_socket(site) as (reader, writer),
    ):
        await say(reader, writer, f"Action%Login%4000%{site.tsp_token}")
        assert await say(reader, writer, "Action%Dial%02-568-3848") == "Response%Success"
        (call,) = await site.calls()
        assert call.callee.id == "9025683848"
