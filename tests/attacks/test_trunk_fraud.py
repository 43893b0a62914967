"""Somebody at a phone, or outside, who would like a trunk to call a number of his: by headers and detours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest

from offhook.call import CallState, Cause, Consult, Feature, Forward, Forwarding, ForwardWhen, Hold, Party
from offhook.config import IncomingSettings
from offhook.demo.phone import CallRejected, Phone
from offhook.sip.message import Request
from offhook.switch.b2bua.leg import LegOwner
from offhook.switch.embedded import EmbeddedSwitch, switch
from tests.switch.site import ANSWERS, NAMES, RINGS, Site, ask, rejects
from tests.switch.trunksite import (
    ACCOUNT,
    KIMS,
    OWN,
    SDP,
    ScriptedProvider,
    a_site_with,
    a_trunk,
    scripted,
)
from tests.waiting import until

ALLOWED, PREMIUM = "08912345678", "0090012345"
"""What phones may dial here, and what none may."""


class Attacked(NamedTuple):
    site: Site
    provider: ScriptedProvider
    address: tuple[str, int]


@pytest.fixture(autouse=True)
def _stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(switch, "STOP_S", 0.01)


def may_call(_terminal: str, number: str) -> bool:
    return number in NAMES or number == ALLOWED


@asynccontextmanager
async def attacked(**settings: Any) -> AsyncIterator[Attacked]:
    """A site with a trunk, and dial rules."""
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address), **settings)
        site.switch.ask_first(may_call)
        assert isinstance(site.switch, EmbeddedSwitch)
        yield Attacked(site, provider, site.switch.address())
        await site.close()


def writes(phone: Phone, headers: dict[str, str | Sequence[str]]) -> None:
    """From now on the phone puts these into its requests."""
    sign = phone._digest.sign

    def forge(request: Request) -> None:
        for name, value in headers.items():
            request.headers.set(name, value if isinstance(value, str) else list(value))
        sign(request)

    phone._digest.sign = forge  # type: ignore[method-assign]


# Headers


async def test_no_header_of_a_phone_says_who_calls_or_which_way() -> None:
    somebody = "<sip:+4930999999@provider.example>"
    async with attacked() as (site, provider, _):
        phone = await site.phone("4000")
        writes(
            phone,
            {
                "P-Asserted-Identity": somebody,
                "P-Preferred-Identity": somebody,
                "Remote-Party-ID": f"{somebody};party=calling;privacy=off",
                "Diversion": f"{somebody};reason=unconditional",
                "History-Info": f"{somebody};index=1",
                "Referred-By": somebody,
                "Route": "<sip:+4990012345@provider.example;lr>",
                "P-Charge-Info": somebody,
                "Proxy-Authorization": 'Digest username="x"',
                "Identity": "e30.e30.e30;info=<https://x>",
            },
        )
        with pytest.raises(CallRejected):
            await phone.call(ALLOWED)
        (sent,) = provider.asked("INVITE")
        text = "\n".join(f"{name}: {value}" for name, value in sent.headers)
        assert sent.target.user == "+498912345678"
        assert sent.from_.uri.user == ACCOUNT
        assert sent.headers.all("P-Asserted-Identity") == [
            f"<sip:{KIMS}@{sent.target.host}:{sent.target.port}>"
        ]
        for name in ("+4930999999", "4990012345", "Route:", "Diversion", "username"):
            assert name not in text


@pytest.mark.parametrize("caller", ["4001", "+4930999999", ACCOUNT])
async def test_a_phone_calls_as_nobody_else(caller: str) -> None:
    async with attacked() as (site, provider, _):
        phone = await site.phone("4000")
        writes(phone, {"From": f"<sip:{caller}@127.0.0.1>;tag=x"})
        with pytest.raises(CallRejected) as caught:
            await phone.call(ALLOWED)
        assert caught.value.status == 403
        assert not provider.asked("INVITE")


@pytest.mark.parametrize("header", ["Replaces", "Join", "Target-Dialog"])
async def test_an_invite_that_means_another_dialog_does_not_dial(header: str) -> None:
    async with attacked() as (site, provider, _):
        phone = await site.phone("4000")
        writes(phone, {header: "x;to-tag=a;from-tag=b"})
        with pytest.raises(CallRejected):
            await phone.call(PREMIUM)
        assert not provider.asked("INVITE")


# A phone that hands a call on


@pytest.mark.parametrize(
    "target",
    [
        f"<sip:{PREMIUM}@127.0.0.1>",
        "<tel:+4990012345>",
        "<sip:+49%3990012345@x;user=phone>",
        f"<sip:{PREMIUM}@127.0.0.1;method=INVITE?Route=%3Csip:127.0.0.1%3E>",
        f"<sip:{ALLOWED}@127.0.0.1;method=BYE>",
        f"<sip:{ALLOWED}@127.0.0.1?Replaces=x%3Bto-tag%3Da%3Bfrom-tag%3Db>",
        f"<sip:{PREMIUM}@127.0.0.1?Replaces=x%3Bto-tag%3Da%3Bfrom-tag%3Db>",
        f"<sips:{PREMIUM}@127.0.0.1>",
        f"sip:{ALLOWED};{PREMIUM}@127.0.0.1",
    ],
)
async def test_no_spelling_of_a_transfer_target_reaches_a_denied_number(target: str) -> None:
    async with attacked() as (site, provider, _):
        await site.phone("4000")
        phone = await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in site.features(call_id))
        assert (await ask(phone, "REFER", Refer_To=target)).status >= 400
        assert not provider.asked("INVITE")


async def test_the_call_of_somebody_else_is_not_taken_by_its_ids() -> None:
    """4002 knows the ids of the call of 4000, and hands its own party on to there."""
    async with attacked() as (site, provider, _):
        provider.answers["INVITE"] = (200, "", SDP)
        await site.phone("4000")
        await site.phone("4001", ANSWERS)
        thief = await site.phone("4002")
        outside = site.dial("4000", ALLOWED)
        await site.until(outside, CallState.CONNECTED)
        own = site.dial("4002", "4001")
        await site.until(own, CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in site.features(own))
        assert isinstance(site.switch, EmbeddedSwitch)
        (leg,) = [one for one in site.switch.legs.values() if one.terminal == "4000"]
        assert leg.dialog is not None
        ids = f"{leg.dialog.call_id}%3Bto-tag%3D{leg.dialog.local_tag}%3Bfrom-tag%3D{leg.dialog.remote_tag}"
        response = await ask(thief, "REFER", Refer_To=f"<sip:4000@127.0.0.1?Replaces={ids}>")
        assert response.status == 603
        assert site.now(outside).state is CallState.CONNECTED


# Forwardings


@pytest.mark.parametrize(("last", "goes_out"), [(ALLOWED, True), (PREMIUM, False)], ids=["allowed", "denied"])
async def test_a_chain_of_forwardings_goes_out_only_by_who_may_dial_the_last(
    last: str, goes_out: bool
) -> None:
    async with attacked() as (site, provider, _):
        await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, "4001"),)))
        await site.perform(Forward("4001", (Forwarding(ForwardWhen.NO_ANSWER, "4002"),)))
        await site.perform(Forward("4002", (Forwarding(ForwardWhen.BUSY, last),)))
        await site.phone("4002", rejects(486))
        provider.invite(site, KIMS)
        assert (await provider.answered()).status == 486
        assert bool(provider.asked("INVITE")) is goes_out


@pytest.mark.parametrize(("allowed", "goes_out"), [("4001", True), ("4000", False)])
async def test_a_forwarding_is_followed_by_the_rules_of_the_phone_that_has_it_and_no_other(
    allowed: str, goes_out: bool
) -> None:
    async with attacked() as (site, provider, _):
        site.switch.ask_first(lambda terminal, number: number in NAMES or terminal == allowed)
        await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, "4001"),)))
        await site.perform(Forward("4001", (Forwarding(ForwardWhen.ALWAYS, PREMIUM),)))
        provider.invite(site, KIMS)
        assert (await provider.answered()).status == (486 if goes_out else 480)
        assert bool(provider.asked("INVITE")) is goes_out


async def test_a_phone_that_forwards_by_itself_tells_no_caller_where_to_call_instead() -> None:
    """302 (RFC 3261 section 21.3.3) with an address outside: called by hand, by a program and by a trunk."""
    async with attacked() as (site, provider, _):
        caller = await site.phone("4001")
        forwards = replace(rejects(302), forward_to=f"<sip:{ALLOWED}@127.0.0.1>")
        await site.phone("4000", forwards)
        with pytest.raises(CallRejected) as caught:
            await caller.call("4000")
        assert caught.value.status == 480
        assert await site.cause(site.dial("4001", "4000")) is Cause.REJECTED
        provider.invite(site, KIMS)
        assert (await provider.answered()).status == 480
        assert not provider.asked("INVITE")


async def test_a_forwarding_that_was_allowed_is_followed_no_more_once_it_is_denied() -> None:
    async with attacked() as (site, provider, _):
        await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, ALLOWED),)))
        site.switch.ask_first(lambda _terminal, number: number in NAMES)
        provider.invite(site, KIMS)
        assert (await provider.answered()).status == 480
        assert not provider.asked("INVITE")


async def test_the_phone_for_otherwise_sends_nothing_out_that_it_may_not_dial() -> None:
    entry = IncomingSettings(numbers=((OWN, OWN),), ring=("4001",), otherwise="4003")
    async with attacked(incoming=[entry]) as (site, provider, _):
        await site.perform(Forward("4003", (Forwarding(ForwardWhen.NO_ANSWER, PREMIUM),)))
        provider.invite(site, OWN)
        assert (await provider.answered()).status == 480
        assert not provider.asked("INVITE")


# Who calls from outside


@pytest.mark.parametrize(
    ("called", "extra", "rings"),
    [
        (KIMS, f"Route: <sip:{PREMIUM}@127.0.0.1;lr>\r\n", "4000"),
        (KIMS, f"P-Called-Party-ID: <sip:{PREMIUM}@x>\r\n", "4000"),
        (KIMS, f"P-Called-Party-ID: <sip:{OWN}@x>\r\n", "4000"),
        (ACCOUNT, f"P-Called-Party-ID: <sip:{PREMIUM}@x>\r\n", "4001"),
        (ACCOUNT, "", "4001"),
        (KIMS, f"Diversion: <sip:{PREMIUM}@x>\r\n", "4000"),
        (KIMS, "Replaces: x;to-tag=a;from-tag=b\r\n", "4000"),
        (KIMS, f"Refer-To: <sip:{PREMIUM}@x>\r\n", "4000"),
        (
            KIMS,
            "Alert-Info: <http://x>;info=alert-autoanswer;delay=0\r\nCall-Info: <sip:x>;answer-after=0\r\n",
            "4000",
        ),
    ],
)
async def test_no_header_from_outside_rings_more_than_the_number_that_was_called(
    called: str, extra: str, rings: str
) -> None:
    """To names the premium number each time. A call to the account itself is one to its main number."""
    main = IncomingSettings(numbers=((OWN, OWN),), ring=("4001",))
    async with attacked(incoming=[main]) as (site, provider, _):
        phones = {one: await site.phone(one, RINGS) for one in ("4000", "4001")}
        phone = phones.pop(rings)
        provider.invite(site, PREMIUM, extra=extra, uri=f"sip:{called}@127.0.0.1")
        await until(lambda: phone.calls and site.live())  # the site hears later that it rings
        assert [one.terminal for one in site.live()] == [rings]
        assert not any(other.invites for other in phones.values())
        assert phone.last_invite is not None
        for name in ("Alert-Info", "Call-Info", "Route", "Replaces", "Diversion"):
            assert name not in phone.last_invite.headers
        assert not provider.asked("INVITE")


@pytest.mark.parametrize(("terminal", "goes_out"), [("4000", True), ("", False), ("somebody", False)])
async def test_nobody_but_a_terminal_of_the_site_has_a_trunk_call_out(terminal: str, goes_out: bool) -> None:
    """A call that came in has no terminal until one has forwarded it."""
    async with attacked() as (site, provider, _):
        assert isinstance(site.switch, EmbeddedSwitch)
        owner = Mock(spec=LegOwner)
        attempt = site.switch.trunks.call(ALLOWED, terminal, Party("", "4000"), owner, SDP.encode())
        assert (attempt is not None) is goes_out
        site.switch.send_now()
        if goes_out:
            await provider.next("INVITE")


async def test_a_held_call_has_no_music_called_by_a_trunk() -> None:
    async with attacked(music_on_hold=PREMIUM) as (site, provider, _):
        await site.phone("4000")
        await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.HOLD in site.features(call_id))
        await site.perform(Hold(call_id, "4000"))
        await site.perform(Consult(call_id, "4000", ALLOWED))
        await until(lambda: provider.asked("INVITE"))
        assert [one.target.user for one in provider.asked("INVITE")] == ["+498912345678"]
