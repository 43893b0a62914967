"""Calls that come in by a trunk: which phones ring, who is shown, and what a caller outside may not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from offhook.call import (
    Answer,
    CallState,
    Cause,
    Direction,
    Forward,
    Forwarding,
    ForwardWhen,
    Pickup,
    Privacy,
    Reject,
)
from offhook.config import IncomingSettings, TerminalSettings
from offhook.config.sections.incoming import days_off, hours
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Stage
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.trunk.incoming import IncomingRules, Plan
from tests.switch.site import ANSWERS, RINGS, Site, joined, rejects
from tests.switch.trunksite import (
    ACCOUNT,
    FRIEND,
    KIMS,
    OTHER,
    OWN,
    PHONES,
    a_provider,
    a_site_with,
    a_trunk,
    scripted,
)
from tests.waiting import until

ELSEWHERE = "+4940123456"
"""The number of an account at another provider."""


def rings(*phones: str, **more: Any) -> IncomingSettings:
    return IncomingSettings(numbers=(outside_range(OWN),), ring=phones, **more)


async def close(site: Site) -> None:
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


# A number rings a phone


async def test_a_call_from_outside_rings_the_phone_whose_number_it_is_and_both_talk() -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address, number=KIMS, numbers=()))
    friend, own = await provider.phone(FRIEND), await site.phone("4000", ANSWERS)
    call = await friend.call(ACCOUNT)
    await until(lambda: call.stage is Stage.UP)
    await joined(own, friend)
    await joined(friend, own)
    (told,) = site.live("4000")
    assert (told.direction, told.state, told.external) == (Direction.INBOUND, CallState.CONNECTED, True)
    assert (told.caller.id, told.callee.id) == (FRIEND, "4000")
    friend.hang_up(call)
    await site.empty()
    await close(site)
    await provider.close()


async def test_the_user_may_end_the_call_and_hold_and_hand_it_on() -> None:
    from offhook.call import Drop, Feature, Hold, Retrieve, Transfer

    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address, number=KIMS, numbers=()))
    friend = await provider.phone(FRIEND)
    await site.phone("4000", ANSWERS)
    colleague = await site.phone("4001", ANSWERS)
    call = await friend.call(ACCOUNT)
    await until(lambda: site.live("4000") and site.live("4000")[0].state is CallState.CONNECTED)
    (own,) = site.live("4000")
    await until(lambda: Feature.HOLD in site.features(own.id))
    await site.perform(Hold(own.id, "4000"))
    await site.perform(Retrieve(own.id, "4000"))
    await until(lambda: Feature.TRANSFER in site.features(own.id))
    await site.perform(Transfer(own.id, "4000", "4001"))
    await joined(friend, colleague)
    (theirs,) = site.live("4001")
    await site.perform(Drop(theirs.id))
    await until(lambda: call.stage is Stage.ENDED)
    await close(site)
    await provider.close()


async def test_a_caller_who_gives_up_is_a_missed_call() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS)
        await until(lambda: [one.status for one in provider.responses if one.status == 180])
        provider.again("CANCEL", next(one for one in provider.responses if one.status == 180))
        assert (await provider.answered()).status == 487
        await site.empty()
        assert site.calls_of("4000")[0].cause is Cause.CANCELLED
        await until(lambda: phone.cancels == 1)
        await close(site)


@pytest.mark.parametrize(("status", "heard"), [(486, 486), (603, 603), (480, 480), (500, 480), (404, 480)])
async def test_what_the_phone_says_is_what_the_caller_hears_if_it_is_of_a_person(
    status: int, heard: int
) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", rejects(status))
        provider.invite(site, KIMS)
        assert (await provider.answered()).status == heard
        await close(site)


async def test_a_phone_that_is_not_there_and_a_number_of_nobody_are_refused_with_the_right_status() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        for call_id, number, status in (("a", KIMS, 480), ("b", OWN, 404), ("c", "+4930900999", 404)):
            provider.invite(site, number, call_id=call_id)
            assert (await provider.answered(call_id)).status == status
        await close(site)


async def test_a_program_answers_a_call_from_outside_and_a_colleague_picks_one_up() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", Behaviour(answer_after=None, auto_answer=True, talk=True))
        await site.phone("4001")
        provider.invite(site, KIMS, call_id="a")
        await until(lambda: site.live("4000"))
        await site.perform(Answer(site.live("4000")[0].id, "4000"))
        assert (await provider.answered("a")).status == 200
        site.drop(site.live("4000")[0].id)
        await site.empty()
        provider.invite(site, KIMS, call_id="b")
        await until(lambda: site.live("4000"))
        await site.perform(Pickup("4001", site.live("4000")[0].id))
        assert (await provider.answered("b")).status == 200
        assert site.live("4001")[0].caller.id == FRIEND or site.live("4001")[0].callee.id == FRIEND
        await close(site)


# Who calls


@pytest.mark.parametrize(
    ("extra", "number", "privacy"),
    [
        ("", FRIEND, Privacy.NONE),
        ("P-Asserted-Identity: <sip:+498999999999@x>\r\n", "+498999999999", Privacy.NONE),
        ("Privacy: id\r\nP-Asserted-Identity: <sip:+498999999999@x>\r\n", "", Privacy.WITHHELD),
        ('From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=x\r\n', "", Privacy.WITHHELD),
        ("From: <sip:4001@x>;tag=x\r\n", "", Privacy.UNAVAILABLE),
        ('From: "Lee" <sip:0891234567890123456789@x>;tag=x\r\n', "", Privacy.UNAVAILABLE),
    ],
)
async def test_who_calls_is_what_the_provider_asserts_and_never_looks_like_a_colleague(
    extra: str, number: str, privacy: Privacy
) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra=extra)
        await until(lambda: site.live("4000") and phone.last_invite)
        assert (site.live("4000")[0].caller.id, site.live("4000")[0].caller.privacy) == (number, privacy)
        assert phone.last_invite is not None
        assert phone.last_invite.from_.uri.user == (number or "anonymous")
        await close(site)


async def test_a_caller_outside_who_shows_the_number_of_a_phone_is_nobody() -> None:
    """Of a site whose phones are called by their whole numbers."""
    colleague = TerminalSettings(OTHER, "Lee", "secret-lee")
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address), terminals=[*PHONES, colleague])
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, OTHER)
        await until(lambda: site.live("4000") and phone.last_invite)
        caller = site.live("4000")[0].caller
        assert (caller.id, caller.name, caller.privacy) == ("", "", Privacy.UNAVAILABLE)
        await close(site)


@pytest.mark.parametrize("believed", [False, True])
@pytest.mark.parametrize("header", ["From: <sip:{}@x>;tag=x\r\n", "P-Asserted-Identity: <sip:{}@x>\r\n"])
@pytest.mark.parametrize("number", [KIMS, "0049 30 900101", "030900199", ELSEWHERE])
async def test_a_caller_outside_who_shows_a_number_of_the_site_is_nobody_unless_that_is_believed(
    number: str, header: str, believed: bool
) -> None:
    """Whoever is at one of its phones does not come from outside; the directory would show a colleague."""
    async with scripted() as provider, scripted() as other:
        one = a_trunk(provider.address, show_own_callers=believed)
        second = replace(a_trunk(other.address), name="second", numbers=(outside_range(ELSEWHERE),))
        site = await a_site_with(one, second)
        assert isinstance(site.switch, EmbeddedSwitch)
        site.switch.know_names(lambda number: "Kim, chief")
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra=header.format(number.replace(" ", "")))
        await until(lambda: site.live("4000") and phone.last_invite)
        caller = site.live("4000")[0].caller
        if believed:
            assert (caller.name, caller.privacy, caller.id[:3]) == ("Kim, chief", Privacy.NONE, "+49")
        else:
            assert (caller.id, caller.name, caller.privacy) == ("", "", Privacy.UNAVAILABLE)
        assert phone.last_invite is not None
        assert ("chief" in str(phone.last_invite.from_)) == believed
        await close(site)


async def test_a_providers_own_way_to_write_numbers_is_read() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address, number_format="digits"))
        await site.phone("4000", RINGS)
        provider.invite(site, KIMS[1:], FRIEND[1:])
        await until(lambda: site.live("4000"))
        assert site.live("4000")[0].caller.id == FRIEND
        await close(site)


async def test_a_call_to_the_registered_contact_rings_by_its_to() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", RINGS)
        provider.invite(site, ACCOUNT, extra=f"P-Called-Party-ID: <sip:{KIMS}@x>\r\n")
        await until(lambda: site.live("4000"))
        await close(site)


@pytest.mark.parametrize(
    ("known", "shown"), [("Kim's friend", "Kim's friend"), ("", "Provider's word"), ("A\r\nX: y", "A  X: y")]
)
async def test_a_phone_shows_the_directorys_name_else_the_providers(known: str, shown: str) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        site.switch.know_names(lambda number: known if number == FRIEND else "")
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra=f'From: "Provider\'s word" <sip:{FRIEND}@x>;tag=x\r\n')
        await until(lambda: phone.last_invite is not None)
        assert phone.last_invite is not None
        assert phone.last_invite.from_.display == shown
        assert phone.last_invite.from_.uri.user == FRIEND
        await close(site)


async def test_who_hides_the_number_has_no_name() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        site.switch.know_names(lambda _number: "Somebody")
        phone = await site.phone("4000", RINGS)
        provider.invite(site, KIMS, extra="Privacy: id\r\n")
        await until(lambda: phone.last_invite is not None)
        assert phone.last_invite is not None
        assert "Somebody" not in str(phone.last_invite.from_)
        await close(site)


# Groups


async def test_several_phones_ring_at_once_and_the_first_that_is_lifted_has_the_call() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address), incoming=[rings("4000", "4001", "4002")])
        first, second = await site.phone("4000", RINGS), await site.phone("4001", RINGS)
        provider.invite(site, OWN)
        await until(lambda: first.calls and second.calls)
        await until(lambda: len(site.live()) == 2)
        second.answer(second.calls[0])
        assert (await provider.answered()).status == 200
        await until(lambda: first.cancels == 1)
        assert [one.terminal for one in site.live()] == ["4001"]
        assert site.calls_of("4000")[0].cause is Cause.ELSEWHERE
        await close(site)


async def test_who_rejects_a_call_to_a_group_lets_it_ring_at_the_others() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address), incoming=[rings("4000", "4001")])
        await site.phone("4000", RINGS)
        second = await site.phone("4001", RINGS)
        provider.invite(site, OWN)
        await until(lambda: len(site.live()) == 2)
        await site.perform(Reject(site.live("4000")[0].id, "4000"))
        assert [one.terminal for one in site.live()] == ["4001"]
        second.answer(second.calls[0])
        assert (await provider.answered()).status == 200
        await close(site)


async def test_where_all_of_a_group_are_busy_the_caller_hears_busy() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address), incoming=[rings("4000", "4001", "4002")])
        await site.phone("4000", rejects(486))
        await site.phone("4001", rejects(486))
        provider.invite(site, OWN)
        assert (await provider.answered()).status == 486
        await close(site)


async def test_phones_ring_one_after_the_other_and_in_the_end_the_one_for_otherwise() -> None:
    async with scripted() as provider:
        entry = rings("4000", "4001", order="in_order", ring_s=0.3, otherwise="4003")
        site = await a_site_with(a_trunk(provider.address), incoming=[entry])
        await site.phone("4000", rejects(486))
        second, last = await site.phone("4001", RINGS), await site.phone("4003", ANSWERS)
        provider.invite(site, OWN)
        assert (await provider.answered()).status == 200
        await until(lambda: second.cancels == 1)
        assert [one.terminal for one in site.live()] == ["4003"]
        assert last.invites == 1
        assert site.calls_of("4001")[0].cause is Cause.NO_ANSWER
        await close(site)


async def test_a_switch_that_stops_rings_nobody_else() -> None:
    async with scripted() as provider:
        site = await a_site_with(
            a_trunk(provider.address), incoming=[rings("4000", "4001", order="in_order")]
        )
        await site.phone("4000", RINGS)
        second = await site.phone("4001", RINGS)
        provider.invite(site, OWN)
        await until(lambda: site.live("4000"))
        await site.switch.stop()
        assert (await provider.answered()).status == 480
        assert second.invites == 0
        await site.hang_up()


# When, by rules alone


def plan(*entries: IncomingSettings, at: str = "2026-11-25 10:00", number: str = OWN, **idle: float) -> Plan:
    terminals = {one.id: one for one in PHONES}
    now = datetime.fromisoformat(at)
    return IncomingRules(entries, terminals, lambda one: idle.get(f"t{one}", 0.0), lambda: now).plan(number)


DAY = {"hours": (hours("mon-fri 09:00-17:30"),), "closed": (days_off("2026-12-24/2027-01-01"),)}


@pytest.mark.parametrize(
    ("at", "rung"),
    [
        ("2026-11-25 09:00", True),
        ("2026-11-25 17:29", True),
        ("2026-11-25 17:30", False),
        ("2026-11-25 08:59", False),
        ("2026-11-28 10:00", False),
        ("2026-12-24 10:00", False),
        ("2027-01-01 10:00", False),
        ("2027-01-04 10:00", True),
    ],
)
def test_phones_ring_at_their_hours_and_not_on_days_off(at: str, rung: bool) -> None:
    found = plan(rings("4000", **DAY, otherwise="busy"), at=at)
    assert (found.steps, found.refusal) == ((("4000",),) if rung else (), 486)


@pytest.mark.parametrize(
    ("days", "at", "rung"),
    [
        ("12-25", "2026-12-25 10:00", False),
        ("12-25", "2029-12-25 10:00", False),
        ("12-25", "2026-12-24 10:00", True),
        ("05-01/05-03", "2028-05-03 10:00", False),
        ("05-01/05-03", "2028-05-04 10:00", True),
        ("12-24/01-01", "2027-01-01 10:00", False),
        ("12-24/01-01", "2027-12-31 10:00", False),
        ("12-24/01-01", "2027-06-01 10:00", True),
        ("12-24/01-01", "2027-01-02 10:00", True),
        ("02-29", "2028-02-29 10:00", False),
    ],
)
def test_a_day_without_a_year_is_off_in_every_year(days: str, at: str, rung: bool) -> None:
    found = plan(rings("4000", closed=(days_off(days),), otherwise="busy"), at=at)
    assert bool(found.steps) is rung


def test_days_off_are_written_as_they_were_read_and_what_are_none_is_refused() -> None:
    for text in ("2026-12-25", "2026-12-24/2027-01-01", "12-25", "12-24/01-01"):
        assert days_off(text).text == text
    wrongs = (
        "12-25/2026-12-26",
        "2026-12-25/12-26",
        "2026-12-25/2026-12-24",
        "13-01",
        "2026-02-29",
        "25.12.",
    )
    for wrong in (*wrongs, "20261225", "2026-W52-5", "12-25/", "/12-25", ""):
        with pytest.raises(ValueError):
            days_off(wrong)


def test_of_several_entries_for_a_number_the_first_that_is_open_counts() -> None:
    day, night = rings("4000", **DAY), rings("4003")
    assert plan(day, night).steps == (("4000",),)
    assert plan(day, night, at="2026-11-25 22:00").steps == (("4003",),)


def test_a_week_that_goes_over_sunday_and_a_wrong_time() -> None:
    assert hours("sat-mon 00:00-24:00").days == {5, 6, 0}
    for wrong in ("mon 9:00-10:00", "mon 10:00-09:00", "mon 10:00-24:30", "day 09:00-10:00", "mon-fri"):
        with pytest.raises(ValueError):
            hours(wrong)


def test_an_entry_for_the_number_comes_before_its_terminal_and_that_before_one_for_all() -> None:
    catch_all = IncomingSettings(ring=("4003",))
    assert plan(catch_all, number=KIMS).steps == (("4000",),)
    assert plan(catch_all).steps == (("4003",),)
    named = IncomingSettings(numbers=(outside_range(KIMS),), ring=("4002",))
    assert plan(catch_all, named, number=KIMS).steps == (("4002",),)
    assert plan(number="+4930900177") == Plan()


def test_the_longest_idle_phone_rings_first_and_one_that_has_a_call_last() -> None:
    entry = rings("4000", "4001", "4002", order="longest_idle")
    idle: Any = {"t4000": 50.0, "t4001": None, "t4002": 20.0}
    assert plan(entry, **idle).steps == (("4002",), ("4000",), ("4001",))


# What a caller outside may not do


@pytest.mark.parametrize("entries", [[], [IncomingSettings(ring=("4001",))]])
async def test_a_caller_outside_reaches_no_number_but_the_accounts(entries: list[IncomingSettings]) -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address), incoming=entries)
        await site.phone("4001", ANSWERS)
        numbers = ("+4990012345", "0090012345", "4001", "112", "*21*4001#", "%2B4990012345")
        for count, number in enumerate(numbers):
            provider.invite(site, number, call_id=f"to-{count}")
            assert (await provider.answered(f"to-{count}")).status == 404, number
        assert not provider.asked("INVITE")
        assert not site.seen
        await close(site)


async def test_a_forwarding_sends_a_call_from_outside_out_only_where_its_user_may_dial() -> None:
    async with scripted(INVITE=486) as provider:
        site = await a_site_with(a_trunk(provider.address))
        allowed = False
        site.switch.ask_first(lambda terminal, number: allowed and terminal == "4000")
        await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, "08912345679"),)))
        provider.invite(site, KIMS, call_id="a")
        assert (await provider.answered("a")).status == 480
        assert not provider.asked("INVITE")
        allowed = True
        provider.invite(site, KIMS, call_id="b")
        assert (await provider.answered("b")).status == 486
        (sent,) = provider.asked("INVITE")
        assert f"sip:{KIMS}@" in (sent.headers.get("P-Asserted-Identity") or "")  # who pays is shown
        await close(site)


async def test_who_is_not_the_provider_calls_nobody_whatever_he_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with scripted() as provider, scripted("127.0.0.3") as stranger:
        site = await a_site_with(a_trunk(provider.address))
        phone = await site.phone("4000", RINGS)
        for call_id, extra in (
            ("a", ""),
            ("b", f"From: <sip:{ACCOUNT}@127.0.0.1>;tag=x\r\n"),
            ("c", "From: <sip:4001@x>;tag=x\r\n"),
        ):
            stranger.invite(site, KIMS, extra=extra, call_id=call_id)
            assert (await stranger.answered(call_id)).status == 401
        assert phone.invites == 0
        assert not site.seen
        await close(site)


async def test_at_the_host_of_a_phone_only_the_providers_very_address_is_the_provider() -> None:
    async with scripted() as provider, scripted() as beside:
        site = await a_site_with(a_trunk(provider.address))
        await site.phone("4000", RINGS)
        beside.invite(site, KIMS)
        assert (await beside.answered()).status == 401
        await close(site)


async def test_a_provider_that_calls_from_other_addresses_is_known_by_them() -> None:
    from ipaddress import ip_network

    async with scripted() as provider, scripted("127.0.0.3") as other:
        trunk = a_trunk(provider.address, addresses=(ip_network("127.0.0.3/32"),))
        site = await a_site_with(trunk)
        await site.phone("4000", ANSWERS)
        other.invite(site, KIMS)
        assert (await other.answered()).status == 200
        await close(site)


async def test_a_provider_that_requires_what_we_lack_hears_so() -> None:
    async with scripted() as provider:
        site = await a_site_with(a_trunk(provider.address))
        provider.invite(site, KIMS, extra="Require: precondition\r\n")
        answer = await provider.answered()
        assert (answer.status, answer.headers.get("Unsupported")) == (420, "precondition")
        await close(site)


async def test_no_more_calls_come_in_at_a_time_than_are_bearable() -> None:
    async with scripted() as provider:
        site = await a_site_with(replace(a_trunk(provider.address), max_incoming=1))
        await site.phone("4000", RINGS)
        provider.invite(site, KIMS, call_id="a")
        await until(lambda: site.live("4000"))
        provider.invite(site, KIMS, call_id="b")
        assert (await provider.answered("b")).status == 503
        await close(site)


async def test_of_two_accounts_at_one_provider_the_called_one_takes_the_call() -> None:
    async with scripted() as provider:
        second = a_trunk(
            provider.address, name="second", user="other", numbers=(outside_range("+4940900100"),)
        )
        terminals = [*PHONES[:3], TerminalSettings("4003", "Choi", "secret-4003", number="+4940900100")]
        site = await a_site_with(a_trunk(provider.address), second, terminals=terminals)
        await site.phone("4003", ANSWERS)
        provider.invite(site, "+4940900100")
        assert (await provider.answered()).status == 200
        await close(site)


# Otherwise: a number outside

MOBILE = "+491701234567"


async def test_who_is_answered_by_nobody_is_sent_on_to_a_number_outside_as_by_a_forwarding() -> None:
    async with scripted(INVITE=486) as provider:
        entry = rings("4000", ring_s=0.2, otherwise=MOBILE, otherwise_by="4000")
        site = await a_site_with(a_trunk(provider.address, from_account=False), incoming=[entry])
        await site.phone("4000", RINGS)
        provider.invite(site, OWN)
        assert (await provider.answered()).status in (480, 486)
        (out,) = provider.asked("INVITE")
        assert (out.target.user, out.from_.uri.user) == (MOBILE, KIMS)
        await site.empty()
        await close(site)


async def test_both_outside_talk_past_the_site_and_either_ends_the_call() -> None:
    provider = await a_provider()
    entry = IncomingSettings(ring=("4000",), ring_s=0.2, otherwise=OTHER, otherwise_by="4000")
    site = await a_site_with(a_trunk(provider.address), incoming=[entry])
    friend, other = await provider.phone(FRIEND), await provider.phone(OTHER, ANSWERS)
    call = await friend.call(ACCOUNT)
    await until(lambda: call.stage is Stage.UP)
    await joined(friend, other)
    await joined(other, friend)
    friend.hang_up(call)
    await other.event("ended")
    await site.empty()
    await close(site)
    await provider.close()


async def test_outside_of_the_hours_the_number_outside_is_called_at_once() -> None:
    async with scripted(INVITE=183) as provider:
        entry = rings("4000", hours=(hours("mon 00:00-00:01"),), otherwise=MOBILE, otherwise_by="4001")
        site = await a_site_with(
            a_trunk(provider.address), incoming=[replace(entry, closed=(days_off("2000-01-01/2100-01-01"),))]
        )
        own = await site.phone("4000", RINGS)
        provider.invite(site, OWN)
        out = await provider.next("INVITE")
        assert (out.target.user, own.invites) == (MOBILE, 0)
        provider.respond(out, 486)
        assert (await provider.answered()).status == 486
        await close(site)


async def test_nobody_is_sent_on_to_a_number_that_the_terminal_may_not_dial() -> None:
    async with scripted(INVITE=486) as provider:
        entry = rings("4000", ring_s=0.2, otherwise=MOBILE, otherwise_by="4000")
        site = await a_site_with(a_trunk(provider.address), incoming=[entry])
        asked: list[tuple[str, str]] = []

        def may_call(terminal: str, number: str) -> bool:
            asked.append((terminal, number))
            return False

        site.switch.ask_first(may_call)
        provider.invite(site, OWN)
        assert (await provider.answered()).status == 480
        assert (asked, provider.asked("INVITE")) == ([("4000", MOBILE)], [])
        await close(site)


async def test_a_caller_who_gives_up_is_not_sent_on() -> None:
    async with scripted(INVITE=486) as provider:
        entry = rings("4000", ring_s=30.0, otherwise=MOBILE, otherwise_by="4000")
        site = await a_site_with(a_trunk(provider.address), incoming=[entry])
        own = await site.phone("4000", RINGS)
        provider.invite(site, OWN)
        await own.event("ringing")
        await until(lambda: [one for one in provider.responses if one.status == 180])
        provider.again("CANCEL", next(one for one in provider.responses if one.status == 180))
        assert (await provider.answered()).status == 487
        await site.empty()
        assert provider.asked("INVITE") == []
        await close(site)
