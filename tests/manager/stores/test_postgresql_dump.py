"""The documented backup of a database, `pg_dump` while it runs and `pg_restore`, brings everything back."""

from __future__ import annotations

import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from offhook.manager.stores.postgresql.schema import migrate
from offhook.manager.stores.postgresql.server import Server
from tests.manager.helpers import OVER
from tests.manager.stores.postgres import LIMIT_S, Postgres, program
from tests.manager.stores.sites import PostgresSite

LATER = replace(OVER, id="c2", started=1_764_547_200.5, connected=None, ended=1_764_547_210.0)
"""Of another month, for which there is no table yet."""


def run(name: str, *arguments: str) -> None:
    done = subprocess.run(
        [program(name), *arguments], capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr


def test_a_dump_that_is_taken_while_offhook_runs_is_restored_whole_and_goes_on(
    postgres: Postgres, server: Server, tmp_path: Path
) -> None:
    site, dump = PostgresSite(server), str(tmp_path / "offhook.dump")
    with closing(site.users()) as users, closing(site.calls(keep_days=None)) as log:
        users.add("kim", "secret", terminals=["4000"])
        token = users.issue_token("kim", 10.0**9)
        log.record(OVER)
        log.flush()
        run("pg_dump", "--format", "custom", "--file", dump, server.address.url)
    with postgres.database() as target:
        run("pg_restore", "--exit-on-error", "--dbname", target.url, dump)
        with closing(Server(target)) as restored:
            migrate(restored)  # as each start does
            site = PostgresSite(restored)
            with closing(site.users()) as users, closing(site.calls(keep_days=None)) as log:
                found = users.verify_token(token)
                assert found is not None
                assert found.name == "kim"
                assert log.query() == [OVER]
                log.record(LATER)
                log.flush()
                assert log.query() == [LATER, OVER]
