"""Two embedded switches of a cluster call each other by TLS where both have it: each trusts exactly the
certificate that the other's node has told."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.common.tlspair import WatchedPair, leaf
from offhook.config import Listen
from offhook.sip.endpoint import Flow
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.b2bua.leg import Leg
from tests.switch.certificate import make_certificate
from tests.switch.embeddedsite import TERMINALS, a_site, close, settled
from tests.switch.keptinmemory import Awaited, Memory
from tests.switch.rawphone import raw_phone
from tests.switch.site import ANSWERS, RINGS, Site, joined
from tests.switch.twosystems import PARTS, Others, Pair
from tests.waiting import until


class SecurePair(Pair):
    """Each shows a certificate of an authority of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.kept = Memory()
        """What Seoul leaves to its next node."""

    async def open(self, part: str, *, by_tls: bool = True, host: str = "127.0.0.1") -> Site:
        """The part at work, at one of its nodes; each has its own certificate."""
        folder = self._folder / f"{part}-{len(list(self._folder.iterdir()))}"
        folder.mkdir()
        chain, key = make_certificate(folder)
        site = self.sites[part] = await a_site(
            terminals=[one for one in TERMINALS if one.id in PARTS[part]],
            calls=TextCalls(Awaited(self.kept)) if part == "seoul" else None,
            tls_listen=Listen(host, 0) if by_tls else None,
            tls_certificate=chain,
            tls_key=key,
        )
        site.switch.know_others(Others(self, part))
        return site

    def shown(self, part: str) -> WatchedPair:
        pair = self.switch(part)._pair
        assert pair is not None
        return pair

    def between(self, part: str) -> Leg:
        """The part's leg to the other one, of its only call."""
        (leg,) = [leg for leg in self.switch(part).legs.values() if not leg.terminal]
        return leg

    def flow(self, part: str) -> Flow:
        """How its requests go to the other part."""
        dialog = self.between(part).dialog
        assert dialog is not None
        return dialog.flow

    async def talk(self) -> tuple[str, str]:
        """4000 dials 4002, who answers; the ids of both halves."""
        own, far = self.own, _ = await self.seoul.phone("4000"), await self.busan.phone("4002", ANSWERS)
        call = self.seoul.dial("4000", "4002")
        await self.seoul.until(call, CallState.CONNECTED)
        await joined(own, far)
        for site in self.sites.values():
            await settled(site.switch)
        (there,) = self.busan.live()
        return call, there.id


@asynccontextmanager
async def a_pair(folder: Path, **by_tls: bool) -> AsyncIterator[SecurePair]:
    pair = SecurePair(folder)
    for part in PARTS:
        await pair.open(part, by_tls=by_tls.get(part, True))
    yield pair
    for site in pair.sites.values():
        await site.hang_up()
    for site in pair.sites.values():
        await close(site)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[SecurePair]:
    async with a_pair(tmp_path) as pair:
        yield pair


@pytest.mark.parametrize("ends", PARTS)
async def test_a_call_goes_by_tls_and_is_ended_from_either_side(pair: SecurePair, ends: str) -> None:
    halves = dict(zip(PARTS, await pair.talk(), strict=True))
    assert [pair.flow(part).protocol for part in PARTS] == ["tls", "tls"]
    pair.sites[ends].switch.drop(halves[ends])
    for part, call in halves.items():
        await pair.sites[part].until(call, CallState.ON_HOOK)


async def test_calls_share_one_connection_and_its_peer_is_no_stranger(pair: SecurePair) -> None:
    await pair.seoul.phone("4000")
    far = await pair.busan.phone("4002", RINGS)
    for _ in range(3):
        call = pair.seoul.dial("4000", "4002")
        await far.event("ringing")
        pair.seoul.switch.drop(call)
        await far.event("cancelled")
    transport = pair.switch("busan")._transport
    assert [(one.flow.protocol, one.known) for one in transport._connections.values() if one.flow] == [
        ("tls", True)
    ]


async def test_where_listening_is_on_all_addresses_the_phones_one_is_told(tmp_path: Path) -> None:
    pair = SecurePair(tmp_path)
    site = await pair.open("seoul", host="0.0.0.0")
    door = pair.switch("seoul").door
    assert door is not None and door.secure is not None
    assert door.secure.address == ("127.0.0.1", pair.switch("seoul").address("tls")[1])
    await close(site)


async def test_one_that_shows_another_certificate_gets_no_call_and_it_is_said(
    pair: SecurePair, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody stands between: the address is the right one, and what is shown there is not what was told."""
    await pair.seoul.phone("4000")
    far = await pair.busan.phone("4002", RINGS)
    other = leaf(make_certificate(_folder(pair, "other"))[0].read_bytes())
    told = [replace(door, certificates=(other,)) for door in pair.secure_doors()]
    monkeypatch.setattr(pair, "secure_doors", lambda: told)
    call = pair.seoul.dial("4000", "4002")
    ended = await pair.seoul.until(call, CallState.ON_HOOK)
    assert ended.cause is not Cause.NORMAL
    assert far.invites == 0 and not pair.busan.live()
    assert "shows another certificate than the Call Manager" in caplog.text


async def test_a_certificate_that_is_renewed_is_told_before_it_is_shown(
    pair: SecurePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    halves = await pair.talk()
    pair_of_busan = pair.shown("busan")
    before = pair_of_busan.pem
    _renew(pair_of_busan, make_certificate(_folder(pair, "renewed")))
    door = pair.switch("busan").door
    assert door is not None and door.secure is not None
    assert door.secure.certificates == (before, pair_of_busan.pem)
    await _dials_anew(pair)  # it shows the old one still
    await until(lambda: pair_of_busan.pems == (pair_of_busan.pem,))
    await _dials_anew(pair)
    pair.seoul.switch.drop(halves[0])
    await pair.busan.until(halves[1], CallState.ON_HOOK)


@pytest.mark.parametrize("without", PARTS)
async def test_a_switch_without_tls_is_called_and_calls_in_clear(tmp_path: Path, without: str) -> None:
    async with a_pair(tmp_path, **{without: False}) as pair:
        await pair.talk()
        assert [pair.flow(part).protocol for part in PARTS] == ["udp", "udp"]


async def test_nobody_ends_a_call_that_goes_by_tls_in_clear(pair: SecurePair) -> None:
    """From the other switch's own host, with the ids of the call."""
    call, _there = await pair.talk()
    dialog = pair.between("busan").dialog
    assert dialog is not None
    async with raw_phone(pair.switch("busan").address()) as stranger:
        stranger.send_text(
            f"BYE sip:4002@offhook SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKb;rport\r\n"
            f"From: {dialog.remote}\r\nTo: {dialog.local}\r\nCall-ID: {dialog.call_id}\r\n"
            "CSeq: 99 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
        assert (await stranger.response()).status == 403
    assert pair.seoul.now(call).state is CallState.CONNECTED
    assert len(pair.busan.live()) == 1


@pytest.mark.parametrize("ends", PARTS)
async def test_when_the_connection_breaks_either_side_opens_a_new_one(pair: SecurePair, ends: str) -> None:
    halves = dict(zip(PARTS, await pair.talk(), strict=True))
    _cut(pair, "busan")
    await until(lambda: not pair.switch("seoul")._transport._connections)
    pair.sites[ends].switch.drop(halves[ends])
    for part, call in halves.items():
        await pair.sites[part].until(call, CallState.ON_HOOK)


async def test_a_connection_with_nobody_at_its_end_is_used_once_only(
    pair: SecurePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that of a machine that is gone: nothing says so."""
    await pair.talk()
    busan = pair.switch("busan")._transport
    (dead,) = busan._connections.values()
    monkeypatch.setattr(busan.pump, "receive", _not_by(dead.flow, busan.pump.receive))
    await pair.seoul.phone("4001")
    call = pair.seoul.dial("4001", "4003")
    await pair.seoul.until(call, CallState.ON_HOOK)
    far = await pair.busan.phone("4003", RINGS)
    call = pair.seoul.dial("4001", "4003")
    await far.event("ringing")
    pair.seoul.switch.drop(call)
    await far.event("cancelled")
    monkeypatch.undo()


async def test_the_next_node_of_one_half_goes_on_by_tls_with_its_own_certificate(pair: SecurePair) -> None:
    call, there = await pair.talk()
    await pair.switch("seoul").keep()
    own = pair.own
    asked = own.reinvites
    first = pair.seoul
    await first.switch.leave()
    await pair.open("seoul")
    await until(lambda: own.reinvites == asked + 1)
    await until(lambda: pair.flow("busan").protocol == "tls" and _is_open(pair, "busan"))
    await settled(pair.switch("seoul"))
    await settled(pair.switch("busan"))
    own.registered = False
    pair.busan.switch.drop(there)
    assert (await pair.seoul.until(call, CallState.ON_HOOK)).cause is Cause.NORMAL
    await first.hang_up()


def _folder(pair: SecurePair, name: str) -> Path:
    folder = pair._folder / name
    folder.mkdir()
    return folder


def _renew(pair: WatchedPair, files: tuple[Path, Path]) -> None:
    assert pair.key is not None
    for new, place in zip(files, (pair.certificate, pair.key), strict=True):
        shutil.copy(new, place)
    assert pair.look()


def _cut(pair: SecurePair, part: str) -> None:
    for connection in list(pair.switch(part)._transport._connections.values()):
        connection.abort()


def _is_open(pair: SecurePair, part: str) -> bool:
    return pair.switch(part)._transport.is_open(pair.flow(part))


def _not_by(flow: Flow | None, received: Callable[[bytes, Flow], None]) -> Callable[[bytes, Flow], None]:
    return lambda data, came: None if came == flow else received(data, came)


async def _dials_anew(pair: SecurePair) -> None:
    """By a connection of its own: 4001 rings 4003, and gives up."""
    pair.switch("seoul")._transport._by_remote.clear()
    await pair.seoul.phone("4001")
    far = await pair.busan.phone("4003", RINGS)
    call = pair.seoul.dial("4001", "4003")
    await far.event("ringing")
    pair.seoul.switch.drop(call)
    await far.event("cancelled")
