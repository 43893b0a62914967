"""A phone looks people up at the door, and nobody else does. A phone that is not let in is told of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from offhook.provisioning.door import FREE
from offhook.provisioning.grants import path_of
from offhook.provisioning.phonebook import BOOK, Entry
from tests.provisioning.doorway import MAC, PHONE, Doorway, doorway
from tests.waiting import ONE_STEP_S

ELSEWHERE = "127.0.0.66"
PATH = f"/p/{path_of(PHONE)}/{BOOK}"
OTHER = replace(PHONE, mac="805ec0ffffff", secret="0ther")
YEALINK = "Yealink SIP-T46U 108.86.0.20 80:5e:c0:aa:bb:cc"


class People:
    def __init__(self, *names: str) -> None:
        self._entries = [Entry(name, str(4000 + at)) for at, name in enumerate(names)]

    def found(self, text: str, limit: int) -> Sequence[Entry]:
        return [one for one in self._entries if text in one.name][:limit]


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Doorway]:
    async with doorway(tmp_path, people=People("Kim", "Kimberly <3", "Kimchi", "Lee")) as door:
        await door.let_in()
        yield door


async def test_a_phone_that_has_fetched_its_files_looks_people_up(door: Doorway) -> None:
    await door.get()
    answer = await door.get(f"{PATH}?q=Kim")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    further = f"{door.url}{PATH}?q=Kim&page=1"
    assert answer.text == (f"<a>Kim 4000</a><a>Kimberly &lt;3 4001</a><b>{further.replace('&', '&amp;')}</b>")
    assert (await door.get(further.removeprefix(door.url))).text == "<a>Kimchi 4002</a>"


async def test_the_window_closes_and_the_phone_book_stays(door: Doorway) -> None:
    await door.get()
    door.clock.now += 100_000
    assert (await door.get(PATH)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/{BOOK}",
        f"/p/{'a' * 32}/{BOOK}",
        f"/p/{path_of(OTHER)}/{BOOK}",
        PATH + "x",
        f"{PATH}/",
        PATH.upper(),
    ],
)
async def test_it_is_there_on_the_phone_s_secret_path_only(door: Doorway, path: str) -> None:
    door.store.add(OTHER)
    await door.look()
    await door.get()
    answer = await door.get(path)
    assert (answer.status_code, answer.content) == (404, b"")


async def test_a_phone_that_was_never_let_in_has_none(door: Doorway) -> None:
    assert (await door.get(PATH)).status_code == 404


async def test_another_host_has_none_and_the_phone_keeps_its_password(door: Doorway) -> None:
    before = (await door.get()).text
    assert (await door.get(PATH, ELSEWHERE)).status_code == 404
    assert (await door.get()).text == before
    assert not door.store.list()[0].renew


async def test_a_password_that_is_due_is_not_made_new_by_the_phone_book(door: Doorway) -> None:
    await door.get()
    await door.get(source=ELSEWHERE)
    assert (await door.get(PATH)).status_code == 200
    kept = door.store.list()[0]
    assert kept.renew and kept.generation == PHONE.generation


async def test_many_look_somebody_up_at_once(door: Doorway) -> None:
    await door.get()
    async with httpx.AsyncClient(timeout=ONE_STEP_S) as client:
        answers = await asyncio.gather(*(client.get(f"{door.url}{PATH}?q=Lee") for _ in range(50)))
    assert {answer.text for answer in answers} == {"<a>Lee 4003</a>"}


@pytest.mark.parametrize(
    "query",
    ["q=%ff%00", "q=" + "x" * 5000, "&".join("x=1" for _ in range(1000)), "page=-1", "page=99999", "q"],
)
async def test_whatever_is_typed_is_answered(door: Doorway, query: str) -> None:
    await door.get()
    answer = await door.get(f"{PATH}?{query}")
    assert answer.status_code in (200, 400, 414)
    assert len(answer.content) < 1000


async def test_where_there_is_no_phone_book_there_is_none(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        await door.let_in()
        await door.get()
        assert (await door.get(PATH)).status_code == 404


async def test_a_template_that_is_wrong_gives_nothing_and_says_so(tmp_path: Path) -> None:
    async with doorway(tmp_path, people=People("Kim")) as door:
        (tmp_path / "templates" / "acme-book.xml").write_text("{{ page.nothing }}", encoding="utf-8")
        await door.let_in()
        await door.get()
        answer = await door.get(PATH)
        assert (answer.status_code, answer.content) == (500, b"")
        assert "phone book" in door.notes[-1][0]


async def test_a_phone_that_is_not_known_is_told_to_the_administrator_with_what_would_add_it(
    door: Doorway,
) -> None:
    assert (await door.get("/y000000000108.cfg", **{"User-Agent": YEALINK})).status_code == 404
    assert door.notes == [
        (
            "Yealink T46U 80:5e:c0:aa:bb:cc asks for its configuration, and is not known:"
            " offhook phone add 80:5e:c0:aa:bb:cc --model T46U --terminal TERMINAL",
            "127.0.0.1",
        )
    ]


async def test_a_phone_that_is_not_let_in_is_told_with_what_would_let_it_in(door: Doorway) -> None:
    door.clock.now += 100_000
    assert (await door.get(f"/{MAC}.cfg", **{"User-Agent": YEALINK})).status_code == 404
    assert door.notes == [
        (
            "Yealink T46U 80:5e:c0:12:34:56 asks for its configuration, and is not let in:"
            " offhook phone open 80:5e:c0:12:34:56",
            "127.0.0.1",
        )
    ]


async def test_a_phone_in_its_window_that_asks_for_a_file_of_all_phones_is_no_news(door: Doorway) -> None:
    await door.get()
    await door.get("/y000000000108.cfg", **{"User-Agent": YEALINK.replace("aa:bb:cc", "12:34:56")})
    assert door.notes == []


async def test_a_host_that_asks_on_and_on_is_not_told_any_more(door: Doorway) -> None:
    async with httpx.AsyncClient(timeout=ONE_STEP_S, headers={"User-Agent": YEALINK}) as client:
        for at in range(int(FREE) + 5):
            await client.get(f"{door.url}/805ec1{at:06x}.cfg")
    assert 0 < len(door.notes) <= FREE
