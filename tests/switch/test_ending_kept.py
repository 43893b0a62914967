"""A hang-up that a phone has not heard of is the next owner's to say: the call's end has been told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from offhook.call import CallState, live
from offhook.demo.phone import Phone
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.switch.b2bua import ending, kept, unanswered
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.b2bua.credentials import NO_CREDENTIALS
from offhook.switch.b2bua.ending import EndingDialogs
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch, unheard
from offhook.switch.embedded.callfiles import FileCalls
from offhook.switch.embedded.texts import TextRegistrations
from tests.switch.embeddedsite import a_site, close, settled
from tests.switch.keptinmemory import Awaited, Memory
from tests.switch.site import FAST, Site
from tests.switch.unplugged import Unplugged
from tests.waiting import until

DEAF = {"one": ("4001",), "both": ("4000", "4001")}


class Owners:
    """One switch after the other, which dies or loses its lease; phones that are unplugged and plugged in."""

    def __init__(self) -> None:
        self.calls, self.registrations = Memory(), Memory()
        self.may_act = True
        self.phones: dict[str, Phone] = {}
        self.links: list[Unplugged] = []

    async def next(self) -> Site:
        self.may_act = True
        calls, registrations = TextCalls(Awaited(self.calls)), TextRegistrations(self.registrations)
        site = await a_site(timing=FAST, calls=calls, registrations=registrations)
        driver(site).act_while(lambda: self.may_act)
        return site

    async def talk(self) -> tuple[Site, str]:
        site = await self.next()
        self.phones = {terminal: await site.phone(terminal) for terminal in ("4000", "4001")}
        call = site.dial()
        await site.until(call, CallState.CONNECTED)
        await site.settled(*self.phones.values())
        await settled(site.switch)
        await site.switch.keep()
        return site, call

    def unplug(self, *terminals: str) -> None:
        self.links += [Unplugged(self.phones[terminal]) for terminal in terminals]

    def plug_in(self) -> None:
        while self.links:
            self.links.pop().plug_in()

    async def die(self, site: Site) -> None:
        """It says nothing any more."""
        self.may_act = False
        await site.switch.leave()

    @property
    def talking(self) -> bool:
        return any(phone.calls for phone in self.phones.values())

    async def end(self, first: Site, last: Site) -> None:
        """Nothing is kept of what is over."""
        for phone in self.phones.values():
            phone.registered = False  # it does not wait at its end for the one that is gone
        await until(lambda: self.calls.texts == {})
        await first.hang_up()
        await close(last)


def driver(site: Site) -> EmbeddedSwitch:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unheard, "FIRST_PAUSE_S", 0.2)


@pytest.mark.parametrize("owners", [1, 2])
@pytest.mark.parametrize("deaf", DEAF)
async def test_a_drop_that_phones_do_not_hear_is_told_them_by_the_next_owner_or_the_one_after(
    deaf: str, owners: int
) -> None:
    """Also where the first had given up the BYE by then, and waited for the phone."""
    pair = Owners()
    first, call = await pair.talk()
    site = first
    pair.unplug(*DEAF[deaf])
    first.drop(call)
    await first.until(call, CallState.ON_HOOK)
    await until(lambda: len(driver(first)._unheard) == len(DEAF[deaf]))
    for _ in range(owners):
        await pair.die(site)
        site = await pair.next()
    assert pair.talking
    pair.plug_in()
    await until(lambda: not pair.talking)
    assert site.live() == []
    await pair.end(first, site)


async def test_it_is_kept_before_the_first_copy_is_given_up() -> None:
    pair = Owners()
    first, call = await pair.talk()
    pair.unplug("4001")
    first.drop(call)
    await until(lambda: [key.partition("-")[0] for key in pair.calls.texts] == ["bye"])
    pair.plug_in()
    await until(lambda: not pair.talking)
    await pair.end(first, first)


async def test_a_hang_up_at_one_phone_is_told_the_other_by_the_next_owner() -> None:
    pair = Owners()
    first, call = await pair.talk()
    pair.unplug("4001")
    pair.phones["4000"].calls[0].hang_up()
    await first.until(call, CallState.ON_HOOK)
    await pair.die(first)
    second = await pair.next()
    pair.plug_in()
    await until(lambda: not pair.talking)
    await pair.end(first, second)


async def test_a_lease_that_is_lost_between_an_end_and_its_bye_is_no_reason_to_talk_on() -> None:
    """The end is told at once, and the lease ends before the message goes out."""
    pair = Owners()
    first, call = await pair.talk()

    def lose(event: SwitchEvent) -> None:
        if isinstance(event, CallChanged) and not live(event.call):
            pair.may_act = False

    first.switch.subscribe(lose)
    first.drop(call)
    assert first.now(call).state is CallState.ON_HOOK
    await first.switch.leave()
    assert [len(phone.calls) for phone in pair.phones.values()] == [1, 1]
    second = await pair.next()
    await until(lambda: not pair.talking)
    assert second.live() == []
    await pair.end(first, second)


async def test_a_phone_that_has_ended_its_call_meanwhile_takes_no_harm_by_a_second_bye() -> None:
    pair = Owners()
    first, call = await pair.talk()
    pair.unplug("4001")
    first.drop(call)
    await until(lambda: len(driver(first)._unheard) == 1)
    await pair.die(first)
    kept = dict(pair.calls.texts)
    pair.plug_in()
    second = await pair.next()
    await until(lambda: not pair.talking)
    await pair.die(second)
    pair.calls.texts = kept  # as if that had not been written
    third = await pair.next()
    await until(lambda: not pair.calls.texts)
    await pair.end(first, third)


async def test_a_switch_that_is_started_again_after_a_sudden_end_hangs_up_too(tmp_path: Path) -> None:
    first = await a_site(calls=FileCalls(tmp_path), timing=FAST)
    dead: list[bool] = []
    driver(first).act_while(lambda: not dead)
    own, callee = await first.phone("4000"), await first.phone("4001")
    call = first.dial()
    await first.until(call, CallState.CONNECTED)
    await first.settled(own, callee)
    link = Unplugged(callee)
    first.drop(call)
    await own.event("ended")
    await first.switch.keep()
    dead.append(True)
    await first.switch.leave()
    link.plug_in()
    second = await a_site(calls=FileCalls(tmp_path), timing=FAST)
    await callee.event("ended")
    for phone in (own, callee):
        phone.registered = False
    await first.hang_up()
    await close(second)


class Clock:
    """The clock of an endpoint, and what is kept by it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.ends = EndingDialogs(lambda _credentials: "", lambda: self.now)

    def begins(self, name: str) -> Dialog:
        flow = Flow("udp", ("127.0.0.1", 5060), ("127.0.0.1", 5070))
        dialog = Dialog(name, "<sip:a@h>;tag=1", "1", "<sip:b@h>;tag=2", "2", "sip:b@h", "<sip:a@h>", flow)
        self.ends.begins(dialog, "4000", "127.0.0.1", NO_CREDENTIALS)
        return dialog


def test_one_is_kept_for_an_hour_at_most_whoever_keeps_it() -> None:
    clock = Clock()
    clock.begins("one")
    clock.now += unanswered.KEEP_S - 10
    ((key, data),) = clock.ends.collect()[0].items()
    found = ending.decode(data)
    assert found is not None and found.age_s == unanswered.KEEP_S - 10
    later = Clock()
    later.ends.take_up(key, found, found.dialog.restored(Flow("udp", ("127.0.0.1", 5060), found.place[1:])))
    assert list(later.ends.collect()[0]) == [key]
    later.now += 11
    assert later.ends.collect() == ({}, {key})


def test_so_many_are_kept_at_most_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unanswered, "MAX_UNANSWERED", 2)
    clock = Clock()
    clock.begins("one")
    (first,) = clock.ends.collect()[0]
    clock.begins("two")
    clock.begins("three")
    changed, gone = clock.ends.collect()
    assert (len(changed), gone) == (2, {first})


def test_each_time_that_it_is_sent_again_its_age_is_kept() -> None:
    clock = Clock()
    dialog = clock.begins("one")
    clock.ends.collect()
    clock.now += 100
    clock.ends.begins(dialog, "4000", "127.0.0.1", NO_CREDENTIALS)
    (data,) = clock.ends.collect()[0].values()
    found = ending.decode(data)
    assert found is not None and found.age_s == 100


def test_one_that_is_answered_before_it_is_written_never_is() -> None:
    clock = Clock()
    clock.ends.over(clock.begins("one"))
    assert clock.ends.collect() == ({}, set())


def test_what_could_not_be_written_is_collected_again() -> None:
    clock = Clock()
    clock.begins("one")
    changed, _ = clock.ends.collect()
    assert clock.ends.collect() == ({}, set())
    clock.ends.not_written(changed)
    assert clock.ends.collect()[0] == changed


@pytest.mark.parametrize("data", [b"[", b"{}", b"\xff", msgspec.json.encode({"version": 1})])
def test_something_else_is_none(data: bytes) -> None:
    assert ending.decode(data) is None


def test_an_earlier_program_passes_it_over() -> None:
    clock = Clock()
    clock.begins("one")
    ((_, data),) = clock.ends.collect()[0].items()
    with pytest.raises(ValueError, match="newer version"):
        kept.decode(data)
