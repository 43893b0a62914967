from pathlib import Path

import pytest

from offhook.errors import UserError
from offhook.manager.passwordcost import COSTS, password_hasher
from offhook.manager.stores.users import SqliteUsers
from tests.hashcost import REAL_COSTS


def test_what_passwords_cost_is_what_rfc_9106_and_owasp_recommend() -> None:
    """Passes, memory in KiB and lanes of Argon2id, as written there; the tests themselves hash cheaply."""
    assert REAL_COSTS == {
        "high": (3, 65536, 4),  # RFC 9106 §4, the second recommended option
        "medium": (1, 47104, 1),  # OWASP's Password Storage Cheat Sheet: m=47104, t=1, p=1
        "low": (2, 19456, 1),  # and m=19456, t=2, p=1
    }


@pytest.mark.parametrize("cost", COSTS)
def test_a_hash_says_what_it_costs(cost: str) -> None:
    passes, memory, lanes = COSTS[cost]
    assert f"m={memory},t={passes},p={lanes}" in password_hasher(cost).hash("secret")


def test_an_unknown_cost_names_those_that_there_are() -> None:
    with pytest.raises(UserError, match="high, medium, low"):
        password_hasher("cheap")


def test_a_password_is_hashed_at_the_new_cost_at_its_next_login(tmp_path: Path) -> None:
    dear = SqliteUsers(tmp_path / "users.sqlite", hasher=password_hasher("medium"))
    dear.add("kim", "kim-password")
    dear.close()
    cheap = SqliteUsers(tmp_path / "users.sqlite", hasher=password_hasher("low"))
    assert cheap.verify("kim", "kim-password") is not None
    assert cheap.verify("kim", "kim-password") is not None
    (kept,) = cheap.file.read("SELECT password FROM users")[0]
    cheap.close()
    passes, memory, lanes = COSTS["low"]
    assert f"m={memory},t={passes},p={lanes}" in kept
