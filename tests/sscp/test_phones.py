"""Phones that fetch their configuration, over SSCP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from offhook.call.provisioned import PhoneAction, PhoneOrder
from offhook.errors import CallError, Refusal
from offhook.sscp.messages import Phones
from tests.provisioning.phonefile import a_phone_file
from tests.sscp.helpers import Site, a_client, a_site, a_socket
from tests.sscp.playedserver import a_played_server

MAC = "805ec0123456"


@asynccontextmanager
async def an_office(folder: Path) -> AsyncIterator[Site]:
    with a_phone_file(folder) as file:
        async with a_site(folder) as site:
            site.manager.phones.open(file)
            yield site


async def test_only_administrators_are_answered(tmp_path: Path) -> None:
    async with an_office(tmp_path) as site, a_client(site.url) as (client, _):
        for asked in (
            client.phones(),
            client.phone_models(),
            client.order_phone(PhoneOrder(PhoneAction.ADD, MAC, "Linphone", "4000")),
        ):
            with pytest.raises(CallError) as caught:
                await asked
            assert caught.value.refusal is Refusal.NOT_ALLOWED


async def test_a_phone_as_a_client_of_another_language_sees_it(tmp_path: Path) -> None:
    async with an_office(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in("root", "toor")
        add = {"type": "phone", "id": 1, "action": "add", "mac": MAC, "model": "Linphone", "terminal": "4000"}
        added = await raw.ask(add)
        shown = await raw.ask({"type": "phone", "id": 2, "action": "show", "mac": MAC, "seconds": 60})
        listed = await raw.ask({"type": "phones", "id": 3})
    assert added["phones"][0]["mac"] == MAC and "address" not in added
    assert shown["address"].startswith("http://192.0.2.10:8088/p/")
    assert [one["terminal"] for one in listed["phones"]] == ["4000"]


async def test_many_are_listed_page_by_page_until_all_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sscp.asking.PAGE", 2)
    macs = [f"{number:012}" for number in range(4)]
    async with an_office(tmp_path) as site, a_client(site.url, "root", "toor") as (client, _):
        for mac in macs:
            await client.order_phone(PhoneOrder(PhoneAction.ADD, mac, "Linphone", "4000"))
        assert [one.mac for one in (await client.phones()).phones] == macs


async def test_a_page_begins_behind_the_phone_that_is_named(tmp_path: Path) -> None:
    async with an_office(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in("root", "toor")
        for number in range(4):
            add = {"type": "phone", "id": number, "action": "add", "mac": f"{number:012}"}
            await raw.ask({**add, "model": "Linphone", "terminal": "4000"})
        page = await raw.ask({"type": "phones", "id": 10, "after": f"{1:012}", "limit": 1})
        too_many = await raw.ask({"type": "phones", "id": 11, "limit": 1001})
    assert [one["mac"] for one in page["phones"]] == [f"{2:012}"]
    assert too_many["error"]["code"] == "bad-request"


async def test_a_server_without_them_is_not_asked() -> None:
    async with a_played_server() as (_, url), a_client(url) as (client, _):
        with pytest.raises(CallError, match="too old to tell of phones"):
            await client.phones()


async def test_who_watches_is_told_that_something_has_changed_and_nobody_else(tmp_path: Path) -> None:
    async with (
        an_office(tmp_path) as site,
        a_client(site.url, "root", "toor") as (client, heard),
        a_client(site.url, "root", "toor") as (other, unasked),
    ):
        assert (await client.phones(watch=True)).watched
        assert not (await other.phones()).watched
        site.manager.phones.note_change()
        await heard.until(lambda: heard.phones == 1)
        await other.phones()
        assert unasked.phones == 0


async def test_an_administrator_alone_watches(tmp_path: Path) -> None:
    async with an_office(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in()
        refused = await raw.ask({"type": "phones", "id": 1, "watch": True})
        assert refused["error"]["code"] == "not-allowed"
        assert [session.watches_phones for session in site.server._connections] == [False]


async def test_the_event_as_a_client_of_another_language_sees_it(tmp_path: Path) -> None:
    async with an_office(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in("root", "toor")
        await raw.ask({"type": "phones", "id": 1, "watch": True})
        site.manager.phones.note_change()
        assert await raw.next() == {"type": "phones-changed"}


async def test_an_older_server_is_not_asked_to_tell() -> None:
    async with a_played_server() as (played, url):
        played.features = ["phones"]
        async with a_client(url) as (client, _):
            assert not (await client.phones(watch=True)).watched
    assert [one.watch for one in played.asked if isinstance(one, Phones)] == [False]
