"""The API described: for programs, and as pages to read."""

from collections.abc import Sequence
from typing import Any

from offhook.http.answers import Answer, encode
from offhook.http.docspage import CSP, docs_page, problem_page, problems_page
from offhook.http.endpoints import Access, Endpoint
from offhook.http.openapi import description
from offhook.http.problems import BASE, KINDS, NOT_FOUND, ProblemError
from offhook.http.requests import Asked

HTML = "text/html; charset=utf-8"


class DocsResource:
    """`/openapi.json`, `/docs` and `/problems`."""

    def __init__(self, others: Sequence[Endpoint]) -> None:
        self._description = encode(description([*others, *self.endpoints()]))
        self._page = docs_page(others)

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        return [
            Endpoint("GET", f"{BASE}/openapi.json", self._openapi, "The API in OpenAPI 3.1",
                     {200: dict[str, Any]}, Access.ANYBODY),
            Endpoint("GET", f"{BASE}/docs", self._docs, "The API to read", {200: str}, Access.ANYBODY,
                     media_type="text/html"),
            Endpoint("GET", f"{BASE}/problems", self._problems, "All problems", {200: str}, Access.ANYBODY,
                     media_type="text/html"),
            Endpoint("GET", f"{BASE}/problems/{{code}}", self._problem, "What a problem means", {200: str},
                     Access.ANYBODY, problems=("not-found",), media_type="text/html"),
        ]  # fmt: skip

    async def _openapi(self, _asked: Asked) -> Answer:
        return Answer(200, self._description)

    async def _docs(self, _asked: Asked) -> Answer:
        return html(self._page)

    async def _problems(self, _asked: Asked) -> Answer:
        return html(problems_page())

    async def _problem(self, asked: Asked) -> Answer:
        kind = KINDS.get(asked.path("code"))
        if kind is None:
            raise ProblemError(NOT_FOUND, "there is no such problem; see /api/v1/problems")
        return html(problem_page(kind))


def html(content: bytes) -> Answer:
    """A page of ours."""
    return Answer(200, content, {"Content-Security-Policy": CSP}, HTML)
