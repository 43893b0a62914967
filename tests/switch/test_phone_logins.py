"""A terminal's phones may each have a login of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.demo.phone import Phone
from offhook.errors import UnavailableError
from offhook.sip.digest import DigestClient
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.bindings import FileRegistrations
from offhook.switch.embedded.ports import KeptBinding

LOGIN = "4000~805ec0123456"


class Logins:
    """The port that the switch asks."""

    def __init__(self) -> None:
        self.passwords = {LOGIN: "fetched"}
        self.registrations: list[str] = []

    def password(self, login: str) -> str | None:
        return self.passwords.get(login)

    def registered(self, login: str) -> None:
        self.registrations.append(login)


def a_switch(logins: Logins) -> EmbeddedSwitch:
    terminals = [TerminalSettings("4000", "Kim"), TerminalSettings("4001", "Lee", "typed")]
    switch = EmbeddedSwitch(terminals, EmbeddedSettings(listen=Listen("127.0.0.1", 0)))
    switch.admit_phones(logins)
    return switch


@pytest.fixture
def logins() -> Logins:
    return Logins()


@pytest.fixture
async def switch(logins: Logins) -> AsyncIterator[EmbeddedSwitch]:
    switch = a_switch(logins)
    await switch.start()
    yield switch
    await switch.stop()


def a_phone(
    switch: EmbeddedSwitch, login: str = LOGIN, password: str = "fetched", user: str = "4000"
) -> Phone:
    phone = Phone(switch.address(), user, password)
    phone._digest = DigestClient(login, password)
    return phone


async def test_a_phone_registers_its_terminal_with_its_own_login(
    switch: EmbeddedSwitch, logins: Logins
) -> None:
    async with a_phone(switch):
        assert switch.in_service("4000")
        assert logins.registrations[0] == LOGIN
        assert [one.phone for one in switch.registrar.bindings("4000")] == ["805ec0123456"]


async def test_it_calls_with_it_too(switch: EmbeddedSwitch) -> None:
    async with a_phone(switch) as caller, a_phone(switch, "4001", "typed", "4001") as callee:
        await caller.call("4001")
        await callee.event("ringing")


@pytest.mark.parametrize(
    "login, password, user",
    [
        (LOGIN, "wrong", "4000"),
        ("4000~000000000000", "fetched", "4000"),
        ("4000", "fetched", "4000"),
        ("4000", "", "4000"),
        ("4001~805ec0123456", "fetched", "4001"),
        (LOGIN, "fetched", "4001"),
        ("~", "", "4000"),
    ],
)
async def test_any_other_login_is_refused(
    switch: EmbeddedSwitch, logins: Logins, login: str, password: str, user: str
) -> None:
    with suppress(UnavailableError):
        async with a_phone(switch, login, password, user):
            pytest.fail("registered")
    assert logins.registrations == []
    assert not switch.in_service("4000") and not switch.in_service("4001")


async def test_a_phone_that_is_dismissed_is_out_of_service_and_others_of_its_terminal_are_not(
    switch: EmbeddedSwitch, logins: Logins
) -> None:
    other = "4000~111111111111"
    logins.passwords[other] = "too"
    async with a_phone(switch), a_phone(switch, other, "too"):
        switch.dismiss_phone("4000", "805ec0123456")
        assert [one.phone for one in switch.registrar.bindings("4000")] == ["111111111111"]


async def test_which_phone_it_is_is_known_after_a_restart(
    switch: EmbeddedSwitch, logins: Logins, tmp_path: Path
) -> None:
    file = FileRegistrations(tmp_path / "registrations.json")
    async with a_phone(switch):
        file.write(switch.registrar.kept(0.0, time.time()), ())
    another = a_switch(logins)
    another.registrar.restore(file.read()[0], 0.0, time.time())
    assert [one.phone for one in another.registrar.bindings("4000")] == ["805ec0123456"]


def test_a_registration_of_no_such_phone_is_kept_as_before() -> None:
    assert KeptBinding("4000", "sip:4000@h", "h", 5060, 1.0, "id", 1).phone == ""


async def test_a_phone_is_told_to_fetch_again_and_its_answer_is_heard(switch: EmbeddedSwitch) -> None:
    heard: list[tuple[str | None, str | None]] = []
    told: asyncio.Queue[int] = asyncio.Queue()
    async with a_phone(switch) as phone:

        def on_request(transaction: ServerTransaction, request: Request, _flow: Flow, now: float) -> None:
            heard.append((request.headers.get("Event"), request.headers.get("Subscription-State")))
            phone.endpoint.respond(transaction, make_response(request, 200), now)

        phone.endpoint.on_request = on_request
        assert switch.tell_phone("4000", "805ec0123456", "check-sync;reboot=true", told.put_nowait)
        assert await told.get() == 200
    assert heard == [("check-sync;reboot=true", "terminated")]


async def test_a_phone_that_is_not_registered_is_not_told(switch: EmbeddedSwitch) -> None:
    assert not switch.tell_phone("4000", "805ec0123456", "check-sync", lambda _status: None)
