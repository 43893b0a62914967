"""The API keeps to its own description, whatever it is asked."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from offhook.http.openapi import description
from tests.http.helpers import API, Site, a_client, a_site
from tests.long import LONG

EXAMPLES = 400 if LONG else 4
"""Requests for each thing that can be asked for, good ones and wrong ones."""

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]

STREAM = "/api/v1/events"
"""It has no end, so it is not asked for: tests/http/test_events.py has it."""


def documented(raw: dict[str, Any], url: str, token: str) -> None:
    """Ask for everything, and compare every answer with the description. Blocks."""
    schema = schemathesis.openapi.from_dict(raw)
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if operation.path == STREAM:
            continue

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=not LONG,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            answer = case.call(base_url=url, headers={"Authorization": f"Bearer {token}"})
            case.validate_response(answer, checks=CHECKS)

        ask()


@pytest.mark.timeout(600 if LONG else 60)
@pytest.mark.filterwarnings("default")
async def test_nothing_but_documented_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.http.app.USER_RATE", 1e9)
    monkeypatch.setattr("offhook.http.app.USER_BURST", 1e9)
    async with a_site(tmp_path) as site:
        site.switch.do_anything()
        raw = description(site.server.endpoints)
        await asyncio.to_thread(documented, raw, site.url, site.users.local_token)


async def test_the_description_is_valid_and_is_the_one_that_is_served(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        answer = await client.get("/openapi.json")
    OpenAPIV31SpecValidator(answer.json()).validate()
    assert answer.json() == description(site.server.endpoints)


def endpoints(site: Site) -> set[tuple[str, str]]:
    return {(one.method, one.path.removeprefix(API)) for one in site.server.endpoints}


async def test_the_written_contract_names_everything_that_can_be_asked_for(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
    async with a_site(tmp_path) as site:
        missing = [
            f"{method} {path}"
            for method, path in endpoints(site)
            if path.rpartition("/")[2] not in page and path.rpartition("/")[0].rpartition("/")[2] not in page
        ]
    assert missing == []


async def test_the_page_to_read_names_everything_and_every_problem_has_its_own(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "") as client:
        page = await client.get("/docs")
        for one in site.server.endpoints:
            if one.path.split("/")[3] not in ("docs", "problems", "openapi.json"):
                assert one.summary.replace("'", "&#x27;") in page.text
        assert "style-src 'sha256-" in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text and "http://" not in page.text.replace("http://127.0.0.1", "")
        listed = await client.get("/problems")
        busy = await client.get("/problems/terminal-busy")
        none = await client.get("/problems/nonsense")
    assert "terminal-busy" in listed.text and "409" in busy.text
    assert none.status_code == 404


async def test_operations_have_names_of_their_own(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        raw = description(site.server.endpoints)
    names = [one["operationId"] for path in raw["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
