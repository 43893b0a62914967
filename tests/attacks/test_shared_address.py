"""Many people have one address: an office behind a router, or everybody behind a reverse proxy."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from offhook.manager import loginthrottle as throttle
from tests.attacks.site import a_site, attacking, audit, logged_in

FAILURES = 12
QUICKLY = '[auth]\npassword_cost = "low"\n'


async def fail(url: str, user: str, extra: tuple[tuple[str, str], ...] = ()) -> None:
    """Somebody at this machine's address does not know the password; comes anew after each refusal."""
    async with attacking(url, extra=extra) as attacker:
        await attacker.log_in(user, "a-wrong-password")


async def fail_often(url: str, users: list[str]) -> None:
    await asyncio.gather(*(fail(url, user) for user in users))


async def log_in_at_once(url: str, user: str, extra: tuple[tuple[str, str], ...] = ()) -> None:
    """A throttled login is refused or waits; this one may do neither by much."""
    async with attacking(url, extra=extra) as one:
        async with asyncio.timeout(10):
            assert await one.log_in(user, f"{user}-password") == ""


async def test_somebody_elses_failures_do_not_delay_a_login_from_the_same_address(tmp_path: Path) -> None:
    async with a_site(tmp_path, QUICKLY) as site:
        await fail_often(site.url, ["choi"] * FAILURES)
        await log_in_at_once(site.url, "lee")


async def test_who_logged_in_there_before_a_restart_is_still_known_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FREE_FAILURES_HERE", 5)
    async with a_site(tmp_path, QUICKLY) as site, logged_in(site.url, "kim"):
        pass
    async with running(load(tmp_path / "offhook.toml", environ={})) as system:
        await fail_often(system.sscp_url, [f"nobody{number}" for number in range(8)])
        await log_in_at_once(system.sscp_url, "kim")


async def test_behind_a_trusted_proxy_failures_count_against_whom_it_speaks_for(tmp_path: Path) -> None:
    async with a_site(tmp_path, QUICKLY, sscp='trusted_proxies = ["127.0.0.1"]\n') as site:
        guesser, office = (("X-Forwarded-For", "192.0.2.66"),), (("X-Forwarded-For", "192.0.2.7"),)
        for _ in range(3):
            await fail(site.url, "kim", guesser)
        async with attacking(site.url, extra=guesser) as one:
            refused = asyncio.create_task(one.log_in("kim", "a-wrong-password"))
            await log_in_at_once(site.url, "kim", office)
            await refused
    refusals = audit(tmp_path, result="not-authenticated")
    assert {one.source for one in refusals} == {"192.0.2.66"}


async def test_a_users_file_that_another_process_holds_keeps_no_token_out(tmp_path: Path) -> None:
    async with a_site(tmp_path, QUICKLY) as site:
        tokens: list[str] = []
        async with logged_in(site.url, "kim"):
            with closing(sqlite3.connect(tmp_path / "state" / "users.sqlite", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                async with attacking(site.url) as keeper:
                    keeping = asyncio.create_task(
                        keeper.ask(
                            {
                                "type": "login",
                                "id": 0,
                                "user": "lee",
                                "password": "lee-password",
                                "keep": True,
                            }
                        )
                    )
                    async with logged_in(site.url, token_file=tmp_path / "state" / "local.token") as client:
                        assert await client.calls() == []
                    assert not keeping.done(), "it waits for the file, others do not wait for it"
                    answer = await keeping
                    assert "error" not in answer, "the login is good"
                    tokens.append(answer.get("token", ""))
                other.execute("ROLLBACK")
        assert tokens == [""], "there is only no token for the next one"
