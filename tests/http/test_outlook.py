"""The Outlook add-in's files, and with which headers they come."""

from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from offhook.http.answers import API_CSP
from offhook.http.outlook import outlook_endpoints
from tests.http.helpers import Site, a_site
from tests.waiting import ONE_STEP_S


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with a_site(tmp_path) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=ONE_STEP_S, base_url=site.url, trust_env=False) as client:
        yield client


async def test_the_manifest_has_the_address_that_it_was_asked_for_at(
    site: Site, client: httpx.AsyncClient
) -> None:
    answer = await client.get("/outlook/manifest.xml")
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert "offhook.invalid" not in answer.text
    values = [
        one.attrib["DefaultValue"]
        for one in ElementTree.fromstring(answer.text).iter()
        if "://" in one.attrib.get("DefaultValue", "")
    ]
    assert len(values) >= 7
    for value in values:
        assert value.startswith(site.url)
        assert (await client.get(value)).status_code == 200, value


async def test_the_manifest_knows_no_other_address(client: httpx.AsyncClient) -> None:
    answer = await client.get("/outlook/manifest.xml", headers={"Host": "evil.example"})
    assert answer.status_code == 421


async def test_the_pane_may_be_framed_by_outlook_and_by_nobody_else(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/outlook/taskpane.html")).headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self' https://appsforoffice.microsoft.com; " in policy
    assert policy.endswith(
        "frame-ancestors 'self' https://outlook.office.com https://outlook.office365.com "
        "https://outlook.live.com https://outlook.cloud.microsoft"
    )
    assert "unsafe" not in policy and "*" not in policy
    assert (await client.get("/api/v1/me")).headers["content-security-policy"] == API_CSP


async def test_the_pane_reads_numbers_as_those_of_the_site_s_country(client: httpx.AsyncClient) -> None:
    assert '<meta name="offhook-country" content="KR">' in (await client.get("/outlook/taskpane.html")).text


async def test_what_has_not_changed_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/outlook/taskpane.js")
    again = await client.get("/outlook/taskpane.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_without_the_files_there_is_no_add_in(tmp_path: Path) -> None:
    assert outlook_endpoints("KR", tls=True, folder=tmp_path / "not-built") == []
