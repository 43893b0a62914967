"""The next run of the embedded switch goes on with the calls that are up: they are seen, and can be ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from offhook.call import CallState, Cause, Hold, Retrieve
from offhook.config import IncomingSettings, Listen
from offhook.demo.phone import Phone
from offhook.errors import UnavailableError
from offhook.sip.transaction import Transport
from offhook.switch.b2bua import callkeeping
from offhook.switch.b2bua.callkeeping import CallStore
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.callfiles import FileCalls
from tests.switch.embeddedsite import TERMINALS, a_site, close, settled
from tests.switch.site import ANSWERS, Site, directed
from tests.switch.trunksite import ACCOUNT, FRIEND, a_provider, a_site_with, a_trunk
from tests.waiting import until

DIALLED = "08912345678"


class KilledError(BaseException):
    """The program is killed."""


class Talk(NamedTuple):
    """4000 has called 4001, and they talk."""

    site: Site
    own: Phone
    callee: Phone
    call: str


async def a_talk(calls: CallStore, protocol: Transport = "udp") -> Talk:
    site = await a_site(protocol, calls=calls)
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    await site.settled(own, callee)
    await settled(site.switch)
    return Talk(site, own, callee, call)


def port_of(site: Site) -> int:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch.address()[1]  # of UDP and TCP


async def next_run(talk: Talk, calls: CallStore, terminals: Collection[str] = ("4000", "4001")) -> Site:
    """The switch is stopped, and started again at the same address."""
    port = port_of(talk.site)
    await talk.site.switch.stop()
    known = [one for one in TERMINALS if one.id in terminals]
    return await a_site(calls=calls, port=port, terminals=known)


async def over(site: Site, talk: Talk) -> None:
    """The phones hang up, and nothing is left."""
    await talk.site.hang_up()
    await site.empty()
    await close(site)


async def test_nobody_is_told_that_a_call_is_over_which_goes_on(tmp_path: Path) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    site = await next_run(talk, calls)
    assert talk.site.now(talk.call).state is CallState.CONNECTED
    await over(site, talk)


async def test_the_call_is_up_in_the_next_run_for_both_and_can_be_dropped(tmp_path: Path) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    before = talk.site.now(talk.call)
    site = await next_run(talk, calls)
    await site.until(talk.call, CallState.CONNECTED)
    found = site.now(talk.call)
    assert (found.caller, found.callee, found.connected) == (before.caller, before.callee, before.connected)
    assert [one.terminal for one in site.live()] == ["4000", "4001"]
    await settled(site.switch)
    site.drop(talk.call)
    assert await site.cause(talk.call) is Cause.DROPPED
    await until(lambda: not (talk.own.calls or talk.callee.calls))
    await site.empty()
    await over(site, talk)


@pytest.mark.parametrize("who", ["own", "callee"])
async def test_the_call_ends_in_the_next_run_when_a_phone_hangs_up(tmp_path: Path, who: str) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    site = await next_run(talk, calls)
    await site.until(talk.call, CallState.CONNECTED)
    await settled(site.switch)
    getattr(talk, who).calls[0].hang_up()
    assert await site.cause(talk.call) is Cause.NORMAL
    await until(lambda: not (talk.own.calls or talk.callee.calls))
    await over(site, talk)


async def test_a_call_that_a_phone_has_left_meanwhile_ends_once_and_frees_the_other_phone(
    tmp_path: Path,
) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    talk.callee.calls.clear()
    talk.callee._dialogs.clear()  # it knows nothing of it any more, and nobody was there to be told
    site = await next_run(talk, calls)
    assert await site.cause(talk.call) is Cause.FAILURE
    await until(lambda: not talk.own.calls)
    await site.empty()
    await over(site, talk)


async def test_a_call_on_hold_is_on_hold_in_the_next_run_and_is_taken_back_there(tmp_path: Path) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    await talk.site.perform(Hold(talk.call, "4000"))
    await settled(talk.site.switch)
    site = await next_run(talk, calls)
    await site.comes_to(talk.call, lambda call: call.held)
    await settled(site.switch)
    await site.perform(Retrieve(talk.call, "4000"))
    await directed(talk.own, "sendrecv")
    await directed(talk.callee, "sendrecv")
    await over(site, talk)


async def test_who_dials_in_the_next_run_with_a_call_on_hold_needs_no_second_line(tmp_path: Path) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    await talk.site.perform(Hold(talk.call, "4000"))
    await settled(talk.site.switch)
    site = await next_run(talk, calls, ["4000", "4001", "4002"])
    await site.comes_to(talk.call, lambda call: call.held)
    await settled(site.switch)
    target = await site.phone("4002", ANSWERS)
    invited = talk.own.invites
    second = site.dial("4000", "4002")
    await site.until(second, CallState.CONNECTED)
    assert (talk.own.invites, len(talk.own.calls)) == (invited, 1)
    site.drop(second)
    await until(lambda: not target.calls)
    await over(site, talk)


async def test_a_call_of_a_terminal_that_is_no_more_is_left_alone(tmp_path: Path) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    site = await next_run(talk, calls, terminals=["4000"])
    assert site.live() == []
    assert talk.own.calls
    await over(site, talk)
    assert (await calls.read())[0] == {}


async def test_calls_of_a_run_that_ended_long_ago_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callkeeping, "AWAY_S", -1.0)
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    site = await next_run(talk, calls)
    assert site.live() == []
    await over(site, talk)
    assert (await calls.read())[0] == {}


class Unkept:
    """What an earlier run has kept; this one is stopped before it can keep anything."""

    every_s, holds_s = 0.1, 0.0

    def __init__(self, calls: CallStore) -> None:
        self.read = calls.read

    async def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        pass


async def asked_again(talk: Talk, calls: CallStore) -> Site:
    """The next run, which has asked both phones whether they are in the call still."""
    before = [phone.reinvites for phone in (talk.own, talk.callee)]
    site = await next_run(talk, calls)
    await until(lambda: [phone.reinvites for phone in (talk.own, talk.callee)] == [one + 1 for one in before])
    await settled(site.switch)
    return site


async def test_a_phone_follows_who_goes_on_after_a_run_that_went_on_and_could_keep_nothing(
    tmp_path: Path,
) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    second = talk._replace(site=await asked_again(talk, Unkept(calls)))
    await over(await asked_again(second, calls), talk)


async def test_a_call_that_two_runs_go_on_with_one_after_the_other_ends_at_the_phones_when_it_is_dropped(
    tmp_path: Path,
) -> None:
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls)
    second = talk._replace(site=await asked_again(talk, Unkept(calls)))
    site = await next_run(second, calls)
    await site.until(talk.call, CallState.CONNECTED)
    site.drop(talk.call)
    await until(lambda: not (talk.own.calls or talk.callee.calls))
    await over(site, talk)


class Broken:
    """A disk that is full."""

    every_s, holds_s = 1.0, 0.0

    async def read(self) -> tuple[Mapping[str, bytes], float]:
        return {}, 0.0

    async def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        raise UnavailableError("no space left")


async def test_a_call_that_cannot_be_kept_is_over_for_us(caplog: pytest.LogCaptureFixture) -> None:
    talk = await a_talk(Broken())
    await talk.site.switch.stop()
    assert await talk.site.cause(talk.call) is Cause.FAILURE
    assert [len(phone.calls) for phone in (talk.own, talk.callee)] == [1, 1]
    assert caplog.text.count("calls cannot be kept") == 1
    await talk.site.hang_up()


class Away:
    """Another process has what was kept: nothing can be written."""

    every_s, holds_s = 3600.0, 0.0

    def __init__(self) -> None:
        self.asked: dict[str, bytes] = {}

    async def read(self) -> tuple[Mapping[str, bytes], float]:
        return {}, 0.0

    async def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        self.asked |= changed
        raise UnavailableError("they are another node's")


async def test_who_leaves_the_calls_to_others_has_told_the_store_all_of_them_and_complains_of_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = Away()
    talk = await a_talk(store)
    await talk.site.switch.leave()
    assert list(store.asked) == [talk.call]
    assert "cannot be kept" not in caplog.text
    await talk.site.hang_up()


@pytest.mark.parametrize("data", [b"", b"{}", b"[", b"\xff", b'{"version": 99}', b"[" * 100_000])
async def test_what_is_no_call_is_passed_over_and_forgotten(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, data: bytes
) -> None:
    calls = FileCalls(tmp_path / "live")
    await calls.write({"abc": data}, ())
    site = await a_site(calls=calls)
    assert "call abc is not gone on with" in caplog.text
    await close(site)
    assert (await calls.read())[0] == {}


async def test_the_files_are_for_their_owner_only_and_go_with_the_call(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    talk = await a_talk(FileCalls(folder))
    await until(lambda: len(list(folder.glob("*.json"))) == 1)
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    talk.site.drop(talk.call)
    await until(lambda: not list(folder.glob("*.json")))
    await close(talk.site)


@pytest.mark.parametrize("comes_back", [True, False])
async def test_a_phone_by_tcp_is_waited_for_until_it_connects_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comes_back: bool
) -> None:
    monkeypatch.setattr(callkeeping, "LOOK_S", 0.05)
    monkeypatch.setattr(callkeeping, "WAIT_S", 10.0 if comes_back else 0.1)
    calls = FileCalls(tmp_path / "live")
    talk = await a_talk(calls, "tcp")
    site = await next_run(talk, calls)
    await site.until(talk.call, CallState.CONNECTED)
    if comes_back:
        asked = talk.own.reinvites, talk.callee.reinvites
        await talk.own.register()
        await talk.callee.register()
        await until(lambda: (talk.own.reinvites, talk.callee.reinvites) == (asked[0] + 1, asked[1] + 1))
        await settled(site.switch)
        site.drop(talk.call)
        await until(lambda: not (talk.own.calls or talk.callee.calls))
    assert await site.cause(talk.call) is (Cause.DROPPED if comes_back else Cause.FAILURE)
    await over(site, talk)


@pytest.mark.parametrize("outbound", [True, False])
async def test_a_call_by_a_trunk_goes_on_and_counts_for_its_limit_if_it_went_out(
    tmp_path: Path, outbound: bool
) -> None:
    calls = FileCalls(tmp_path / "live")
    provider = await a_provider()
    trunk, rings = a_trunk(provider.address), IncomingSettings(ring=("4000",))
    site = await a_site_with(trunk, calls=calls, incoming=[rings])
    own, friend = await site.phone("4000", ANSWERS), await provider.phone(FRIEND, ANSWERS)
    if outbound:
        await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
    else:
        await friend.call(ACCOUNT)
    await until(lambda: site.live("4000") and site.live("4000")[0].state is CallState.CONNECTED)
    before = site.live("4000")[0]
    await settled(site.switch)
    port = port_of(site)
    await site.switch.stop()
    again = await a_site_with(trunk, calls=calls, incoming=[rings], listen=Listen("127.0.0.1", port))
    await until(lambda: again.live("4000"))
    found = again.live("4000")[0]
    assert (found.caller, found.callee, found.external) == (before.caller, before.callee, before.external)
    assert again.switch.trunk_states()[0].calls == outbound
    await settled(again.switch)
    again.drop(before.id)
    await until(lambda: not (own.calls or friend.calls))
    await again.empty()
    await site.hang_up()
    await again.close()
    await provider.close()


async def test_a_call_counts_from_the_moment_when_its_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program may be killed at any moment of a write."""
    calls, put = FileCalls(tmp_path / "live"), FileCalls._put

    def killed_after_the_call(self: FileCalls, name: str, data: bytes) -> None:
        put(self, name, data)
        if name == "abc.json":
            raise KilledError

    monkeypatch.setattr(FileCalls, "_put", killed_after_the_call)
    with pytest.raises(KilledError):
        await calls.write({"abc": b"{}"}, ())
    found, away_s = await calls.read()
    assert list(found) == ["abc"]
    assert away_s < callkeeping.AWAY_S
