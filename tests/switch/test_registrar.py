"""Who may register, for how long, and where a phone is then reached."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import CallState
from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.demo.phone import Phone
from offhook.errors import CallError, ConfigError, Refusal, UnavailableError
from offhook.sip.endpoint import Flow
from offhook.sip.message import Uri
from offhook.switch.base import CallChanged, SwitchEvent, TerminalChanged
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.bindings import FileRegistrations, Moment, read_bindings, write_bindings
from offhook.switch.embedded.ports import KeptBinding
from offhook.switch.embedded.registrar import reach_of
from tests.switch.certificate import make_certificate
from tests.switch.rawphone import raw_phone
from tests.waiting import until

TERMINALS = [
    TerminalSettings("4000", "Kim", "right"),
    TerminalSettings("4001", "", "right"),
    TerminalSettings("4002", "", ""),
]


@pytest.fixture
async def switch() -> AsyncIterator[EmbeddedSwitch]:
    switch = EmbeddedSwitch(TERMINALS, EmbeddedSettings(listen=Listen("127.0.0.1", 0), min_expires=1))
    await switch.start()
    yield switch
    await switch.stop()


def a_phone(switch: EmbeddedSwitch, user: str = "4000", password: str = "right", expires: int = 300) -> Phone:
    return Phone(switch.address(), user, password, expires=expires)


async def test_a_registered_phone_is_in_service_until_it_leaves(switch: EmbeddedSwitch) -> None:
    told: list[SwitchEvent] = []
    switch.subscribe(told.append)
    async with a_phone(switch):
        assert switch.in_service("4000")
    assert not switch.in_service("4000")
    assert told == [TerminalChanged("4000", True), TerminalChanged("4000", False)]


async def test_a_wrong_password_is_told_for_a_phone_that_is_not_there_once(switch: EmbeddedSwitch) -> None:
    told: list[SwitchEvent] = []
    switch.subscribe(told.append)
    for user in ("4000", "4000", "4007"):
        with suppress(UnavailableError):
            async with a_phone(switch, user, "wrong"):
                pass
    assert told == [TerminalChanged("4000", False, "wrong password, from 127.0.0.1")]


async def test_a_wrong_password_for_a_phone_that_is_there_is_no_news(switch: EmbeddedSwitch) -> None:
    told: list[SwitchEvent] = []
    async with a_phone(switch):
        switch.subscribe(told.append)
        with suppress(UnavailableError):
            async with a_phone(switch, password="wrong"):
                pass
        assert told == []


async def test_the_log_tells_a_wrong_password_from_an_unknown_phone(
    switch: EmbeddedSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    for user in ("4000", "4007"):
        with suppress(UnavailableError):
            async with a_phone(switch, user, "wrong"):
                pass
    assert "127.0.0.1 as '4000': wrong password" in caplog.text
    assert "127.0.0.1 as '4007': no such phone" in caplog.text


async def test_a_renewed_registration_is_no_news(switch: EmbeddedSwitch) -> None:
    told: list[SwitchEvent] = []
    switch.subscribe(told.append)
    async with a_phone(switch) as phone:
        await phone.register()
        assert told == [TerminalChanged("4000", True)]


async def test_a_phone_that_vanishes_goes_out_of_service_when_its_time_is_up(switch: EmbeddedSwitch) -> None:
    gone = asyncio.Event()
    switch.subscribe(lambda event: gone.set() if event == TerminalChanged("4000", False) else None)
    phone = a_phone(switch, expires=1)
    await phone.start()
    await phone._close()
    await gone.wait()
    assert not switch.in_service("4000")


@pytest.mark.parametrize(("user", "password"), [("4000", "wrong"), ("4999", "right"), ("4002", "")])
async def test_a_wrong_password_and_an_unknown_user_are_refused_alike(
    switch: EmbeddedSwitch, user: str, password: str
) -> None:
    with pytest.raises(UnavailableError, match="403 Forbidden"):
        await a_phone(switch, user, password).start()
    assert not switch.in_service(user)


async def test_too_brief_a_registration_is_refused_with_the_least_time(switch: EmbeddedSwitch) -> None:
    brief = EmbeddedSwitch(TERMINALS, EmbeddedSettings(listen=Listen("127.0.0.1", 0), min_expires=60))
    await brief.start()
    with pytest.raises(UnavailableError, match="423"):
        await a_phone(brief, expires=30).start()
    await brief.stop()


async def test_without_credentials_a_request_is_challenged(switch: EmbeddedSwitch) -> None:
    async with raw_phone(switch.address()) as phone:
        phone.send("REGISTER", "4000")
        response = await phone.response()
    assert response.status == 401
    assert response.headers.all("WWW-Authenticate")


async def test_a_port_in_use_is_told_with_its_key(switch: EmbeddedSwitch) -> None:
    other = EmbeddedSwitch(TERMINALS, EmbeddedSettings(listen=Listen(*switch.address())))
    with pytest.raises(ConfigError, match=r"switch\.embedded\.listen"):
        await other.start()


async def test_a_tls_port_in_use_is_told_with_its_own_key(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    settings = EmbeddedSettings(
        listen=Listen("127.0.0.1", 0),
        tls_listen=Listen("127.0.0.1", 0),
        tls_certificate=certificate,
        tls_key=key,
    )
    first = EmbeddedSwitch(TERMINALS, settings)
    await first.start()
    second = EmbeddedSwitch(TERMINALS, replace(settings, tls_listen=Listen(*first.address("tls"))))
    with pytest.raises(ConfigError, match=r"switch\.embedded\.tls_listen"):
        await second.start()
    await first.stop()


@pytest.mark.parametrize("address", ["", "4001\r\nX: y", "40 01", "\x00", "\ud800", "4" * 257])
async def test_an_address_that_no_header_can_hold_is_refused(switch: EmbeddedSwitch, address: str) -> None:
    async with a_phone(switch) as phone:
        with pytest.raises(CallError) as caught:
            switch.dial("4000", address)
        assert (caught.value.refusal, phone.invites) == (Refusal.INVALID_ADDRESS, 0)
    assert switch.idle


@pytest.mark.parametrize("address", ["a@b", '4001">', "4001;a=b?c=d", "%0d%0a", "한국"])
async def test_any_other_address_is_just_unreachable(switch: EmbeddedSwitch, address: str) -> None:
    seen: list[CallState] = []
    switch.subscribe(lambda event: seen.append(event.call.state) if isinstance(event, CallChanged) else None)
    async with a_phone(switch) as phone:
        assert switch.dial("4000", address).callee.id == address
        await until(lambda: seen)
        assert phone.invites == 0
    assert seen == [CallState.ON_HOOK]


SOURCE = Flow("udp", ("192.0.2.1", 5060), ("192.0.2.7", 40000))


def test_a_contact_at_the_source_address_is_called_where_it_says() -> None:
    assert reach_of(Uri.parse("sip:4000@192.0.2.7:5062"), SOURCE).remote == ("192.0.2.7", 5062)


@pytest.mark.parametrize("contact", ["sip:4000@10.0.0.5:5060", "sip:4000@phone.local", "sip:4000@[::1]"])
def test_a_contact_of_another_network_is_called_where_the_phone_spoke_from(contact: str) -> None:
    assert reach_of(Uri.parse(contact), SOURCE) == SOURCE


def test_a_phone_on_a_connection_is_called_over_it() -> None:
    flow = SOURCE._replace(protocol="tcp", id=7)
    assert reach_of(Uri.parse("sip:4000@192.0.2.7:5062;transport=tcp"), flow) == flow


async def test_a_call_outlives_the_registration_of_its_phones(switch: EmbeddedSwitch) -> None:
    async with a_phone(switch) as own, a_phone(switch, "4001") as callee:
        call = switch.dial("4000", "4001")
        await callee.event("answered")
        await own._register(0)
        states: list[CallState] = []
        switch.subscribe(lambda event: states.append(event.call.state) if hasattr(event, "call") else None)
        switch.drop(call.id)
        await own.event("ended")
        assert states[0] is CallState.ON_HOOK


def keeping(file: Path) -> EmbeddedSwitch:
    settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0))
    return EmbeddedSwitch(TERMINALS, settings, registrations=FileRegistrations(file))


async def test_a_restart_keeps_the_registrations(tmp_path: Path) -> None:
    file = tmp_path / "registrations.json"
    first, second = keeping(file), keeping(file)
    await first.start()
    phone = a_phone(first)
    await phone.start()
    await first.stop()
    await second.start()
    async with a_phone(second, "4001"):
        second.dial("4000", "4001")
        await phone.event("answered")
    await second.stop()
    await phone._close()


async def test_a_registration_that_is_over_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "registrations.json"
    write_bindings(file, [KeptBinding("4000", "sip:4000@127.0.0.1", "127.0.0.1", 5062, 1.0, "id", 1)])
    switch = keeping(file)
    await switch.start()
    assert not switch.in_service("4000")
    await switch.stop()


KEPT = KeptBinding("4000", "sip:4000@127.0.0.1", "127.0.0.1", 5062, 1100.0, "id", 1)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (Moment(1010, 510, "a"), 90),
        (Moment(8210, 510, "a"), 90),  # set two hours ahead meanwhile
        (Moment(10, 510, "a"), 90),  # or back
        (Moment(1010, 5, "b"), 90),  # the machine was started anew
        (Moment(900, 5, "b"), 100),  # with a clock that is behind
        (Moment(1200, 5, "b"), -100),
    ],
)
def test_a_kept_registration_ends_by_what_was_lived_through(tmp_path: Path, now: Moment, left: float) -> None:
    file = tmp_path / "registrations.json"
    write_bindings(file, [KEPT], Moment(1000, 500, "a"))
    assert [one.expires - now.epoch for one in read_bindings(file, now)] == [left]


def test_registrations_of_an_older_version_are_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "registrations.json"
    file.write_text(json.dumps([list(KEPT)]))
    assert read_bindings(file) == [KEPT]


async def test_registrations_that_a_full_disk_did_not_take_are_written_once_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.switch.embedded.keeping.KEEP_EVERY_S", 0.02)
    file = tmp_path / "there" / "registrations.json"
    switch = keeping(file)
    await switch.start()
    async with a_phone(switch):
        await until(lambda: "cannot be kept" in caplog.text)
        file.parent.mkdir()
        await until(lambda: read_bindings(file))
        assert caplog.text.count("cannot be kept") == 1
    await switch.stop()


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", '{"written": 1}', "{}", "[1]", '[["4000"]]', '[["4000", 1, 2, "x", 4, 5, 6]]', "null"),
        '[["4000", "sip:4000@127.0.0.1", "127.0.0.1", 70000, 1100.0, "id", 1]]',
        '[["4000", "sip:4000@127.0.0.1", "a.name", 5062, 1100.0, "id", 1]]',
        "[" * 100_000,
    ],
    ids=lambda content: content[:60],
)
async def test_a_spoilt_file_of_registrations_costs_only_them(tmp_path: Path, content: str) -> None:
    file = tmp_path / "registrations.json"
    file.write_text(content)
    assert read_bindings(file) == []


def test_the_file_of_registrations_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "registrations.json"
    write_bindings(file, [])
    assert (file.stat().st_mode & 0o777, read_bindings(file)) == (0o600, [])
