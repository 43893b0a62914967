"""Phones that fetch their configuration, over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from offhook.common.qrcode import squares
from offhook.manager.stores.audit import read_audit
from tests.http.helpers import Site, a_client, a_site
from tests.provisioning.phonefile import a_phone_file

MAC = "805ec0123456"
PHONE = {"mac": MAC, "model": "Linphone", "terminal": "4000"}


@asynccontextmanager
async def an_office(folder: Path) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    """A site whose phones fetch their files, and an administrator."""
    with a_phone_file(folder) as file:
        async with a_site(folder) as site, a_client(site, "root") as client:
            site.manager.phones.open(file)
            yield site, client


async def test_a_phone_is_added_let_in_shown_and_removed(tmp_path: Path) -> None:
    async with an_office(tmp_path) as (_, client):
        added = await client.post("/admin/phones", json=PHONE)
        again = await client.post("/admin/phones", json=PHONE)
        opened = await client.post(f"/admin/phones/{MAC}/open", json={"seconds": 60})
        closed = await client.post("/admin/phones/80:5e:c0:12:34:56/close")
        shown = await client.post(f"/admin/phones/{MAC}/show")
        listed = await client.get("/admin/phones")
        removed = await client.delete(f"/admin/phones/{MAC}")
        gone = await client.delete(f"/admin/phones/{MAC}")
    assert (added.status_code, added.json()["open_until"]) == (201, None)
    assert (again.status_code, "already" in again.json()["detail"]) == (400, True)
    assert opened.json()["open_until"] and closed.json()["open_until"] is None
    assert shown.json()["address"].endswith(f"/linphone-{MAC}.xml")
    assert shown.json()["qr"] == squares(shown.json()["address"])
    assert listed.json() == {"phones": [shown.json()["phone"]], "unreadable": [], "next": None}
    assert (removed.status_code, gone.status_code, gone.json()["code"]) == (204, 404, "not-found")


async def test_the_log_has_who_and_which_phone_and_no_secret(tmp_path: Path) -> None:
    async with an_office(tmp_path) as (site, client):
        await client.post("/admin/phones", json=PHONE)
        shown = await client.post(f"/admin/phones/{MAC}/show")
        site.audit.close()
    entries = [one for one in read_audit(tmp_path) if one.event.startswith("phone")]
    assert [(one.event, one.user, one.door, one.number) for one in entries] == [
        ("phone-add", "root", "http", MAC),
        ("phone-show", "root", "http", MAC),
    ]
    assert shown.json()["address"] not in str(entries)


async def test_many_are_listed_in_pages(tmp_path: Path) -> None:
    async with an_office(tmp_path) as (_, client):
        for number in range(3):
            await client.post("/admin/phones", json={**PHONE, "mac": f"{number:012}"})
        first = (await client.get("/admin/phones", params={"limit": 2})).json()
        second = (await client.get("/admin/phones", params={"limit": 2, "after": first["next"]})).json()
    assert [one["mac"] for one in first["phones"]] == [f"{0:012}", f"{1:012}"] and first["next"] == f"{1:012}"
    assert ([one["mac"] for one in second["phones"]], second["next"]) == ([f"{2:012}"], None)


async def test_the_models_are_listed_by_vendor(tmp_path: Path) -> None:
    async with an_office(tmp_path) as (_, client):
        vendors = (await client.get("/admin/phone-models")).json()["vendors"]
    assert {"vendor": "Linphone", "models": ["Linphone"]} in vendors


async def test_everybody_sees_the_phones_of_the_own_terminals(tmp_path: Path) -> None:
    async with an_office(tmp_path) as (site, client), a_client(site, "lee") as lee, a_client(site) as kim:
        await client.post("/admin/phones", json={**PHONE, "seconds": 60})
        assert (await lee.get("/phones")).json() == {"phones": []}
        [own] = (await kim.get("/phones")).json()["phones"]
    assert (own["mac"], own["model"], own["terminal"], own["open_until"]) == (MAC, "Linphone", "4000", None)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/admin/phones"),
        ("GET", "/admin/phone-models"),
        ("POST", "/admin/phones"),
        ("DELETE", f"/admin/phones/{MAC}"),
        *(("POST", f"/admin/phones/{MAC}/{what}") for what in ("open", "show", "close", "reboot", "resync")),
    ],
)
async def test_others_than_administrators_are_refused(tmp_path: Path, method: str, path: str) -> None:
    async with a_site(tmp_path) as site, a_client(site) as kim:
        answer = await kim.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


async def test_where_no_phones_fetch_anything_it_says_what_to_set(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        answer = await client.get("/admin/phones")
        none = await client.get("/phones")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-supported")
    assert "[provisioning] listen" in answer.json()["detail"]
    assert none.json() == {"phones": []}
