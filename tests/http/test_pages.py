"""The files of the web page, and the headers with which they come."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import httpx
import pytest

from offhook.http.pages import PAGE_CSP
from offhook.http.settings import Language
from tests.http.helpers import Site, a_site
from tests.waiting import ONE_STEP_S

WEB = Path(__file__).parents[2] / "src/offhook/http/web"
MOST_SCRIPT = 130 * 1024
"""Bytes of script as it is written, of what everybody fetches; less than half of it goes over the line."""

FOR_ADMINISTRATORS = ("administration.js", "provisioned.js")
"""Views that nobody else fetches."""

MOST_FOR_ADMINISTRATORS = 40 * 1024

MOST_WORDS = 32 * 1024
"""Bytes of a language."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=ONE_STEP_S, base_url=site.url, trust_env=False) as client:
        yield client


async def test_the_page_and_all_that_it_names_is_there_without_a_login(client: httpx.AsyncClient) -> None:
    index = await client.get("/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    named = re.findall(r'(?:href|src)="([^"]+)"', index.text)
    assert len(named) >= 6
    for name in named:
        assert (await client.get(name)).status_code == 200, name


async def test_every_module_that_a_module_imports_is_there(client: httpx.AsyncClient) -> None:
    version = re.findall(r'"/v/(\w+)/app.js"', (await client.get("/")).text)[0]
    for file in WEB.rglob("*.js"):
        for imported in re.findall(
            r'^import .*? from "(.+?)";', file.read_text(encoding="utf-8"), re.MULTILINE
        ):
            name = (file.parent / imported).resolve().relative_to(WEB)
            assert (await client.get(f"/v/{version}/{name}")).status_code == 200, (file, imported)


async def test_nothing_runs_that_does_not_come_from_here_and_no_page_frames_it(
    client: httpx.AsyncClient,
) -> None:
    headers = (await client.get("/")).headers
    assert headers["content-security-policy"] == PAGE_CSP
    assert "unsafe" not in PAGE_CSP
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"


async def test_what_is_named_by_its_hash_is_kept_for_good_and_the_page_asks_again(
    client: httpx.AsyncClient,
) -> None:
    index = await client.get("/")
    assert index.headers["cache-control"] == "no-cache"
    again = await client.get("/", headers={"If-None-Match": index.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (style,) = re.findall(r'href="(/v/\w+/style.css)"', index.text)
    assert "immutable" in (await client.get(style)).headers["cache-control"]


async def test_a_browser_that_takes_gzip_gets_the_same_shorter(client: httpx.AsyncClient) -> None:
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    async with client.stream("GET", "/", headers={"Accept-Encoding": "gzip"}) as packed:
        body = b"".join([part async for part in packed.aiter_raw()])
    assert gzip.decompress(body) == plain.content


async def test_no_file_beside_the_pages_can_be_had(client: httpx.AsyncClient) -> None:
    for path in ("/pages.py", "/v/../pages.py", "/%2e%2e/pages.py", "/index.html", "/v/"):
        assert (await client.get(path)).status_code == 404, path


async def test_an_office_that_loads_the_page_at_once_is_not_counted(client: httpx.AsyncClient) -> None:
    for _ in range(600):
        assert (await client.get("/icon.svg")).status_code == 200


def test_the_page_s_script_is_small() -> None:
    sizes = {file.name: file.stat().st_size for file in WEB.rglob("*.js")}
    more = sum(sizes.pop(name) for name in FOR_ADMINISTRATORS)
    for language in LANGUAGES:
        assert sizes.pop(f"{language}.js") < MOST_WORDS  # who speaks another one does not fetch it
    assert sum(sizes.values()) < MOST_SCRIPT
    assert more < MOST_FOR_ADMINISTRATORS


def test_what_is_for_administrators_is_fetched_by_nobody_else() -> None:
    scripts = {file: file.read_text(encoding="utf-8") for file in WEB.rglob("*.js")}
    for name in FOR_ADMINISTRATORS:
        importing = [file.name for file, text in scripts.items() if re.search(rf'from "\S+/{name}"', text)]
        assert set(importing) <= set(FOR_ADMINISTRATORS)


def test_nothing_refers_to_another_host() -> None:
    for file in WEB.rglob("*"):
        if file.suffix in (".js", ".css", ".html", ".webmanifest"):
            found = re.findall(
                r"https?://(?!www\.w3\.org/2000/svg)[^\s\"']+", file.read_text(encoding="utf-8")
            )
            assert found == [], file


LANGUAGES = sorted(file.stem for file in (WEB / "words").glob("*.js"))


def words(language: str) -> dict[str, str]:
    """The texts of a language, by the English ones."""
    text = (WEB / f"words/{language}.js").read_text(encoding="utf-8")
    each = re.findall(r'^\s*(?:"((?:[^"\\]|\\.)+)"|(\w+)):\s+"((?:[^"\\]|\\.)*)",$', text, re.MULTILINE)
    return {key or name: value for key, name, value in each}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_page_is_there_in_every_language(language: str) -> None:
    known = words(language).keys()
    used: set[str] = set()
    for file in WEB.rglob("*.js"):
        if file.parent.name != "words":
            text = re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))
            used |= set(re.findall(r'\bt\( ?"((?:[^"\\]|\\.)+)"', text))
    assert len(used) > 200
    assert used - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_texts_of_the_others_and_their_placeholders(language: str) -> None:
    own = words(language)
    assert own.keys() == words("ko").keys()
    for english, text in own.items():
        assert text and sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english)), english


def test_every_language_can_be_chosen() -> None:
    choice = (WEB / "words.js").read_text(encoding="utf-8")
    chosen = set(re.findall(r'^    \["(\w*)", ', choice, re.MULTILINE))
    assert chosen == {"", "en", *LANGUAGES} == set(get_args(Language))
