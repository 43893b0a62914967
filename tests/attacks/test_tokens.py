"""Tokens in wrong hands."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from offhook.manager.stores.users import SqliteUsers
from tests.attacks.site import ELSEWHERE, PASSWORDS, a_site, attacking, audit, logged_in
from tests.cli.helpers import Command


async def a_stolen_token(url: str) -> str:
    """What a client keeps to log in with again; somebody has copied it."""
    async with attacking(url) as client:
        login = {"type": "login", "id": 1, "user": "kim", "password": PASSWORDS["kim"], "keep": True}
        return str((await client.ask(login))["token"])


async def test_a_stolen_token_is_worth_nothing_once_it_expired(tmp_path: Path) -> None:
    async with a_site(tmp_path, "[auth]\ntoken_days = 2\n") as site:
        token = await a_stolen_token(site.url)
        async with attacking(site.url, host=ELSEWHERE) as thief:
            assert await thief.log_in(token=token) == "", "a token is a key until it ends"
        with closing(sqlite3.connect(tmp_path / "state" / "users.sqlite")) as users:
            assert users.execute("SELECT expires - issued FROM tokens").fetchall() == [(2 * 86_400,)]
            users.execute("UPDATE tokens SET issued = issued - 172801, expires = expires - 172801")
            users.commit()
        async with attacking(site.url, host=ELSEWHERE) as thief:
            assert await thief.log_in(token=token) == "not-authenticated"
    assert [entry.result for entry in audit(tmp_path, source=ELSEWHERE)] == ["ok", "not-authenticated"]


async def test_a_revoked_token_is_worth_nothing_and_its_sessions_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.RECHECK_S", 0.05)
    async with a_site(tmp_path) as site:
        token = await a_stolen_token(site.url)
        async with attacking(site.url, host=ELSEWHERE) as thief:
            assert await thief.log_in(token=token) == ""
            done = await Command(tmp_path).run("user", "logout", "kim")
            assert done.out == "user kim was logged out; 1 tokens were ended\n"
            with pytest.raises(ConnectionClosed):
                await thief.connection.recv()
        async with attacking(site.url, host=ELSEWHERE) as thief:
            assert await thief.log_in(token=token) == "not-authenticated"


async def test_a_user_ends_all_own_tokens_and_nobody_elses(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        token = await a_stolen_token(site.url)
        async with logged_in(site.url, "lee") as lee:
            await lee.logout(token)
        async with logged_in(site.url, token=token) as kim:
            await kim.logout()
        async with attacking(site.url) as thief:
            assert await thief.log_in(token=token) == "not-authenticated"


async def test_a_new_password_ends_what_the_old_one_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.server.RECHECK_S", 0.05)
    async with a_site(tmp_path) as site:
        token = await a_stolen_token(site.url)
        async with attacking(site.url) as thief:
            assert await thief.log_in("kim", PASSWORDS["kim"]) == ""
            assert (await Command(tmp_path).run("user", "change", "kim", "--generate")).code == 0
            with pytest.raises(ConnectionClosed):
                await thief.connection.recv()
        async with attacking(site.url) as thief:
            assert await thief.log_in(token=token) == "not-authenticated"
            assert await thief.log_in("kim", PASSWORDS["kim"]) == "not-authenticated"


async def test_the_users_file_shows_no_password_and_no_token(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        token = await a_stolen_token(site.url)
    with closing(SqliteUsers(tmp_path / "state" / "users.sqlite")) as users:
        assert users.verify_token(token) is not None
    for file in (tmp_path / "state").glob("users.sqlite*"):
        data = await asyncio.to_thread(file.read_bytes)
        assert token.encode() not in data and PASSWORDS["kim"].encode() not in data
