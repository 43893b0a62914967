"""Somebody types more than a name where a directory checks the login. The directory is a real slapd."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.attacks.people import login_config
from tests.attacks.site import AttackedSite, a_site, attacking, audit, code_of, logged_in
from tests.peers.slapd import Prepared, Slapd

pytestmark = pytest.mark.peer

NAMES = [
    "*",
    "c*",
    "choi*",
    "choi)(uid=*",
    "choi)(objectClass=*",
    "*)(|(uid=*",
    "*))(|(uid=choi",
    "choi)(|(uid=choi)",
    "nobody)(|(uid=choi))(uid=x",
    "\\63hoi",
    "\\2a",
    "choi\\00",
    "choi\0",
    "choi\0)(uid=*",
    "(choi)",
    "uid=choi,ou=people,dc=example,dc=com",
    "cn=reader,dc=example,dc=com",
    "choi,ou=people,dc=example,dc=com",
    "choi\\",
    "",
    " ",
    " choi",
    "ch\u200boi",
    "\uff43\uff48\uff4f\uff49",
]


@pytest.fixture
async def site(tmp_path: Path, people: Prepared) -> AsyncIterator[AttackedSite]:
    folder = tmp_path / "slapd"
    folder.mkdir()
    async with Slapd(people, folder) as slapd, a_site(tmp_path, login_config(slapd, tmp_path)) as site:
        yield site


async def test_ldap_injection_in_the_login_name_finds_nobody(
    site: AttackedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.loginthrottle.FREE_FAILURES", 10**6)
    refused = []
    for name in NAMES:
        async with attacking(site.url) as attacker:
            refused.append(await attacker.log_in(name, "choi-password"))
    assert refused == ["not-authenticated"] * len(NAMES)


async def test_the_right_name_and_password_of_the_directory_are_let_in(site: AttackedSite) -> None:
    async with logged_in(site.url, "park", "park-password") as client:
        assert [terminal.id for terminal in await client.terminals()] == ["4001"]
    async with logged_in(site.url, "choi", "choi-password") as client:
        assert [terminal.id for terminal in await client.terminals()] == ["4000", "4001"]


async def test_a_name_full_of_ldap_syntax_is_but_a_name(site: AttackedSite) -> None:
    async with logged_in(site.url, 'o,b+ri"en', "brien-password") as client:
        assert [terminal.id for terminal in await client.terminals()] == ["4001"]


@pytest.mark.parametrize("name", ["choi", "nopassword"])
async def test_an_empty_password_is_no_anonymous_login(site: AttackedSite, name: str) -> None:
    async with attacking(site.url) as attacker:
        assert await attacker.log_in(name, "") == "not-authenticated"
        assert await attacker.log_in(name, "\0") == "not-authenticated"


async def test_a_person_of_the_directory_does_not_become_the_local_user_of_that_name(
    site: AttackedSite,
) -> None:
    async with attacking(site.url) as attacker:
        assert await attacker.log_in("kim", "kim-of-the-directory") == "not-authenticated"
        assert code_of(await attacker.ask({"type": "calls", "id": 1})) == "not-authenticated"


async def test_a_directory_that_is_shot_down_lets_nobody_in_and_keeps_nobody_local_out(
    tmp_path: Path, people: Prepared
) -> None:
    folder = tmp_path / "slapd"
    folder.mkdir()
    slapd = Slapd(people, folder)
    await slapd.start()
    async with a_site(tmp_path, login_config(slapd, tmp_path)) as site:
        await slapd.stop()
        async with attacking(site.url) as attacker:
            assert await attacker.log_in("choi", "choi-password") == "unavailable"
        async with logged_in(site.url, "kim") as client:
            assert await client.calls() == []
    (entry,) = audit(tmp_path, event="login", user="choi")
    assert entry.result == "unavailable"
