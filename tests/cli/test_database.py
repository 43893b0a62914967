"""A whole Offhook whose state is in PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from offhook.assembly.run import running
from offhook.cli.checks.database import look_at_database
from offhook.config import load
from offhook.demo.phone import Phone
from offhook.errors import ConfigError
from offhook.manager.stores.postgresql.server import Address
from tests.cli.helpers import CONFIG, Command, a_site, write_config
from tests.manager.stores.postgres import Postgres


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Address]:
    with postgres.database() as address:
        yield address


def configured(database: Address, more: str = "") -> str:
    return CONFIG.replace("[state]\n", f'[state]\ndatabase = "{database.url}"\n{more}')


async def calls_kept(database: Address, wanted: int) -> None:
    """Wait until so many calls are in the database, from their beginning to their end."""

    def ended() -> int:
        with psycopg.connect(database.url) as connection:
            row = connection.execute("SELECT count(*) FROM offhook.calls WHERE ended IS NOT NULL").fetchone()
        return int(row[0]) if row else 0

    while (found := await asyncio.to_thread(ended)) != wanted:
        assert found < wanted
        await asyncio.sleep(0.05)


async def test_users_calls_forwarding_and_audit_are_there_after_a_restart_and_not_in_the_folder(
    tmp_path: Path, database: Address
) -> None:
    text = configured(database)
    write_config(tmp_path, text)
    added = await Command(tmp_path).run("user", "add", "kim", "--terminal", "4000", "--generate")
    assert added.code == 0, added.err
    async with a_site(tmp_path, ["4001"], text) as (command, system):
        assert (await command.run("forward", "set", "4000", "--when", "busy", "--terminal", "4001")).code == 0
        assert system.sip_address is not None
        async with Phone(system.sip_address, "4000", "first-phone") as caller:
            (await caller.call("4001")).hang_up()
            await calls_kept(database, 2)
    listed = await Command(tmp_path).run("user", "list", "--json")
    assert [one["name"] for one in json.loads(listed.out)] == ["kim"]
    audited = await Command(tmp_path).run("audit", "--json")
    assert "forward" in [json.loads(line)["event"] for line in audited.out.splitlines()]
    async with a_site(tmp_path, [], text) as (command, _):
        shown = await command.run("forward", "show", "--terminal", "4001")
        assert "4000" in shown.out
    assert not list((tmp_path / "state").glob("*.sqlite"))
    assert not (tmp_path / "state" / "forwardings.json").exists()
    assert not (tmp_path / "state" / "audit.jsonl").exists()


async def test_two_call_managers_of_one_name_are_refused_and_of_two_names_are_not(
    tmp_path: Path, database: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.postgresql.server.START_S", 0.0)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    async with a_site(tmp_path / "one", [], configured(database)):
        file = write_config(tmp_path / "two", configured(database))
        with pytest.raises(
            ConfigError, match=r"state\.node: another Offhook without a name uses the database"
        ):
            async with running(load(file, environ={})):
                pass
        async with a_site(tmp_path / "two", [], configured(database, 'node = "two"\n')):
            pass


async def test_a_database_that_is_away_is_named_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.postgresql.server.START_S", 0.0)
    text = configured(Address("postgresql://offhook@127.0.0.1:1/offhook"))
    with pytest.raises(
        ConfigError, match=r"state\.database: the database offhook at 127\.0\.0\.1 cannot be used"
    ):
        async with running(load(write_config(tmp_path, text), environ={})):
            pass


async def test_calls_go_on_while_the_database_is_away_and_are_all_kept_afterwards(
    tmp_path: Path, postgres: Postgres, database: Address
) -> None:
    async with a_site(tmp_path, ["4001"], configured(database)) as (_, system):
        assert system.sip_address is not None
        async with Phone(system.sip_address, "4000", "first-phone") as caller:
            await asyncio.to_thread(postgres.stop)
            try:
                for _ in range(3):
                    (await caller.call("4001")).hang_up()
            finally:
                await asyncio.to_thread(postgres.start)
            await calls_kept(database, 6)


async def test_check_says_whether_the_database_answers_and_changes_nothing(
    tmp_path: Path, database: Address
) -> None:
    def said(text: str) -> list[tuple[str, str]]:
        config = load(write_config(tmp_path, text), environ={})
        return [(one.level.name, one.text) for one in look_at_database(config)]

    assert said(CONFIG) == []
    ((level, text),) = said(configured(database))
    assert (
        level == "OK" and "answers (PostgreSQL" in text and text.endswith("will be made at the first start")
    )
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT to_regclass('offhook.version')").fetchone() == (None,)
    assert (await Command(tmp_path).run("user", "list")).code == 0
    ((level, text),) = said(configured(database))
    assert level == "OK" and text.endswith("its tables are as they should be")
    ((level, text),) = said(configured(Address(database.url.replace("/test", "/nonsense"))))
    assert level == "FAIL" and "does not exist" in text
