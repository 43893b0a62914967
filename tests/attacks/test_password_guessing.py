"""Thousands of wrong passwords at once, as fast as they can be sent."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.attacks.site import (
    ELSEWHERE,
    PASSWORDS,
    AttackedSite,
    a_site,
    attacking,
    audit,
    code_of,
    logged_in,
)

GUESSERS = 10
GUESSES = 500
BEGUN = 50


@pytest.fixture(autouse=True)
def brief_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who are slowed down wait for a second at most, or are refused: tests need not last."""
    for module in ("loginthrottle", "login"):
        monkeypatch.setattr(f"offhook.manager.{module}.MAX_WAIT_S", 1.0)


async def guess(site: AttackedSite, host: str, user: str, begun: asyncio.Event) -> list[str]:
    """Send guesses without waiting for answers, in a new session when one is ended; what was answered."""
    codes: list[str] = []
    while len(codes) < GUESSES:
        async with attacking(site.url, host=host) as attacker:
            with suppress(ConnectionClosed):
                for number in range(len(codes), GUESSES):
                    login = {"type": "login", "id": number, "user": user, "password": f"guess-{number}"}
                    await attacker.connection.send(json.dumps(login))
                while len(codes) < GUESSES:
                    codes.append(code_of(json.loads(await attacker.connection.recv())))
                    if len(codes) > BEGUN:
                        begun.set()
    return codes


async def guess_all(
    site: AttackedSite, host: str, user: str, begun: asyncio.Event | None = None
) -> list[str]:
    """Many at once."""
    found = await asyncio.gather(
        *(guess(site, host, user, begun or asyncio.Event()) for _ in range(GUESSERS))
    )
    return [code for codes in found for code in codes]


@pytest.mark.parametrize("host", [ELSEWHERE, "127.0.0.1"])
async def test_wrong_passwords_at_a_thousand_a_second_do_not_keep_the_right_user_out(
    tmp_path: Path, host: str
) -> None:
    """From another address, and from the user's own, where the user has logged in before."""
    async with a_site(tmp_path) as site:
        async with logged_in(site.url, "kim"):
            pass
        begun = asyncio.Event()
        attack = asyncio.create_task(guess_all(site, host, "kim", begun))
        await begun.wait()
        if host == ELSEWHERE:
            async with logged_in(site.url, "kim") as client:
                assert await client.calls() == []
            async with logged_in(site.url, "lee") as client:
                assert await client.calls() == []
        else:
            async with logged_in(site.url, token_file=tmp_path / "state" / "local.token") as client:
                assert await client.calls() == []
        codes = await attack
    assert set(codes) <= {"not-authenticated", "overloaded"}
    assert codes.count("not-authenticated") <= 210, (
        "more guesses were looked at than the throttle lets through"
    )
    assert sum(entry.repeated or 1 for entry in audit(tmp_path, user="kim", source=host)) >= len(codes)


async def test_guesses_at_a_colleague_do_not_keep_out_who_sits_at_the_same_address(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        async with logged_in(site.url, "kim"):
            pass
        begun = asyncio.Event()
        attack = asyncio.create_task(guess_all(site, "127.0.0.1", "lee", begun))
        await begun.wait()
        async with logged_in(site.url, "kim") as client:
            assert await client.calls() == []
        await attack


async def test_a_guesser_is_slowed_down_even_with_the_right_password(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        await guess_all(site, ELSEWHERE, "kim")
        async with attacking(site.url, host=ELSEWHERE) as attacker:
            assert await attacker.log_in("kim", PASSWORDS["kim"]) == "overloaded"


async def test_a_thousand_silent_connections_do_not_keep_the_right_user_out(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        port = int(site.url.rpartition(":")[2])
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(1000)]
        async with logged_in(site.url, "kim") as client:
            assert await client.calls() == []
        for _, writer in silent:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in silent), return_exceptions=True)


async def test_strangers_of_one_address_do_not_keep_out_those_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.MAX_STRANGERS_HERE", 2)
    async with (
        a_site(tmp_path) as site,
        attacking(site.url, host=ELSEWHERE),
        attacking(site.url, host=ELSEWHERE),
    ):
        with pytest.raises(InvalidStatus):
            async with attacking(site.url, host=ELSEWHERE):
                pass
        async with logged_in(site.url, "kim") as client:
            assert await client.calls() == []
