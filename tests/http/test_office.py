"""Providers, groups and what rings, changed by an administrator over HTTP."""

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from offhook.assembly.officefile import ConfiguredOffice
from offhook.config import load
from offhook.manager.office import Office
from offhook.manager.stores.audit import read_audit
from tests.cli.helpers import CONFIG, write_config
from tests.http.helpers import a_client, a_site

TRUNK: dict[str, Any] = {
    "name": "provider",
    "server": ["127.0.0.1:5070"],
    "user": "4930900",
    "password": "hunter22",
    "numbers": ["+4930900100-+4930900199"],
}
GROUP = {"name": "sales", "terminals": ["4000", "4001"]}
RULE = {"name": "office", "numbers": ["+4930900100"], "ring": ["sales"], "hours": ["mon-fri 09:00-17:30"]}


@asynccontextmanager
async def office(folder: Path, user: str = "root", extra: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """A client at a Call Manager whose configuration is in `folder`."""
    file = folder / "offhook.toml"
    if not file.exists():
        write_config(folder, CONFIG + extra)
    config = load(file, environ={})
    async with (
        a_site(folder, office=lambda audit: Office(ConfiguredOffice(config), audit)) as site,
        a_client(site, user) as client,
    ):
        yield client


async def ask(client: httpx.AsyncClient, method: str, path: str, body: Any = None) -> httpx.Response:
    """A change of what is there now."""
    revision = (await client.get("/admin/office")).json()["revision"]
    return await client.request(method, f"/admin/office{path}", params={"revision": revision}, json=body)


async def test_an_office_is_set_up_changed_and_taken_down_and_the_file_is_as_it_was(tmp_path: Path) -> None:
    async with office(tmp_path) as client:
        for path, body in (("/trunks", TRUNK), ("/groups", GROUP), ("/incoming", RULE)):
            answer = await ask(client, "POST", path, body)
            assert answer.status_code == 201, answer.text
        now = answer.json()
        assert (now["waits"], now["fixed"]) == (True, "")
        config = load(tmp_path / "offhook.toml", environ={})
        assert (config.trunks[0].password, config.groups[0].name) == ("hunter22", "sales")
        assert config.incoming[0].ring == ("4000", "4001")
        change = {"order": "longest_idle", "hours": None, "otherwise": "busy"}
        answer = await ask(client, "PATCH", "/incoming/1", change)
        assert answer.json()["incoming"][0]["settings"] == {
            "name": "office",
            "numbers": ["+4930900100"],
            "ring": ["sales"],
            "order": "longest_idle",
            "otherwise": "busy",
        }
        for path in ("/incoming/1", "/groups/1", "/trunks/1"):
            answer = await ask(client, "DELETE", path)
            assert answer.status_code == 200, answer.text
        assert answer.json()["waits"] is False
    file = tmp_path / "offhook.toml"
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (CONFIG, 0o600)


async def test_a_phone_is_given_a_number_outside_and_nothing_else_of_it_is_told(tmp_path: Path) -> None:
    async with office(tmp_path) as client:
        await ask(client, "POST", "/trunks", TRUNK)
        answer = await ask(client, "PATCH", "/terminals/1", {"number": "+4930900101"})
        assert answer.status_code == 200, answer.text
        assert load(tmp_path / "offhook.toml", environ={}).terminals[0].number == "+4930900101"
        phone = answer.json()["terminals"][0]
        assert phone["settings"].keys() <= {"id", "name", "number"}
        assert phone["settings"]["number"] == "+4930900101"
        assert answer.json()["waits"]
        refused = await ask(client, "PATCH", "/terminals/1", {"number": "0123"})
        assert refused.status_code == 400 and "number" in refused.text
        for body in ({"password": "x"}, {"id": "4002"}):
            assert (await ask(client, "PATCH", "/terminals/1", body)).status_code == 400
        answer = await ask(client, "PATCH", "/terminals/1", {"number": None})
        assert "number" not in answer.json()["terminals"][0]["settings"]


async def test_a_password_is_taken_and_never_shown_or_written_down(tmp_path: Path) -> None:
    async with office(tmp_path) as client:
        answer = await ask(client, "POST", "/trunks", TRUNK)
        assert "hunter22" not in answer.text
        assert answer.json()["trunks"][0]["has_password"] is True
    entries = list(read_audit(tmp_path))
    (entry,) = [one for one in entries if one.event == "office"]
    assert (entry.user, entry.number, entry.result) == ("root", "trunk provider added", "ok")
    assert "hunter22" not in str(entries)


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/trunks", TRUNK | {"numbers": ["030900"]}, "trunk[1].numbers: must be a list of numbers"),
        ("/groups", GROUP | {"terminals": ["4009"]}, "group[1].terminals: '4009' is not a [[terminal]]"),
        ("/groups", {"terminals": ["4000"]}, "group[1].name: is missing"),
        ("/incoming", RULE, "incoming[1].ring: is of calls by a [[trunk]], and there is none"),
        ("/trunks", TRUNK | {"password_file": "/etc/shadow"}, "unknown field `password_file`"),
        ("/trunks", TRUNK | {"tls_ca_file": "/etc/shadow"}, "unknown field `tls_ca_file`"),
    ],
)
async def test_what_a_start_would_refuse_or_names_a_file_is_not_written(
    tmp_path: Path, path: str, body: Any, said: str
) -> None:
    async with office(tmp_path) as client:
        answer = await ask(client, "POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
        assert said in answer.json()["detail"]
        assert str(tmp_path) not in answer.text
    assert (tmp_path / "offhook.toml").read_text() == CONFIG


@pytest.mark.parametrize(
    "change", [{"server": ["203.0.113.9"]}, {"transport": "tcp"}, {"outbound_proxy": "203.0.113.9"}]
)
async def test_an_account_s_password_goes_nowhere_else_unless_it_is_given_again(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    async with office(tmp_path) as client:
        await ask(client, "POST", "/trunks", TRUNK)
        answer = await ask(client, "PATCH", "/trunks/1", change)
        assert answer.status_code == 400
        assert "give it again" in answer.json()["detail"]
        assert (await ask(client, "PATCH", "/trunks/1", {"max_calls": 20})).status_code == 200
        same = {"server": TRUNK["server"], "max_calls": 30}
        assert (await ask(client, "PATCH", "/trunks/1", same)).status_code == 200
        again = {"transport": "tcp", "password": "hunter23"}
        assert (await ask(client, "PATCH", "/trunks/1", again)).status_code == 200
    one = load(tmp_path / "offhook.toml", environ={}).trunks[0]
    assert (one.transport, one.password, one.max_calls) == ("tcp", "hunter23", 30)


async def test_who_has_not_seen_the_last_change_changes_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as client:
        seen = (await client.get("/admin/office")).json()["revision"]
        assert (await ask(client, "POST", "/groups", GROUP)).status_code == 201
        for method, path in (("POST", "/groups"), ("DELETE", "/groups/1"), ("PATCH", "/groups/1")):
            body = None if method == "DELETE" else GROUP | {"name": "support"}
            answer = await client.request(
                method, f"/admin/office{path}", params={"revision": seen}, json=body
            )
            assert (answer.status_code, answer.json()["code"]) == (409, "not-possible-now")
            assert "changed meanwhile" in answer.json()["detail"]


async def test_a_place_that_there_is_not_is_told(tmp_path: Path) -> None:
    async with office(tmp_path) as client:
        assert (await ask(client, "DELETE", "/groups/1")).status_code == 409
        assert (await ask(client, "DELETE", "/groups/0")).status_code == 404
        assert (await ask(client, "DELETE", "/groups/-1")).status_code == 404


@pytest.mark.parametrize("extra", ["[http]\nchange_office = false\n", '[cluster]\nnode = "north"\n'])
async def test_where_it_is_not_changed_here_it_is_shown_with_the_reason(tmp_path: Path, extra: str) -> None:
    async with office(tmp_path, extra=extra) as client:
        now = (await client.get("/admin/office")).json()
        assert "change it there" in now["fixed"]
        answer = await ask(client, "POST", "/groups", GROUP)
        assert (answer.status_code, answer.json()["code"]) == (409, "not-supported")
    assert (tmp_path / "offhook.toml").read_text() == CONFIG + extra


@pytest.mark.parametrize("user", ["kim", ""])
async def test_nobody_but_an_administrator_sees_or_changes_it(tmp_path: Path, user: str) -> None:
    async with office(tmp_path, user) as client:
        status = 403 if user else 401
        assert (await client.get("/admin/office")).status_code == status
        answer = await client.post("/admin/office/groups", params={"revision": "x"}, json=GROUP)
        assert answer.status_code == status
    assert (tmp_path / "offhook.toml").read_text() == CONFIG
