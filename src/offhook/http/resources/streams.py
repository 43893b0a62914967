"""The stream of events."""

from typing import Annotated

from msgspec import Meta, Struct

from offhook.http.answers import Streamed
from offhook.http.endpoints import Endpoint
from offhook.http.events import Selection
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.services import Services

MAX_LAST_ID = 64
"""Characters of a `Last-Event-ID`; ours have some 20."""


class EventsQuery(Struct, forbid_unknown_fields=True):
    """Of these terminals only; or with `watched` also of those that may be watched and not used."""

    terminal: Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(max_length=100)] = []
    watched: bool = False


class EventResource:
    """`/events`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        return [
            Endpoint(
                "GET",
                f"{BASE}/events",
                self._events,
                "Calls and terminals as they change, as server-sent events",
                {200: str},
                query=EventsQuery,
                problems=("not-allowed", "no-such-terminal"),
                headers={"Last-Event-ID": "resume after this event"},
                media_type="text/event-stream",
            )
        ]

    async def _events(self, asked: Asked) -> Streamed:
        assert asked.session is not None
        query: EventsQuery = asked.query
        chosen = frozenset(query.terminal) if query.terminal else None
        last_id = asked.request.headers.get("last-event-id", "")[:MAX_LAST_ID]
        return self._services.hub.open(
            asked.session, Selection(chosen, query.watched), last_id, asked.connection
        )
