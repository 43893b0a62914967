"""Registrations that are recorded and played again, and phones' passwords that are guessed."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.demo.phone import Phone
from offhook.sip.message import Request, parse, serialize
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.bindings import FileRegistrations
from tests.attacks.site import ELSEWHERE
from tests.attacks.wire import PASSWORD, a_wire


@pytest.fixture
async def switch() -> AsyncIterator[EmbeddedSwitch]:
    terminals = [TerminalSettings("4000", "Kim", PASSWORD), TerminalSettings("4001", "Lee", PASSWORD)]
    switch = EmbeddedSwitch(terminals, EmbeddedSettings(listen=Listen("127.0.0.1", 0)))
    await switch.start()
    yield switch
    await switch.stop()


def stolen(request: Request, change: Callable[[str], str] = lambda text: text) -> Request:
    """What was recorded, with other text in it."""
    copy = parse(change(serialize(request).decode()).encode())
    assert isinstance(copy, Request)
    return copy


@pytest.mark.parametrize("host", ["127.0.0.1", ELSEWHERE])
async def test_a_replayed_sip_digest_registers_nobody(switch: EmbeddedSwitch, host: str) -> None:
    """Word for word, and with changes that a digest might not cover; from the phone's host and another."""
    async with a_wire(switch) as phone, a_wire(switch, host) as thief:
        recorded = await phone.sign(phone.register())
        assert (await phone.ask(recorded)).status == 200
        before = switch.registrar.bindings("4000")
        for change in (
            lambda text: text,
            lambda text: text.replace("Call-ID: recorded", "Call-ID: other"),
            lambda text: text.replace("sip:4000@127", "sip:4000@10"),
            lambda text: text.replace("nc=00000001", "nc=00000002"),
            lambda text: text.replace("qop=auth, ", "").replace("nc=00000001, ", ""),
        ):
            answer = await thief.ask(stolen(recorded, change))
            assert answer.status in (401, 403)
        assert switch.registrar.bindings("4000") == before


async def test_recorded_credentials_do_not_make_a_call(switch: EmbeddedSwitch) -> None:
    async with a_wire(switch) as phone, a_wire(switch) as thief:
        recorded = await phone.sign(phone.register())
        assert (await phone.ask(recorded)).status == 200
        invite = stolen(
            recorded,
            lambda text: text.replace("REGISTER sip:offhook", "INVITE sip:4001@offhook").replace(
                " REGISTER\r\n", " INVITE\r\n"
            ),
        )
        answer = await thief.ask(invite)
        while answer.status < 200:
            answer = await thief.answers.get()
        assert answer.status in (401, 403)


async def test_a_nonce_from_before_a_restart_is_stale_and_not_a_wrong_password(
    switch: EmbeddedSwitch,
) -> None:
    async with a_wire(switch) as phone:
        signed = await phone.sign(phone.register())
        fresh = EmbeddedSwitch(
            [TerminalSettings("4000", "Kim", PASSWORD)], EmbeddedSettings(Listen("127.0.0.1", 0))
        )
        await fresh.start()
        async with a_wire(fresh) as other:
            answer = await other.ask(signed)
        await fresh.stop()
    assert answer.status == 401
    assert "stale=true" in (answer.headers.get("WWW-Authenticate") or "")


async def test_guessing_a_phones_password_is_slowed_and_the_phone_registers_all_the_same(
    switch: EmbeddedSwitch,
) -> None:
    async with a_wire(switch, ELSEWHERE) as thief:
        statuses = []
        for number in range(100):
            guess = await thief.sign(thief.register(call_id=f"guess-{number}"), f"guess-{number}")
            statuses.append((await thief.ask(guess)).status)
        right = await thief.sign(thief.register(call_id="right"))
        answer = await thief.ask(right)
        async with Phone(switch.address(), "4000", PASSWORD):
            assert switch.in_service("4000")
    assert set(statuses[:10]) == {403} and set(statuses[11:]) == {503}
    assert answer.status == 503 and int(answer.headers.get("Retry-After") or 0) > 0


async def test_a_password_guessed_from_many_hosts_is_slowed_and_its_phone_is_not(
    switch: EmbeddedSwitch,
) -> None:
    statuses = []
    async with Phone(switch.address(), "4000", PASSWORD) as phone:
        for number in range(30):
            async with a_wire(switch, f"127.0.1.{number + 1}") as thief:
                guess = await thief.sign(thief.register(call_id=f"guess-{number}"), f"guess-{number}")
                statuses.append((await thief.ask(guess)).status)
        await phone.register()
        async with a_wire(switch, "127.0.2.1") as other:
            right = await other.sign(other.register("4001"))
            assert (await other.ask(right)).status == 200
    assert statuses == [403] * 20 + [503] * 10


async def test_a_phone_on_tcp_is_known_again_after_a_restart(tmp_path: Path) -> None:
    settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0))
    kept = FileRegistrations(tmp_path / "registrations.json")
    terminals = [TerminalSettings("4000", "Kim", PASSWORD), TerminalSettings("4001", "Lee", PASSWORD)]
    before = EmbeddedSwitch(terminals, settings, registrations=kept)
    await before.start()
    async with Phone(before.address("tcp"), "4000", PASSWORD, protocol="tcp"):
        pass
    await before.stop()
    again = EmbeddedSwitch(terminals, settings, registrations=kept)
    await again.start()
    assert not again.in_service("4000")
    async with a_wire(again) as thief:
        for number in range(15):
            guess = await thief.sign(thief.register("4001", call_id=f"guess-{number}"), "guess")
            await thief.ask(guess)
        assert (await thief.ask(await thief.sign(thief.register("4001", "right")))).status == 503
    async with Phone(again.address("tcp"), "4000", PASSWORD, protocol="tcp"):
        assert again.in_service("4000")
    await again.stop()


async def test_wrong_passwords_are_a_few_lines_in_the_log(
    switch: EmbeddedSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_wire(switch, ELSEWHERE) as thief:
        for number in range(40):
            guess = await thief.sign(thief.register("4000", f"guess-{number}"), "guess")
            await thief.ask(guess)
    (line,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert line.message == f"from {ELSEWHERE} as '4000': wrong password"


async def test_who_guesses_at_the_phones_own_address_does_not_keep_it_out(switch: EmbeddedSwitch) -> None:
    async with Phone(switch.address(), "4000", PASSWORD) as phone, a_wire(switch) as thief:
        for number in range(30):
            guess = await thief.sign(thief.register("4001", f"guess-{number}"), "guess")
            await thief.ask(guess)
        await phone.register()
        assert switch.in_service("4000")
