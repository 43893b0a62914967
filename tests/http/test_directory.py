"""Names for numbers, and numbers for names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from offhook.address import normalise
from offhook.directory import DirectoryCache, Person
from offhook.directory.base import Kind, person
from offhook.directory.numberkeys import NumberKeys
from tests.http.helpers import RULES, Site, a_client, a_site, events


class Book:
    """A source with two people."""

    name, identity, check_s = "book", "book", None

    async def fetch(self) -> list[Person]:
        lee = person(
            ["Lee Min-ho"], [("+82 2 568 3848", Kind.WORK), ("see above", Kind.HOME)], company="Hanbit"
        )
        choi = person(["Choi"], [("02-568-0000", Kind.MOBILE)])
        assert lee is not None and choi is not None
        return [lee, choi]

    async def picture(self, _person: Person) -> bytes | None:
        return None


@asynccontextmanager
async def with_a_book(folder: Path) -> AsyncIterator[tuple[Site, httpx.AsyncClient]]:
    keys = NumberKeys(lambda number: normalise(number, RULES), (), "rules")
    directory = DirectoryCache([Book()], keys)
    await directory.refresh()
    async with a_site(folder, directory=directory) as site, a_client(site) as client:
        yield site, client


async def test_people_are_found_by_the_beginnings_of_their_names(tmp_path: Path) -> None:
    async with with_a_book(tmp_path) as (_, client):
        found = (await client.get("/directory", params={"q": "lee"})).json()
        none = (await client.get("/directory", params={"q": " "})).json()
    assert found == {
        "people": [
            {
                "name": "Lee Min-ho",
                "company": "Hanbit",
                "mail": "",
                "numbers": [{"text": "+82 2 568 3848", "kind": "work", "dialled": "9025683848"}],
            }
        ],
        "similar": False,
    }
    assert none == {"people": [], "similar": False}


async def test_a_number_is_told_with_whose_it_is(tmp_path: Path) -> None:
    async with with_a_book(tmp_path) as (_, client):
        lee = (await client.get("/directory/number", params={"n": "tel:+8225683848"})).json()
        nobody = (await client.get("/directory/number", params={"n": "02-568-1111"})).json()
        inside = (await client.get("/directory/number", params={"n": "4001"})).json()
        none = await client.get("/directory/number", params={"n": "what?"})
    assert (lee["dialled"], lee["shown"], lee["name"]) == ("9025683848", "02-568-3848", "Lee Min-ho")
    assert (nobody["name"], nobody["person"], nobody["internal"]) == ("", None, False)
    assert (inside["internal"], inside["name"]) == (True, "Lee Min-ho")
    assert (none.status_code, none.json()["code"]) == (422, "invalid-address")


async def test_calls_have_the_names_that_the_directory_knows(tmp_path: Path) -> None:
    async with with_a_book(tmp_path) as (site, client), events(client) as stream:
        await stream.next()
        site.switch.ring_in("4000", "025683848")
        heard = await stream.until("call")
        live = (await client.get("/calls")).json()["calls"][0]
    assert heard.data["caller"]["name"] == live["caller"]["name"] == "Lee Min-ho"


async def test_without_a_directory_numbers_are_read_all_the_same(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        found = (await client.get("/directory", params={"q": "lee"})).json()
        number = (await client.get("/directory/number", params={"n": "02 568 3848"})).json()
    assert found["people"] == []
    assert (number["dialled"], number["name"]) == ("9025683848", "")
