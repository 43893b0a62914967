"""The call log, in pages."""

import math
from typing import Annotated

from msgspec import Meta, Struct

from offhook.call import Call
from offhook.http.answers import Answer
from offhook.http.endpoints import Endpoint
from offhook.http.listing import Cursor, page
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.services import Services

Key = Annotated[str, Meta(max_length=64)]


class History(Struct, frozen=True):
    """Calls, newest first. `next` is the cursor of the next page."""

    calls: list[Call]
    next: str | None


class HistoryQuery(Struct, forbid_unknown_fields=True):
    """Which calls."""

    terminal: Key = ""
    call: Key = ""
    missed: bool = False
    limit: Annotated[int, Meta(ge=1, le=500)] = 50
    cursor: Key = ""


class HistoryResource:
    """`/history`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        return [
            Endpoint(
                "GET",
                f"{BASE}/history",
                self._history,
                "Calls of the log, newest first",
                {200: History},
                query=HistoryQuery,
                problems=("not-allowed", "failure"),
            )
        ]

    async def _history(self, asked: Asked) -> Answer:
        services, query = self._services, asked.query
        cursor = Cursor.read(query.cursor)
        async with services.turns.alone(asked.principal.name):
            found = await services.manager.history(
                asked.principal,
                terminal=query.terminal or None,
                call_id=query.call or None,
                before=None if cursor is None else math.nextafter(cursor.time, math.inf),
                limit=query.limit + 1 + (0 if cursor is None else cursor.alike),
                missed=query.missed,
            )
        shown, following = page(found, query.limit, cursor, lambda call: call.started)
        return Answer(200, History([services.values.of(call) for call in shown], following))
