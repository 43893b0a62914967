"""Providers, numbers of phones, groups, what rings: as the configuration has them, for administrators."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from offhook.http.answers import Answer
from offhook.http.endpoints import Access, Endpoint
from offhook.http.problems import BASE, NOT_FOUND, ProblemError
from offhook.http.requests import Asked
from offhook.manager.office import Office, OfficeChange, OfficeState, OfficeTable

Text = Annotated[str, Meta(min_length=1, max_length=256)]
Texts = Annotated[list[Text], Meta(max_length=1000)]


class EntryValue(Struct, frozen=True):
    """An entry: its place among its kind, from 1, and its settings as the configuration has them, but for the
    password."""

    place: int
    settings: dict[str, Any]
    has_password: bool


class OfficeValue(Struct, frozen=True):
    """Everything. `revision` goes with each change. `fixed` is why nothing can be changed here, "" if it can.
    `waits`: the Call Manager runs with something else until it is started anew."""

    revision: str
    fixed: str
    waits: bool
    trunks: list[EntryValue]
    terminals: list[EntryValue]
    groups: list[EntryValue]
    incoming: list[EntryValue]


class OfficeQuery(Struct, forbid_unknown_fields=True):
    """Of which state it is a change."""

    revision: Annotated[str, Meta(min_length=1, max_length=64)]


class TrunkSettings(Struct, forbid_unknown_fields=True):
    """Settings of a trunk, as docs/trunks.md has them; null takes one out. What names a file is not here."""

    name: Text | UnsetType = UNSET
    server: Texts | UnsetType = UNSET
    transport: Text | UnsetType | None = UNSET
    domain: Text | UnsetType | None = UNSET
    outbound_proxy: Text | UnsetType | None = UNSET
    register: bool | UnsetType | None = UNSET
    user: Text | UnsetType | None = UNSET
    auth_user: Text | UnsetType | None = UNSET
    password: Annotated[str, Meta(min_length=1, max_length=1024)] | UnsetType | None = UNSET
    numbers: Texts | UnsetType | None = UNSET
    number: Text | UnsetType | None = UNSET
    number_format: Text | UnsetType | None = UNSET
    prefixes: Texts | UnsetType | None = UNSET
    max_calls: int | UnsetType | None = UNSET
    max_calls_an_hour: int | UnsetType | None = UNSET
    max_minutes_a_day: int | UnsetType | None = UNSET

    def __repr__(self) -> str:
        return "TrunkSettings()"


class TerminalSettings(Struct, forbid_unknown_fields=True):
    """The number outside of a phone; null takes it away."""

    number: Text | UnsetType | None = UNSET


class GroupSettings(Struct, forbid_unknown_fields=True):
    """Settings of a group, as docs/configuration.md has them; null takes one out."""

    name: Text | UnsetType = UNSET
    terminals: Texts | UnsetType | None = UNSET
    users: Texts | UnsetType | None = UNSET
    watch: Texts | UnsetType | None = UNSET
    number: Text | UnsetType | None = UNSET


class IncomingSettings(Struct, forbid_unknown_fields=True):
    """Settings of what rings, as docs/trunks.md has them; null takes one out."""

    name: Text | UnsetType | None = UNSET
    numbers: Texts | UnsetType | None = UNSET
    ring: Texts | UnsetType = UNSET
    order: Text | UnsetType | None = UNSET
    ring_s: float | UnsetType | None = UNSET
    hours: Texts | UnsetType | None = UNSET
    closed: Texts | UnsetType | None = UNSET
    otherwise: Text | UnsetType | None = UNSET
    otherwise_by: Text | UnsetType | None = UNSET


KINDS: dict[str, tuple[OfficeTable, type[Struct], str]] = {
    "trunks": (OfficeTable.TRUNK, TrunkSettings, "a provider's account"),
    "groups": (OfficeTable.GROUP, GroupSettings, "a group"),
    "incoming": (OfficeTable.INCOMING, IncomingSettings, "what rings"),
}


class OfficeResource:
    """`/admin/office`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        path, admin = f"{BASE}/admin/office", Access.ADMINISTRATOR
        refused = ("not-supported", "not-possible-now")
        made = [
            Endpoint("GET", path, self._state, "Providers, phones' numbers, groups, what rings",
                     {200: OfficeValue}, admin),
        ]  # fmt: skip
        for kind, (table, body, what) in KINDS.items():
            one = _Kind(self._office, table)
            made += [
                Endpoint("POST", f"{path}/{kind}", one.add, f"Add {what}", {201: OfficeValue}, admin, body,
                         query=OfficeQuery, problems=refused),
                Endpoint("PATCH", f"{path}/{kind}/{{place}}", one.change,
                         f"Change {what}: the settings that are given", {200: OfficeValue}, admin, body,
                         query=OfficeQuery, problems=("not-found", *refused)),
                Endpoint("DELETE", f"{path}/{kind}/{{place}}", one.remove, f"Remove {what}",
                         {200: OfficeValue}, admin, query=OfficeQuery, problems=("not-found", *refused)),
            ]  # fmt: skip
        phones = _Kind(self._office, OfficeTable.TERMINAL)
        made.append(
            Endpoint("PATCH", f"{path}/terminals/{{place}}", phones.change, "Change a phone's number outside",
                     {200: OfficeValue}, admin, TerminalSettings, query=OfficeQuery,
                     problems=("not-found", *refused)),
        )  # fmt: skip
        return made

    async def _state(self, _asked: Asked) -> Answer:
        return Answer(200, _value(await self._office.state()))


class _Kind:
    """What is done to the entries of one kind."""

    def __init__(self, office: Office, table: OfficeTable) -> None:
        self._office, self._table = office, table

    async def add(self, asked: Asked) -> Answer:
        """Add one."""
        return await self._done(asked, 201, 0, _given(asked.body))

    async def change(self, asked: Asked) -> Answer:
        """Change one."""
        return await self._done(asked, 200, _place(asked), _given(asked.body))

    async def remove(self, asked: Asked) -> Answer:
        """Remove one."""
        return await self._done(asked, 200, _place(asked), None)

    async def _done(self, asked: Asked, status: int, place: int, settings: dict[str, Any] | None) -> Answer:
        change = OfficeChange(self._table, asked.query.revision, place, settings)
        return Answer(status, _value(await self._office.change(asked.principal, change)))


def _given(body: Struct) -> dict[str, Any]:
    given: dict[str, Any] = msgspec.to_builtins(body)
    return given


def _place(asked: Asked) -> int:
    text = asked.path("place")
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text)):
        raise ProblemError(NOT_FOUND, "places count from 1; see GET /api/v1/admin/office")
    return int(text)


def _value(state: OfficeState) -> OfficeValue:
    def of(table: OfficeTable) -> list[EntryValue]:
        return [
            EntryValue(at, dict(one.settings), one.has_password)
            for at, one in enumerate(state.entries[table], 1)
        ]

    return OfficeValue(
        state.revision,
        state.fixed,
        state.waits,
        of(OfficeTable.TRUNK),
        of(OfficeTable.TERMINAL),
        of(OfficeTable.GROUP),
        of(OfficeTable.INCOMING),
    )
