"""Another Call Manager goes on with the calls and phones of one that is gone, or that has left them to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

import pytest

from offhook.call import CallState
from offhook.config import Listen, MediaSettings
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import UnavailableError
from offhook.sip.endpoint import Flow
from offhook.sip.message import NameAddr
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.texts import TextRegistrations
from offhook.switch.trunk.limits import TrunkUsage
from offhook.switch.trunk.usagetexts import TextUsage
from tests.switch.embeddedsite import a_site, close, settled
from tests.switch.keptinmemory import Awaited, Memory
from tests.switch.media.scripted import EngineOnASocket
from tests.switch.pending import Pending
from tests.switch.site import ANSWERS, RINGS, Site
from tests.waiting import until


class Leased(Memory):
    """As a cluster keeps it: who may not act any more may not write either."""

    def __init__(self, kept: Memory, may_act: Callable[[], bool]) -> None:
        self._kept, self._may_act = kept, may_act

    def read(self) -> Mapping[str, str]:
        return self._kept.read()

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        if not self._may_act():
            self._kept.refused += 1
            raise UnavailableError("they are another's")
        self._kept.write(changed, removed)


class Pair:
    """One switch at which two phones talk, and what it keeps for another one."""

    def __init__(self, media: MediaSettings | None = None) -> None:
        self.calls, self.phones, self.media = Memory(), Memory(), media
        self.may_act = True

    async def open(self, may_act: Callable[[], bool] = lambda: True) -> Site:
        calls = TextCalls(Awaited(Leased(self.calls, may_act)))
        phones = TextRegistrations(Leased(self.phones, may_act))
        return await a_site(calls=calls, registrations=phones, media=self.media)

    async def goes_on(self, phones: list[Phone]) -> Site:
        """The other one, which has told the phones where it is."""
        asked = [phone.reinvites for phone in phones]
        site = await self.open()
        await until(lambda: [phone.reinvites for phone in phones] == [number + 1 for number in asked])
        await settled(site.switch)
        for phone in phones:
            phone.registered = False  # it does not wait at its end for the one that is gone
        return site

    async def talk(self) -> tuple[Site, list[Phone], str]:
        site = await self.open(lambda: self.may_act)
        assert isinstance(site.switch, EmbeddedSwitch)
        site.switch.act_while(lambda: self.may_act)
        phones = [await site.phone("4000"), await site.phone("4001", ANSWERS)]
        call = site.dial()
        await site.until(call, CallState.CONNECTED)
        if self.media is None:
            await site.settled(*phones)
        else:  # each has the engine's address
            await until(lambda: all(one.calls and one.calls[0].remote_media for one in phones))
        await settled(site.switch)
        await site.switch.keep()
        return site, phones, call


class Dying(Pair):
    """The first one dies as soon as a call that has been answered is kept: nobody has heard of that yet."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = Fatal(self)
        self.heard: list[str] = []
        """The methods of what the called phone is sent by the next one."""

    async def dies_when_answered(self, callee: Behaviour) -> tuple[Site, list[Phone]]:
        first = await self.open(lambda: self.may_act)
        assert isinstance(first.switch, EmbeddedSwitch)
        first.switch.act_while(lambda: self.may_act)
        phones = [await first.phone("4000"), await first.phone("4001", callee)]
        await first.until(first.dial(), CallState.RING_BACK)
        await first.switch.keep()
        phones[1].answer(phones[1].calls[0])
        await until(lambda: not self.may_act)
        await first.switch.leave()
        assert phones[1].acks == 0
        return first, phones

    def listen(self, phone: Phone) -> None:
        receive = phone.transport.pump.receive

        def take(data: bytes, flow: Flow) -> None:
            if not data.startswith(b"SIP/"):
                self.heard.append(data.split()[0].decode())
            receive(data, flow)

        phone.transport.pump.receive = take


class Fatal(Memory):
    def __init__(self, pair: Pair) -> None:
        super().__init__()
        self._pair = pair

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        super().write(changed, removed)
        if any("remote_target" in text for text in changed.values()):
            self._pair.may_act = False


async def test_calls_that_were_left_go_on_at_another_address_and_are_dropped_there() -> None:
    pair = Pair()
    first, phones, call = await pair.talk()
    await first.switch.leave()
    assert [len(phone.calls) for phone in phones] == [1, 1]
    assert first.now(call).state is CallState.CONNECTED  # nothing was told of it
    site = await pair.goes_on(phones)
    await site.until(call, CallState.CONNECTED)
    assert site.switch.in_service("4001")
    site.drop(call)
    await until(lambda: not any(phone.calls for phone in phones))
    await close(site)
    assert pair.calls.texts == {}
    await first.hang_up()


async def test_a_relayed_call_is_agreed_anew_by_the_engine_of_the_next_machine() -> None:
    """Each machine has its own at the same address, 127.0.0.1: the next one has never heard of the call."""
    engine = EngineOnASocket()
    await engine.start()
    pair = Pair(MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay="always"))
    first, phones, call = await pair.talk()
    await first.switch.leave()
    asked = [phone.reinvites for phone in phones]
    engine.script.calls.clear()
    site = await pair.open()
    await until(lambda: all(phone.reinvites > number for phone, number in zip(phones, asked, strict=True)))
    await until(lambda: engine.script.calls)
    await settled(site.switch)
    await site.until(call, CallState.CONNECTED)
    for phone in phones:
        phone.registered = False
    site.drop(call)
    await until(lambda: not any(phone.calls for phone in phones))
    await until(lambda: not engine.script.calls)
    await close(site)
    await first.hang_up()
    engine.transport.close()


async def test_who_may_not_act_any_more_sends_nothing_and_takes_no_notice() -> None:
    """It was paused for longer than its lease; the other has its calls."""
    pair = Pair()
    first, phones, call = await pair.talk()
    pair.may_act = False
    first.drop(call)
    await until(lambda: pair.calls.refused)  # what it has noted of it is not kept
    site = await pair.goes_on(phones)
    await site.until(call, CallState.CONNECTED)
    assert [len(phone.calls) for phone in phones] == [1, 1]
    await first.switch.leave()
    site.drop(call)
    await until(lambda: not any(phone.calls for phone in phones))
    await close(site)
    await first.hang_up()


async def test_only_registrations_that_have_changed_are_written() -> None:
    pair = Pair()
    site = await pair.open()
    assert isinstance(site.switch, EmbeddedSwitch)
    for terminal in ("4000", "4001"):
        await site.phone(terminal)
    await site.switch.keep()
    assert pair.phones.written == 2
    again = await site.phone("4001")
    await site.switch.keep()
    assert pair.phones.written == 3
    await site.hang_up()
    assert not again.calls
    await site.switch.keep()
    assert pair.phones.texts == {}
    await close(site)


async def test_what_cannot_be_read_is_left_out() -> None:
    texts = Memory()
    texts.texts = {"4000": "[", "4001": '[["4001", "sip:4001@127.0.0.1", "127.0.0.1", 5060, 1.0, "a", 1]]'}
    bindings, _ = TextRegistrations(texts).read()
    assert [one.terminal for one in bindings] == ["4001"]
    texts.away = True
    assert TextRegistrations(texts).read() == ([], [])
    assert await TextCalls(Awaited(texts)).read() == ({}, 0.0)
    assert TextUsage(texts).read() == {}


def test_what_trunks_have_used_is_the_next_ones() -> None:
    texts, used = Memory(), {"sip": TrunkUsage(date(2026, 1, 2), 30.0, ((5, 1),))}
    TextUsage(texts).write(used)
    assert TextUsage(texts).read() == used


async def test_a_phone_that_takes_no_offer_just_then_is_told_by_update_where_its_bye_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its own re-INVITE went to the one that is gone."""
    pair = Pair()
    first, phones, call = await pair.talk()
    await first.switch.leave()
    pending = Pending(phones[0], monkeypatch)
    site = await pair.open()
    await until(lambda: pending.refused and pending.updates)
    dialog = phones[0].calls[0].dialog
    assert dialog is not None
    assert isinstance(site.switch, EmbeddedSwitch)
    assert NameAddr.parse(f"<{dialog.remote_target}>").uri.port == site.switch.address("udp")[1]
    assert pending.updates[0].body == b""
    assert site.now(call).state is CallState.CONNECTED
    pending.end()
    site.drop(call)
    await until(lambda: not any(phone.calls for phone in phones))
    for phone in phones:
        phone.registered = False
    await close(site)
    await first.hang_up()


async def test_a_call_that_is_over_is_not_taken_up_from_who_could_not_know_that_it_was_kept() -> None:
    """Its write was on its way when its owner lost NATS."""
    pair = Pair()
    first, phones, call = await pair.talk()
    left = {call: pair.calls.texts[call].encode()}
    await first.switch.leave()
    site = await pair.goes_on(phones)
    await site.until(call, CallState.CONNECTED)
    site.drop(call)
    await until(lambda: not any(phone.calls for phone in phones))
    await settled(site.switch)
    await site.switch.keep()
    assert pair.calls.texts == {}
    site.switch.take_up(left)
    assert [one for one in site.live() if site.now(one.id).state is CallState.CONNECTED] == []
    await close(site)
    await first.hang_up()


async def test_a_phone_whose_answer_nobody_has_acknowledged_hears_of_it_from_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would hang up after half a minute (RFC 3261 §13.3.1.4). And what was kept while it rang is no
    reason to take the call from it: it is kept as answered, too."""
    monkeypatch.setattr(TextCalls, "holds_s", 60.0)  # a busy machine may take longer than calls wait
    pair = Dying()
    first, phones = await pair.dies_when_answered(RINGS)
    assert any(key.startswith("invite-") for key in pair.calls.texts)
    pair.listen(phones[1])
    site = await pair.goes_on(phones)
    assert pair.heard[:2] == ["ACK", "INVITE"]
    site.drop(site.live("4000")[0].id)
    await until(lambda: not any(phone.calls for phone in phones))
    await close(site)
    assert pair.calls.texts == {}
    await first.hang_up()
