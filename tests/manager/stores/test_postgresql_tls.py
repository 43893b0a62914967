"""A PostgreSQL beyond this machine: only by TLS, with its name on the certificate, and with a password."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import trustme

from offhook.errors import ConfigError
from offhook.manager.stores.postgresql.server import Address, Server
from tests.manager.stores.postgres import Postgres, account

HBA = """
host postgres offhook 127.0.0.1/32 trust
hostssl all all 127.0.0.1/32 scram-sha-256
"""


@dataclass
class Away:
    """The server, which the tests take for one beyond this machine."""

    postgres: Postgres
    authority: Path
    other: Path

    def address(self, host: str, password: str = "s3cret", ca_file: Path | None = None) -> Address:
        url = f"postgresql://kim@{host}:{self.postgres.port}/kim"
        return Address(url, password, ca_file or self.authority)


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    folder = tmp_path_factory.mktemp("authorities")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    trustme.CA().cert_pem.write_to_path(str(folder / "other.pem"))
    certificate = authority.issue_cert("localhost")
    with Postgres(hba=HBA) as running:
        for name, blobs in (
            ("server.crt", certificate.cert_chain_pems),
            ("server.key", [certificate.private_key_pem]),
        ):
            file = running.data / name
            file.write_bytes(b"".join(one.bytes() for one in blobs))
            file.chmod(0o600)
            if (owner := account()) is not None:
                shutil.chown(file, owner)
        running.stop()
        running.start({"ssl": "on"})
        with psycopg.connect(running.url("postgres"), autocommit=True) as own:
            own.execute("CREATE ROLE kim LOGIN PASSWORD 's3cret'")
            own.execute("CREATE DATABASE kim OWNER kim")
        yield Away(running, folder / "ca.pem", folder / "other.pem")


@pytest.fixture(autouse=True)
def _beyond_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.manager.stores.postgresql.server.is_loopback", lambda _: False)


def reached(address: Address) -> None:
    with closing(Server(address)) as server:
        server.wait_for(0)
        with server.using() as connection:
            row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert row == (True,)


def test_the_server_with_its_name_on_a_certificate_that_is_trusted_is_used(away: Away) -> None:
    reached(away.address("localhost"))


@pytest.mark.parametrize("what", ["another name", "another authority", "what the system trusts"])
def test_any_other_is_refused_before_it_hears_a_password(away: Away, what: str) -> None:
    address = {
        "another name": away.address("127.0.0.1"),
        "another authority": away.address("localhost", ca_file=away.other),
        "what the system trusts": Address(f"postgresql://kim@localhost:{away.postgres.port}/kim", "s3cret"),
    }[what]
    with pytest.raises(ConfigError, match="certificate"):
        reached(address)


def test_a_wrong_password_is_told_at_once(away: Away) -> None:
    with closing(Server(away.address("localhost", "wrong"))) as server, pytest.raises(ConfigError) as told:
        server.wait_for(3600)
    assert 'password authentication failed for user "kim"' in str(told.value)
    assert "wrong" not in str(told.value)
