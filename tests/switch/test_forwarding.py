"""Forwardings and do-not-disturb of the embedded switch: what they do with calls, and that they are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from threading import Event

import pytest

from offhook.call import (
    Call,
    CallState,
    Cause,
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Reason,
    Redirect,
)
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.switch.b2bua.forwardingfile import FileForwardings
from offhook.switch.b2bua.forwardings import KeptForwarding
from offhook.switch.base import ForwardingChanged
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.contract_incoming import Dialled, ended, header, overheard, refused, requests, rings, silent
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, FAST, RINGS, Site, rejects, ringing_for
from tests.waiting import until

ALWAYS, BUSY, NO_ANSWER = ForwardWhen.ALWAYS, ForwardWhen.BUSY, ForwardWhen.NO_ANSWER


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, **ringing_for(8))
    yield site
    await close(site)


async def forward(site: Site, terminal: str, when: ForwardWhen, address: str, after_s: float = 0) -> None:
    await site.perform(Forward(terminal, (Forwarding(when, address, after_s),)))


def sent_on(call: Call, reason: Reason, by: str) -> bool:
    return (call.reason, call.redirecting and call.redirecting.id) == (reason, by)


async def test_with_always_the_phone_does_not_even_ring(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    target = await site.phone("4002", RINGS)
    await forward(site, "4001", ALWAYS, "4002")
    Dialled(caller, "4001")
    call = await rings(site, "4002")
    assert sent_on(call, Reason.FORWARDED_ALWAYS, "4001")
    assert (callee.invites, site.calls_of("4001")) == (0, [])
    await until(lambda: bool(target.calls))


async def test_a_click_follows_a_forwarding_as_well(site: Site) -> None:
    own, target = await site.phone("4000"), await site.phone("4002", ANSWERS)
    await site.phone("4001", RINGS)
    await forward(site, "4001", ALWAYS, "4002")
    call = await site.until(site.dial(), CallState.CONNECTED)
    assert call.connected_party is not None
    assert call.connected_party.id == "4002"
    await talk(own, target)


@pytest.mark.parametrize("status", [486, 600])
async def test_a_busy_phone_sends_its_calls_on(site: Site, status: int) -> None:
    caller, target = await site.phone("4000"), await site.phone("4002", ANSWERS)
    await site.phone("4001", rejects(status))
    await forward(site, "4001", BUSY, "4002")
    assert await Dialled(caller, "4001").over() == 0
    (call,) = site.live("4002")
    assert sent_on(call, Reason.FORWARDED_BUSY, "4001")
    await talk(caller, target)


async def test_a_phone_that_nobody_answers_stops_and_another_rings(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    await site.phone("4002", ANSWERS)
    heard = overheard(callee)
    await forward(site, "4001", NO_ANSWER, "4002", 0.1)
    dialled = Dialled(caller, "4001")
    rang = await rings(site, "4001")
    over = await ended(site, rang, Cause.FORWARDED)
    assert over.redirected_to is not None
    assert over.redirected_to.id == "4002"
    assert await dialled.over() == 0
    assert sent_on(site.live("4002")[0], Reason.FORWARDED_NO_ANSWER, "4001")
    await silent(callee)
    assert not header(requests(heard, "CANCEL")[0], "Reason"), "the phone may count it as missed"


async def test_a_phone_that_is_off_sends_its_calls_on_like_one_that_nobody_answers(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4002", ANSWERS)
    await forward(site, "4001", NO_ANSWER, "4002")
    assert await Dialled(caller, "4001").over() == 0
    assert sent_on(site.live("4002")[0], Reason.FORWARDED_NO_ANSWER, "4001")


async def test_a_phone_that_is_not_to_be_disturbed_is_busy(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    await site.perform(DoNotDisturb("4001", True))
    assert await Dialled(caller, "4001").over() == 486
    assert await site.cause(site.dial()) is Cause.BUSY
    assert (callee.invites, site.calls_of("4001")) == (0, [])
    await site.perform(DoNotDisturb("4001", False))
    Dialled(caller, "4001")
    await rings(site, "4001")


async def test_who_is_not_to_be_disturbed_can_dial_all_the_same(site: Site) -> None:
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await site.perform(DoNotDisturb("4000", True))
    await forward(site, "4000", ALWAYS, "4002")
    await site.until(site.dial(), CallState.CONNECTED)


async def test_who_is_not_to_be_disturbed_sends_calls_on_as_if_busy(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", RINGS)
    await site.phone("4002", ANSWERS)
    await forward(site, "4001", BUSY, "4002")
    await site.perform(DoNotDisturb("4001", True))
    assert await Dialled(caller, "4001").over() == 0
    assert sent_on(site.live("4002")[0], Reason.FORWARDED_BUSY, "4001")


async def test_a_call_is_sent_on_twice(site: Site) -> None:
    caller, last = await site.phone("4000"), await site.phone("4003", ANSWERS)
    await site.phone("4001", rejects(486))
    heard = overheard(last)
    await forward(site, "4001", BUSY, "4002")
    await forward(site, "4002", ALWAYS, "4003")
    assert await Dialled(caller, "4001").over() == 0
    assert sent_on(site.live("4003")[0], Reason.FORWARDED_ALWAYS, "4002")
    (invite,) = requests(heard, "INVITE")
    diversions = ", ".join(header(invite, "Diversion"))
    assert diversions.index("sip:4002@") < diversions.index("sip:4001@"), "the last one first (RFC 5806)"
    assert "reason=user-busy" in diversions
    assert "reason=unconditional" in diversions


# Loops


async def test_a_forwarding_that_leads_back_cannot_be_set(site: Site) -> None:
    await forward(site, "4001", ALWAYS, "4002")
    await forward(site, "4002", ALWAYS, "4003")
    for terminal, address in (("4003", "4001"), ("4003", "4003"), ("4000", "4999"), ("4000", "4000")):
        await refused(
            site.perform(Forward(terminal, (Forwarding(ALWAYS, address),))), Refusal.INVALID_ADDRESS
        )
    with pytest.raises(CallError, match="calls to 4001 are sent on, and would come back to 4003"):
        await site.perform(Forward("4003", (Forwarding(ALWAYS, "4001"),)))
    assert len(site.forwardings) == 2
    await refused(site.perform(Forward("4999", ())), Refusal.NO_SUCH_TERMINAL)
    await refused(site.perform(DoNotDisturb("4999")), Refusal.NO_SUCH_TERMINAL)


async def test_forwardings_that_lead_round_ring_where_they_would_come_back(site: Site) -> None:
    caller, first = await site.phone("4000"), await site.phone("4001", rejects(486))
    second = await site.phone("4002", RINGS)
    await forward(site, "4001", BUSY, "4002")
    await forward(site, "4002", NO_ANSWER, "4001", 0.1)
    dialled = Dialled(caller, "4001")
    await rings(site, "4002")
    await asyncio.sleep(0.3)
    assert (first.invites, second.invites) == (1, 1)
    second.calls[0].answer()
    assert await dialled.over() == 0


async def test_a_forwarding_does_not_lead_to_the_caller(site: Site) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", rejects(486))
    await forward(site, "4001", BUSY, "4000")
    assert await Dialled(caller, "4001").over() == 486
    assert caller.invites == 0


async def test_a_call_is_sent_on_at_most_so_often(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.switch.b2bua.called.MAX_DIVERSIONS", 1)
    caller = await site.phone("4000")
    await site.phone("4002", rejects(486))
    last = await site.phone("4003", ANSWERS)
    await forward(site, "4001", ALWAYS, "4002")
    await forward(site, "4002", BUSY, "4003")
    assert await Dialled(caller, "4001").over() == 486
    assert last.invites == 0


async def test_what_the_terminal_may_not_call_it_does_not_forward_to(site: Site) -> None:
    asked: list[tuple[str, str]] = []

    def may_call(terminal: str, number: str) -> bool:
        asked.append((terminal, number))
        return number != "4002"

    site.switch.ask_first(may_call)
    caller, target = await site.phone("4000"), await site.phone("4002", ANSWERS)
    callee = await site.phone("4001", ANSWERS)
    await forward(site, "4001", ALWAYS, "4002")
    assert await Dialled(caller, "4001").over() == 0
    assert (callee.invites, target.invites) == (1, 0)
    assert ("4001", "4002") in asked, "the dial rules of the terminal that forwards hold"


# Races


async def test_race_a_phone_is_answered_as_its_call_goes_on(site: Site) -> None:
    """The 200 and our CANCEL cross: the one who has picked up has the call."""
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    target = await site.phone("4002", ANSWERS)
    await forward(site, "4001", NO_ANSWER, "4002", 0.15)
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    cancelled = callee.endpoint.on_cancel

    def answer_first(transaction: object, now: float) -> None:
        callee.calls[0].answer()

    callee.endpoint.on_cancel = answer_first
    assert await dialled.over() == 0
    callee.endpoint.on_cancel = cancelled
    assert site.now(call.id).state is CallState.CONNECTED
    assert target.invites == 0
    await talk(caller, callee)


async def test_race_the_caller_gives_up_as_the_call_goes_on(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    target = await site.phone("4002", RINGS)
    await forward(site, "4001", NO_ANSWER, "4002", 0.05)
    dialled = Dialled(caller, "4001")
    await callee.event("ringing")
    await callee.event("cancelled")
    await dialled.give_up()
    await site.empty()
    await silent(caller, callee, target)


async def test_race_a_redirect_as_the_call_goes_on_by_itself(site: Site) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    one, other = await site.phone("4002", ANSWERS), await site.phone("4003", ANSWERS)
    await forward(site, "4001", NO_ANSWER, "4002", 0.05)
    dialled = Dialled(caller, "4001")
    call = await site.until_seen(lambda call: call.terminal == "4001" and call.rings_here)
    await asyncio.sleep(0.05)
    await asyncio.gather(site.perform(Redirect(call.id, "", "4003")), return_exceptions=True)
    assert await dialled.over() == 0
    assert one.invites + other.invites == 1
    await silent(callee)


# What is in force


async def test_a_change_is_told_once_it_is_in_force(site: Site) -> None:
    always = Forwarding(ALWAYS, "4002")
    await site.perform(Forward("4001", (always,)))
    await site.perform(Forward("4001", (always,)))  # nothing changes
    await site.perform(DoNotDisturb("4001"))
    await site.perform(Forward("4001"))
    assert site.forwardings == [
        ForwardingChanged("4001", (always,), False),
        ForwardingChanged("4001", (always,), True),
        ForwardingChanged("4001", (), True),
    ]


async def test_it_can_be_set_while_the_phone_is_away(site: Site) -> None:
    assert {Feature.FORWARD, Feature.DO_NOT_DISTURB} <= site.switch.features("4001")
    await site.perform(DoNotDisturb("4001"))


async def restarted(tmp_path: Path) -> Site:
    return await a_site(forwardings=FileForwardings(tmp_path / "forwardings.json"))


async def test_it_survives_a_restart(tmp_path: Path) -> None:
    site = await restarted(tmp_path)
    kept = (Forwarding(NO_ANSWER, "4002", 12.5), Forwarding(BUSY, "4003"))
    await site.perform(Forward("4001", kept))
    await site.perform(DoNotDisturb("4002"))
    await close(site)
    told: list[object] = []
    again = await restarted(tmp_path)
    assert isinstance(again.switch, EmbeddedSwitch)
    assert again.switch.routing.forwarding("4001", NO_ANSWER) == kept[0]
    assert again.switch.routing.do_not_disturb("4002")
    told += again.forwardings
    assert told == [ForwardingChanged("4001", kept), ForwardingChanged("4002", (), True)]
    await close(again)


async def test_a_terminal_that_is_not_configured_any_more_is_left_out(tmp_path: Path) -> None:
    store = FileForwardings(tmp_path / "forwardings.json")
    store.write({"4999": KeptForwarding((), True)})
    site = await restarted(tmp_path)
    assert site.forwardings == []
    await close(site)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"terminals": []}',
        '{"terminals": {"4000": 1}}',
        '{"terminals": {"4000": {"forwardings": [["sometimes", "4001", 0]], "do_not_disturb": false}}}',
        '{"terminals": {"4000": {"forwardings": [["always", "a\\r\\nb", 0]], "do_not_disturb": false}}}',
        '{"terminals": {"4000": {"forwardings": [["always"]], "do_not_disturb": false}}}',
        '{"terminals": {"4000": {"forwardings": 4, "do_not_disturb": false}}}',
        "[" * 100_000,
    ],
)
async def test_a_file_that_is_broken_is_logged_and_phones_ring(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "forwardings.json"
    file.write_text(text)
    file.chmod(0o600)
    assert FileForwardings(file).read() == {}
    assert f"{file}: forwardings are lost" in caplog.text


class FullDisk:
    def read(self) -> Mapping[str, KeptForwarding]:
        return {}

    def write(self, kept: Mapping[str, KeptForwarding]) -> None:
        raise UnavailableError("no space left")


async def test_what_cannot_be_kept_is_not_in_force() -> None:
    site = await a_site(forwardings=FullDisk())
    with pytest.raises(UnavailableError):
        await site.perform(DoNotDisturb("4001"))
    assert site.forwardings == []
    caller: Phone = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    assert await Dialled(caller, "4001").over() == 0
    await close(site)


class Away:
    """A database that does not answer for a while: it says nothing at all, or refuses."""

    def __init__(self, *, mute: bool) -> None:
        self._mute, self._back = mute, Event()

    def come_back(self) -> None:
        self._back.set()

    def read(self) -> Mapping[str, KeptForwarding]:
        if self._mute:
            self._back.wait()
        elif not self._back.is_set():
            raise UnavailableError("the database refuses")
        return {"4001": KeptForwarding((), True)}

    def write(self, kept: Mapping[str, KeptForwarding]) -> None:
        """Nothing."""


@pytest.mark.parametrize("mute", [True, False], ids=["silent", "refuses"])
async def test_who_starts_while_they_cannot_be_read_has_them_in_force_as_soon_as_they_can(
    monkeypatch: pytest.MonkeyPatch, *, mute: bool
) -> None:
    monkeypatch.setattr("offhook.switch.b2bua.forwardings.READ_S", 0.05)
    monkeypatch.setattr("offhook.switch.b2bua.forwardings.AGAIN_S", 0.05)
    store = Away(mute=mute)
    try:
        site = await a_site(forwardings=store)
        assert site.forwardings == []
        with pytest.raises(UnavailableError, match="just now"):
            await site.perform(DoNotDisturb("4002"))
        store.come_back()
        await until(lambda: site.forwardings == [ForwardingChanged("4001", (), True)])
        await site.perform(DoNotDisturb("4002"))
        await close(site)
    finally:
        store.come_back()


def test_the_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "a file"
    folder.write_text("")
    with pytest.raises(UnavailableError):
        FileForwardings(folder / "forwardings.json").write({})
