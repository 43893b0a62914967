"""Calls that go out by a trunk, to a provider that is a second embedded switch or a script."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from offhook.address import AddressRules
from offhook.call import CallState, Cause, Feature, Forward, Forwarding, ForwardWhen, Transfer
from offhook.config import GroupSettings
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, CallRejected, Stage
from offhook.errors import CallError, Refusal
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk import limits
from tests.switch.site import ANSWERS, NAMES, RINGS, Site, ask, joined, rejects
from tests.switch.trunksite import (
    BERLIN,
    FRIEND,
    KIMS,
    OTHER,
    OWN,
    PHONES,
    Provider,
    a_provider,
    a_site_with,
    a_trunk,
    scripted,
)
from tests.waiting import until

DIALLED = "08912345678"
"""The friend, as it is dialled in Berlin."""


def trunks(site: Site) -> Any:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch.trunks


async def close(site: Site, *providers: Provider) -> None:
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle
    for provider in providers:
        await provider.close()
        assert provider.switch.idle


def inside(site: Site, method: str, extra: str = "") -> str:
    """A request inside of the call by the trunk, as somebody writes it who heard the call."""
    (leg,) = [one for one in trunks(site)._host.legs.values() if not one.terminal]
    dialog = leg.dialog
    return (
        f"{method} sip:{OWN}@x SIP/2.0\r\nVia: SIP/2.0/UDP {{me}};branch=z9hG4bK{method};rport\r\n"
        f"From: <sip:x@x>;tag={dialog.remote_tag}\r\nTo: <sip:y@y>;tag={dialog.local_tag}\r\n"
        f"Call-ID: {dialog.call_id}\r\nCSeq: 999 {method}\r\nContact: <sip:x@{{me}}>\r\n"
        f"{extra}Content-Length: 0\r\n\r\n"
    )


# Out


async def test_a_click_on_an_outside_number_reaches_it_by_the_trunk() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    own, friend = await site.phone("4000"), await provider.phone(FRIEND, ANSWERS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    await joined(own, friend)
    await joined(friend, own)
    (theirs,) = friend.calls
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    await until(lambda: theirs.stage is Stage.ENDED)
    await close(site, provider)


async def test_what_is_dialled_by_hand_goes_out_and_the_other_end_may_hang_up() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    own, friend = await site.phone("4000"), await provider.phone(FRIEND, ANSWERS)
    call = await own.call("+49 89 12345678".replace(" ", "-"))
    await until(lambda: call.stage is Stage.UP)
    friend.calls[0].hang_up()
    await until(lambda: call.stage is Stage.ENDED)
    await site.empty()
    await close(site, provider)


@pytest.mark.parametrize(
    ("status", "cause"), [(486, Cause.BUSY), (404, Cause.UNREACHABLE), (603, Cause.REJECTED)]
)
async def test_why_nobody_outside_takes_the_call_is_told(status: int, cause: Cause) -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    await site.phone("4000")
    await provider.phone(FRIEND, rejects(status))
    assert await site.cause(site.dial("4000", DIALLED)) is cause
    await close(site, provider)


async def test_a_number_that_the_provider_does_not_know_is_unreachable_and_the_phone_hears_404() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    own = await site.phone("4000")
    with pytest.raises(CallRejected) as caught:
        await own.call("03012345678")
    assert caught.value.status == 404
    await close(site, provider)


async def test_the_networks_own_cause_counts_more_than_a_vague_status() -> None:
    why = (503, 'Reason: Q.850;cause=17;text="User busy"\r\n')
    async with scripted(INVITE=[(100, ""), why]) as provider:
        provider.answers["INVITE"] = why
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        await close(site)


async def test_early_media_of_the_network_is_heard_while_it_rings() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    own = await site.phone("4000")
    friend = await provider.phone(FRIEND, Behaviour(answer_after=None, auto_answer=False, early_media=True))
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.RING_BACK)
    await joined(own, friend)
    site.drop(call_id)
    await site.empty()
    await close(site, provider)


async def test_who_gives_up_while_it_rings_takes_the_call_back_at_the_provider() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    await site.phone("4000")
    friend = await provider.phone(FRIEND, RINGS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.RING_BACK)
    site.drop(call_id)
    await until(lambda: friend.cancels == 1)
    await close(site, provider)


# Numbers


@pytest.mark.parametrize(
    ("fmt", "dialled", "sent"),
    [
        ("e164", "08912345678", "+498912345678"),
        ("e164", "+44 20 7946 0018", "+442079460018"),
        ("digits", "08912345678", "498912345678"),
        ("national", "+498912345678", "08912345678"),
        ("national", "+442079460018", "00442079460018"),
        ("e164", "116117", "116117"),
        ("e164", "112", "112"),
        ("digits", "110", "110"),
    ],
)
async def test_the_number_goes_out_as_the_provider_writes_numbers(fmt: Any, dialled: str, sent: str) -> None:
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(a_trunk(provider.address, number_format=fmt))
        await site.phone("4000")
        site.dial("4000", dialled.replace(" ", ""))
        invite = await provider.next("INVITE")
        assert invite.target.user == sent
        await site.empty()
        await close(site)


async def test_behind_an_outside_prefix_a_number_goes_out_without_it() -> None:
    rules = AddressRules(country="KR", outside_prefix="9", extension_lengths=(4,))
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(a_trunk(provider.address), rules=rules)
        await site.phone("4000")
        for count, (dialled, sent) in enumerate(
            [("9025683848", "+8225683848"), ("9119", "119"), ("119", "119")], 1
        ):
            site.dial("4000", dialled)
            assert (await provider.next("INVITE", count)).target.user == sent
            await site.empty()
        await close(site)


@pytest.mark.parametrize("number", ["*21*0891234567#", "4999", "sip", "0891234567%40evil", "089;x=1"])
async def test_what_is_no_number_outside_never_goes_out(number: str) -> None:
    async with scripted(INVITE=200) as provider:
        site = await a_site_with(a_trunk(provider.address))
        own = await site.phone("4000")
        with pytest.raises(CallRejected) as caught:
            await own.call(number)
        assert caught.value.status in (400, 404, 484)
        assert await site.cause(site.dial("4000", number)) is Cause.UNREACHABLE
        assert not provider.asked("INVITE")
        await close(site)


# Who calls


async def test_the_phones_own_number_is_shown_and_that_of_the_account_for_a_phone_without() -> None:
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(a_trunk(provider.address, from_account=False))
        for count, (terminal, number) in enumerate([("4000", KIMS), ("4001", OWN)], 1):
            await site.phone(terminal)
            site.dial(terminal, DIALLED)
            invite = await provider.next("INVITE", count)
            assert invite.from_.uri.user == number
            assert f"sip:{number}@" in (invite.headers.get("P-Asserted-Identity") or "")
            assert "Privacy" not in invite.headers
            await site.empty()
        await close(site)


async def test_a_phone_without_a_number_of_its_own_shows_that_of_its_first_group_which_the_account_has() -> (
    None
):
    groups = [
        GroupSettings("elsewhere", ("4001",), number="+493015555"),
        GroupSettings("sales", ("4000", "4001"), number="+4930900150"),
        GroupSettings("everybody", ("*",), number="+4930900160"),
    ]
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(a_trunk(provider.address, from_account=False), groups=groups)
        shown = [("4000", KIMS), ("4001", "+4930900150"), ("4002", "+4930900160")]
        for count, (terminal, number) in enumerate(shown, 1):
            await site.phone(terminal)
            site.dial(terminal, DIALLED)
            invite = await provider.next("INVITE", count)
            assert invite.from_.uri.user == number
            await site.empty()
        await close(site)


async def test_a_number_that_is_not_the_accounts_is_never_shown() -> None:
    forged = replace(PHONES[0], number="+493015555")
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(
            a_trunk(provider.address, from_account=False), terminals=[forged, *PHONES[1:]]
        )
        await site.phone("4000")
        site.dial("4000", DIALLED)
        invite = await provider.next("INVITE")
        assert "15555" not in f"{invite.headers.get('From')} {invite.headers.get('P-Asserted-Identity')}"
        assert invite.from_.uri.user == OWN
        await site.empty()
        await close(site)


async def test_a_number_that_is_to_be_hidden_is_told_to_the_provider_alone() -> None:
    hiding = replace(PHONES[0], hide_number=True)
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(a_trunk(provider.address), terminals=[hiding, *PHONES[1:]])
        await site.phone("4000")
        site.dial("4000", DIALLED)
        invite = await provider.next("INVITE")
        assert invite.from_.uri.host == "anonymous.invalid"
        assert invite.headers.get("Privacy") == "id"
        assert f"sip:{KIMS}@" in (invite.headers.get("P-Asserted-Identity") or "")
        await site.empty()
        await close(site)


async def test_where_the_provider_wants_the_account_in_from_the_number_stands_beside_it() -> None:
    async with scripted(INVITE=404) as provider:
        site = await a_site_with(a_trunk(provider.address, identity="preferred", number_format="digits"))
        await site.phone("4000")
        site.dial("4000", DIALLED)
        invite = await provider.next("INVITE")
        assert invite.from_.uri.user == "4930900"
        assert f"sip:{KIMS[1:]}@" in (invite.headers.get("P-Preferred-Identity") or "")
        assert "P-Asserted-Identity" not in invite.headers
        await site.empty()
        await close(site)


# Emergency numbers


async def test_a_call_for_help_goes_out_though_every_limit_is_reached_and_the_provider_seems_away() -> None:
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address, max_calls_an_hour=1))
        own = await site.phone("4000")
        await site.cause(site.dial("4000", DIALLED))
        (trunk,) = trunks(site).all
        for server in trunk.servers.all:
            server.up = False
        with pytest.raises(CallRejected) as caught:
            await own.call("112")
        assert caught.value.status == 486
        assert provider.asked("INVITE")[-1].target.user == "112"
        await close(site)


async def test_while_it_is_drained_only_calls_for_help_begin() -> None:
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address))
        own = await site.phone("4000")
        site.switch.drain()
        for number, status in ((DIALLED, 503), ("4001", 503), ("112", 486)):
            with pytest.raises(CallRejected) as caught:
                await own.call(number)
            assert caught.value.status == status
        await close(site)


@pytest.mark.parametrize("by_hand", [True, False], ids=["by hand", "by a program"])
async def test_a_call_for_help_rings_until_the_caller_gives_up(by_hand: bool) -> None:
    provider = await a_provider("112")
    site = await a_site_with(a_trunk(provider.address), no_answer_s=0.3)
    own, friend = await site.phone("4000"), await provider.phone("112", RINGS)
    calling = asyncio.create_task(own.call("112")) if by_hand else None
    if not by_hand:
        site.dial("4000", "112")
    await until(lambda: friend.calls)
    await asyncio.sleep(0.6)
    (theirs,) = friend.calls
    theirs.answer()
    await until(lambda: own.calls[0].stage is theirs.stage is Stage.UP)
    if calling is not None:
        await calling
    site.drop(site.live("4000")[0].id)
    await until(lambda: theirs.stage is Stage.ENDED)
    await close(site, provider)


async def test_a_call_for_help_goes_by_any_trunk_also_by_one_for_other_numbers() -> None:
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address, prefixes=("+1",)))
        own = await site.phone("4000")
        with pytest.raises(CallRejected) as caught:
            await own.call("110")
        assert caught.value.status == 486
        await close(site)


async def test_a_number_for_help_may_be_called_though_nothing_else_may() -> None:
    from offhook.manager.dialrules import DialRule, DialRules
    from offhook.manager.principal import LOCAL

    rules = DialRules([DialRule(deny=("",))], for_help=lambda number: number == "112")
    assert rules.allow(LOCAL, "4099", "112")
    assert not rules.allow(LOCAL, "4099", "1123")
    assert not rules.allow(LOCAL, "4099", DIALLED)


async def test_a_rule_may_name_numbers_with_their_country_where_there_are_trunks() -> None:
    from offhook.address import outside
    from offhook.manager.dialrules import DialRule, DialRules
    from offhook.manager.principal import LOCAL

    def canonical(number: str) -> str:
        found = outside(number, BERLIN)
        return "" if found is None else found.canonical

    rules = DialRules([DialRule(deny=("+4989",))], canonical=canonical)
    for spelling in (DIALLED, "+498912345678", "00498912345678", "089-123 456 78"):
        assert not rules.allow(LOCAL, "4000", spelling)
    assert rules.allow(LOCAL, "4000", "030123456")


# Several trunks and servers


async def test_of_several_trunks_the_one_with_the_longest_prefix_is_taken_then_those_without() -> None:
    async with scripted(INVITE=404) as munich, scripted(INVITE=404) as germany, scripted(INVITE=404) as any_:
        site = await a_site_with(
            a_trunk(any_.address, name="any"),
            a_trunk(germany.address, name="germany", prefixes=("+49",)),
            a_trunk(munich.address, name="munich", prefixes=("+4989", "+4988")),
        )
        await site.phone("4000")
        for number, provider in ((DIALLED, munich), ("03012345678", germany), ("+442079460018", any_)):
            await site.cause(site.dial("4000", number))
            assert len(provider.asked("INVITE")) == 1
        assert len(munich.asked("INVITE") + germany.asked("INVITE") + any_.asked("INVITE")) == 3
        await close(site)


async def test_a_number_that_no_trunk_is_for_is_refused_with_the_reason() -> None:
    async with scripted(INVITE=200) as provider:
        site = await a_site_with(a_trunk(provider.address, prefixes=("+1",)))
        await site.phone("4000")
        with pytest.raises(CallError) as caught:
            site.dial("4000", DIALLED)
        assert caught.value.refusal is Refusal.INVALID_ADDRESS
        assert "prefixes" in str(caught.value)
        await close(site)


@pytest.mark.parametrize("status", [402, 403, 500, 503, 504])
async def test_a_call_that_a_provider_cannot_make_goes_by_the_next_trunk(status: int) -> None:
    async with scripted(INVITE=status) as first, scripted(INVITE=486) as second:
        site = await a_site_with(a_trunk(first.address, name="first"), a_trunk(second.address, name="second"))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        assert (len(first.asked("INVITE")), len(second.asked("INVITE"))) == (1, 1)
        await close(site)


async def test_a_wrong_number_is_not_tried_anywhere_else() -> None:
    async with scripted(INVITE=404) as first, scripted(INVITE=486) as second:
        site = await a_site_with(a_trunk(first.address, name="first"), a_trunk(second.address, name="second"))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.UNREACHABLE
        assert not second.asked("INVITE")
        await close(site)


async def test_a_silent_provider_is_passed_by_and_comes_back_when_it_is_well() -> None:
    async with scripted() as first, scripted(INVITE=486) as second:
        trunk = replace(a_trunk(first.address, name="first"), silent_s=0.2, probe_s=0.2)
        site = await a_site_with(trunk, a_trunk(second.address, name="second"))
        await site.phone("4000")
        first.answers |= {"INVITE": None, "OPTIONS": None}
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        assert first.asked("INVITE")
        await until(lambda: not trunks(site).all[0].usable)
        before = len(first.asked("INVITE"))
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        assert len(first.asked("INVITE")) == before
        first.answers |= {"INVITE": 404, "OPTIONS": 200}
        await until(lambda: trunks(site).all[0].usable)
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.UNREACHABLE
        await close(site)


async def test_where_every_provider_is_away_a_click_is_refused_with_the_reason() -> None:
    async with scripted(OPTIONS=None, REGISTER=None) as provider:
        trunk = replace(a_trunk(provider.address), silent_s=0.1)
        site = await a_site_with(trunk, wait=False)
        own = await site.phone("4000")
        await until(lambda: "does not answer" in trunks(site).all[0].problem)
        with pytest.raises(CallError) as caught:
            site.dial("4000", DIALLED)
        assert caught.value.refusal is Refusal.UNAVAILABLE
        assert "provider does not answer" in str(caught.value)
        with pytest.raises(CallRejected) as rejected:
            await own.call(DIALLED)
        assert rejected.value.status == 480
        await close(site)


@pytest.mark.parametrize("status", [300, 302, 305])
@pytest.mark.parametrize("leads", ["to the provider", "elsewhere"])
async def test_a_redirection_of_the_provider_is_never_followed(leads: str, status: int) -> None:
    async with scripted() as provider, scripted(INVITE=486) as elsewhere:
        host, port = (provider if leads == "to the provider" else elsewhere).address
        provider.answers["INVITE"] = [(status, f"Contact: <sip:+4990012345@{host}:{port}>\r\n"), 486]
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        assert await site.cause(site.dial("4000", DIALLED)) is Cause.REJECTED
        assert len(provider.asked("INVITE")) == 1
        assert not elsewhere.requests
        await close(site)


# Limits


async def test_no_more_calls_go_out_at_a_time_than_are_allowed() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address, max_calls=1))
    await site.phone("4000")
    await site.phone("4001")
    await provider.phone(FRIEND, ANSWERS)
    first = site.dial("4000", DIALLED)
    await site.until(first, CallState.CONNECTED)
    with pytest.raises(CallError) as caught:
        site.dial("4001", OTHER)
    assert caught.value.refusal is Refusal.OVERLOADED
    assert "max_calls" in str(caught.value)
    site.drop(first)
    await site.empty()
    await site.until(site.dial("4001", DIALLED), CallState.CONNECTED)
    await close(site, provider)


async def test_no_more_calls_go_out_in_an_hour_than_are_allowed(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address, max_calls_an_hour=2))
        await site.phone("4000")
        for _ in range(2):
            assert await site.cause(site.dial("4000", DIALLED)) is Cause.BUSY
        for _ in range(2):
            with pytest.raises(CallError):
                site.dial("4000", DIALLED)
        assert caplog.text.count("max_calls_an_hour") == 1
        await close(site)


# The provider's side of a call


async def test_both_sides_may_hold_a_call_outside() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    own, friend = await site.phone("4000"), await provider.phone(FRIEND, ANSWERS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    await joined(friend, own)
    await friend.calls[0].hold()
    await until(lambda: site.now(call_id).held_by_other)
    await friend.calls[0].resume()
    await until(lambda: not site.now(call_id).held_by_other)
    await own.calls[0].hold()
    await until(lambda: site.now(call_id).held)
    await close(site, provider)


async def test_a_call_outside_is_handed_to_a_colleague_and_to_somebody_else_outside() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    await site.phone("4000")
    colleague = await site.phone("4001", ANSWERS)
    friend, other = await provider.phone(FRIEND, ANSWERS), await provider.phone(OTHER, ANSWERS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    await site.perform(Transfer(call_id, "4000", "4001"))
    await joined(friend, colleague)
    (theirs,) = site.live("4001")
    await until(lambda: Feature.TRANSFER in site.features(theirs.id))
    await site.perform(Transfer(theirs.id, "4001", "08912345679"))
    await joined(friend, other)
    await until(lambda: not site.live())
    (last,) = other.calls
    friend.calls[0].hang_up()
    await until(lambda: last.stage is Stage.ENDED)
    await close(site, provider)


async def test_a_phone_is_forwarded_to_a_number_outside_on_behalf_of_its_user() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    asked: list[tuple[str, str]] = []
    site.switch.ask_first(lambda *what: asked.append(what) is None)  # type: ignore[func-returns-value]
    own = await site.phone("4001")
    friend = await provider.phone(FRIEND, ANSWERS)
    await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, DIALLED),)))
    call_id = site.dial("4001", "4000")
    await site.until(call_id, CallState.CONNECTED)
    await joined(own, friend)
    assert ("4000", DIALLED) in asked
    await close(site, provider)


async def test_a_forwarding_that_its_user_may_not_dial_does_not_go_out() -> None:
    async with scripted(INVITE=200) as provider:
        site = await a_site_with(a_trunk(provider.address))
        site.switch.ask_first(lambda _terminal, number: number != DIALLED)
        await site.phone("4001")
        await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, DIALLED),)))
        assert await site.cause(site.dial("4001", "4000")) is Cause.UNREACHABLE
        assert not provider.asked("INVITE")
        await close(site)


async def test_a_phone_that_may_not_dial_a_number_hears_403_and_nothing_goes_out() -> None:
    async with scripted(INVITE=200) as provider:
        site = await a_site_with(a_trunk(provider.address))
        site.switch.ask_first(lambda _terminal, _number: False)
        own = await site.phone("4000")
        with pytest.raises(CallRejected) as caught:
            await own.call(DIALLED)
        assert caught.value.status == 403
        assert not provider.asked("INVITE")
        await close(site)


async def test_a_provider_that_transfers_the_call_is_refused() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    await site.phone("4000")
    friend = await provider.phone(FRIEND, ANSWERS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    assert isinstance(site.switch, EmbeddedSwitch)
    async with scripted() as there:  # at the provider's own address
        there.send(inside(site, "REFER", "Refer-To: <sip:+4990012345@x>\r\n"), site.switch.address())
        await until(lambda: there.responses)
        assert there.responses[0].status == 603
    assert friend.calls[0].stage is Stage.UP
    await close(site, provider)


async def test_who_heard_a_call_by_a_trunk_does_not_end_it_from_elsewhere() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    await site.phone("4000")
    friend = await provider.phone(FRIEND, ANSWERS)
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    assert isinstance(site.switch, EmbeddedSwitch)
    async with scripted("127.0.0.3") as stranger:
        stranger.send(inside(site, "BYE"), site.switch.address())
        await until(lambda: stranger.responses)
        assert stranger.responses[0].status == 403
    assert site.now(call_id).state is CallState.CONNECTED
    assert friend.calls[0].stage is Stage.UP
    await close(site, provider)


async def test_no_more_minutes_go_out_in_a_day_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "METER_S", 0.05)
    provider = await a_provider()
    monkeypatch.setattr(limits, "MINUTE_S", 0.1)
    site = await a_site_with(a_trunk(provider.address, max_minutes_a_day=1))
    await site.phone("4000")
    await provider.phone(FRIEND, ANSWERS)
    (trunk,) = trunks(site).all
    call_id = site.dial("4000", DIALLED)
    await site.until(call_id, CallState.CONNECTED)
    await until(lambda: trunk.limits.refusal())
    with pytest.raises(CallError) as caught:
        site.dial("4001", DIALLED)
    assert "max_minutes_a_day" in str(caught.value)
    site.drop(call_id)
    tomorrow = date.today() + timedelta(days=1)
    trunk.limits._today = lambda: tomorrow
    assert not trunk.limits.refusal()
    await close(site, provider)


async def test_a_phone_does_not_hand_a_call_to_a_denied_number_outside() -> None:
    async with scripted(INVITE=200) as provider:
        site = await a_site_with(a_trunk(provider.address))
        site.switch.ask_first(lambda _terminal, number: number in NAMES)
        await site.phone("4000")
        phone = await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        response = await ask(phone, "REFER", Refer_To=f"<sip:{DIALLED}@127.0.0.1>")
        assert response.status == 403
        assert not provider.asked("INVITE")
        await close(site)


async def test_a_phone_that_forwards_by_itself_sends_no_call_out() -> None:
    async with scripted(INVITE=200) as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000")
        await site.phone("4001", replace(rejects(302), forward_to=f"<sip:{DIALLED}@127.0.0.1>"))
        assert await site.cause(site.dial()) is Cause.REJECTED
        assert not provider.asked("INVITE")
        await close(site)


def test_what_is_said_to_be_a_range_is_one() -> None:
    assert outside_range("+4930900100-+4930900199") == ("+4930900100", "+4930900199")
    for wrong in ("4930", "+49309-+4930", "+4930900199-+4930900100", "+4930900000-+4930999999"):
        with pytest.raises(ValueError):
            outside_range(wrong)
