"""The directory, and how numbers are read."""

from typing import Annotated

from msgspec import Meta, Struct

from offhook.address import explain
from offhook.directory import Person
from offhook.errors import CallError, Refusal
from offhook.http.answers import Answer
from offhook.http.endpoints import Endpoint
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.services import Services

MAX_SIMILAR = 3


class NumberValue(Struct, frozen=True):
    """A number of a person, as the directory has it; `dialled` is "" for what cannot be dialled."""

    text: str
    kind: str
    dialled: str


class PersonValue(Struct, frozen=True):
    """A person of the directory."""

    name: str
    company: str
    mail: str
    numbers: list[NumberValue]


class People(Struct, frozen=True):
    """Who was found, best first. `similar`: nobody has this name, these have one like it."""

    people: list[PersonValue]
    similar: bool


class ReadNumber(Struct, frozen=True):
    """How a number is read, and whose it is."""

    number: str
    dialled: str
    shown: str
    internal: bool
    name: str
    person: PersonValue | None


class SearchQuery(Struct, forbid_unknown_fields=True):
    """Beginnings of words, or of a number."""

    q: Annotated[str, Meta(max_length=256)]
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class NumberQuery(Struct, forbid_unknown_fields=True):
    """A number as somebody writes it."""

    n: Annotated[str, Meta(min_length=1, max_length=256)]


class DirectoryResource:
    """`/directory`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        return [
            Endpoint(
                "GET",
                f"{BASE}/directory",
                self._search,
                "People by the beginnings of their names, or by number",
                {200: People},
                query=SearchQuery,
            ),
            Endpoint(
                "GET",
                f"{BASE}/directory/number",
                self._number,
                "How a number is read, and whose it is",
                {200: ReadNumber},
                query=NumberQuery,
                problems=("invalid-address",),
            ),
        ]

    async def _search(self, asked: Asked) -> Answer:
        directory, query = self._services.directory, asked.query
        if directory is None or not query.q.strip():
            return Answer(200, People([], similar=False))
        async with self._services.turns.turn(asked.principal.name, listing=True):
            found = directory.search(query.q, query.limit)
            similar = not found
            if similar:
                found = directory.similar(query.q, MAX_SIMILAR)
            return Answer(200, People([self._person(one) for one in found], similar and bool(found)))

    async def _number(self, asked: Asked) -> Answer:
        text = asked.query.n
        services = self._services
        async with services.turns.turn(asked.principal.name, listing=True):
            reading = explain(text, services.rules)
            if reading.error is not None:
                raise CallError(Refusal.INVALID_ADDRESS, reading.refusal)
            terminal = services.manager.name_of_terminal(reading.dialled)
            person = None if services.directory is None else services.directory.person_of(reading.dialled)
            name = terminal or services.values.party(reading.dialled).name
            value = ReadNumber(
                text,
                reading.dialled,
                reading.shown,
                terminal is not None,
                name,
                None if person is None else self._person(person),
            )
        return Answer(200, value)

    def _person(self, one: Person) -> PersonValue:
        numbers = [NumberValue(own.text, own.kind.value, self._dialled(own.text)) for own in one.numbers]
        return PersonValue(one.name, one.company, one.mail, numbers)

    def _dialled(self, text: str) -> str:
        try:
            return self._services.number(text)
        except CallError:
            return ""
