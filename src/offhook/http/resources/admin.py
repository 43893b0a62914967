"""What administrators see and do."""

import time
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from offhook import __version__
from offhook.address import explain
from offhook.call import NodeState, TrunkState
from offhook.directory import SourceState
from offhook.http.answers import NO_CONTENT, Answer
from offhook.http.endpoints import Access, Endpoint
from offhook.http.listing import Cursor, page
from offhook.http.problems import BASE, NOT_FOUND, ProblemError
from offhook.http.requests import Asked
from offhook.http.resources.calls import CallList
from offhook.http.resources.terminals import TerminalList
from offhook.http.services import Services
from offhook.http.values import terminal_value
from offhook.manager.administration import Administration
from offhook.manager.audit import Entry
from offhook.manager.principal import User

Key = Annotated[str, Meta(max_length=64)]
TerminalKeys = Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(max_length=10_000)]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]


class UserValue(Struct, frozen=True):
    """A user. One of a directory (`source`) whose rights come from there is `automatic`."""

    name: str
    administrator: bool
    terminals: list[str]
    watches: list[str]
    source: str
    automatic: bool


class UserList(Struct, frozen=True):
    """All users, by name."""

    users: list[UserValue]


class UserBody(Struct, forbid_unknown_fields=True):
    """A user to be added."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Password
    administrator: bool = False
    terminals: TerminalKeys = []
    watches: TerminalKeys = []

    def __repr__(self) -> str:
        return "UserBody()"


class UserChange(Struct, forbid_unknown_fields=True):
    """What is to be changed."""

    administrator: bool | UnsetType = UNSET
    terminals: TerminalKeys | UnsetType = UNSET
    watches: TerminalKeys | UnsetType = UNSET
    password: Password | UnsetType = UNSET

    def __repr__(self) -> str:
        return "UserChange()"


class RuleBody(Struct, forbid_unknown_fields=True):
    """A number to be tried. Without a user it is dialled by programs of the server's own account."""

    number: Annotated[str, Meta(min_length=1, max_length=256)]
    user: Key = ""
    terminal: Key = ""


class StepValue(Struct, frozen=True):
    """A step of how a number is read."""

    what: str
    part: str


class RuleResult(Struct, frozen=True):
    """What would become of the number. `reason` is why it would not be dialled, "" if it would."""

    number: str
    dialled: str
    shown: str
    allowed: bool
    reason: str
    steps: list[StepValue]


class AuditQuery(Struct, forbid_unknown_fields=True):
    """Which entries."""

    user: Key = ""
    terminal: Key = ""
    event: Key = ""
    node: Key = ""
    failed: bool = False
    limit: Annotated[int, Meta(ge=1, le=500)] = 50
    cursor: Key = ""


class AuditList(Struct, frozen=True):
    """Entries, newest first. `next` is the cursor of the next page."""

    entries: list[Entry]
    next: str | None


class SourceValue(Struct, frozen=True):
    """A source of the directory."""

    name: str
    people: int
    fetched: float | None
    problem: str


class TrunkList(Struct, frozen=True):
    """The trunks, in the order of the configuration."""

    trunks: list[TrunkState]


class NodeList(Struct, frozen=True):
    """The Call Managers that are one, by name; a single one is one node."""

    nodes: list[NodeState]


class Health(Struct, frozen=True):
    """How the Call Manager is. `problems` are what somebody should do something about."""

    version: str
    started: float
    terminals: int
    in_service: int
    calls: int
    streams: int
    directory: list[SourceValue]
    problems: list[str]


class AdminResource:
    """`/admin`."""

    def __init__(self, services: Services, administration: Administration) -> None:
        self._services, self._administration = services, administration
        self._started = time.time()

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        users, one = f"{BASE}/admin/users", f"{BASE}/admin/users/{{user}}"
        admin = Access.ADMINISTRATOR
        return [
            Endpoint("GET", users, self._users, "All users", {200: UserList}, admin),
            Endpoint("POST", users, self._add_user, "Add a user", {201: UserValue}, admin, UserBody),
            Endpoint("PATCH", one, self._change_user, "Change a user", {200: UserValue}, admin, UserChange,
                     problems=("not-found", "not-possible-now")),
            Endpoint("DELETE", one, self._remove_user, "Remove a user", access=admin,
                     problems=("not-found", "not-possible-now")),
            Endpoint("POST", f"{one}/logout", self._log_out, "End a user's tokens and sessions", access=admin,
                     problems=("not-found",)),
            Endpoint("GET", f"{BASE}/admin/terminals", self._terminals, "All terminals",
                     {200: TerminalList}, admin),
            Endpoint("GET", f"{BASE}/admin/trunks", self._trunks,
                     "The trunks: state, limits, and what their providers say", {200: TrunkList}, admin),
            Endpoint("GET", f"{BASE}/admin/nodes", self._nodes,
                     "The Call Managers of the cluster", {200: NodeList}, admin),
            Endpoint("GET", f"{BASE}/admin/calls", self._calls, "All live calls", {200: CallList}, admin),
            Endpoint("POST", f"{BASE}/admin/dial-rules/test", self._try_number,
                     "What would become of a number", {200: RuleResult}, admin, RuleBody),
            Endpoint("GET", f"{BASE}/admin/audit", self._audit, "The audit log, newest first",
                     {200: AuditList}, admin, query=AuditQuery),
            Endpoint("GET", f"{BASE}/admin/health", self._health, "How the Call Manager is",
                     {200: Health}, admin),
        ]  # fmt: skip

    async def _users(self, _asked: Asked) -> Answer:
        return Answer(200, UserList([_user(one) for one in await self._administration.users()]))

    async def _add_user(self, asked: Asked) -> Answer:
        body: UserBody = asked.body
        user = await self._administration.add(
            asked.principal,
            body.name,
            body.password,
            administrator=body.administrator,
            terminals=body.terminals,
            watches=body.watches,
        )
        return Answer(201, _user(user))

    async def _change_user(self, asked: Asked) -> Answer:
        body: UserChange = asked.body
        user = await self._administration.change(
            asked.principal,
            await self._named(asked),
            administrator=None if body.administrator is UNSET else body.administrator,
            terminals=None if body.terminals is UNSET else body.terminals,
            watches=None if body.watches is UNSET else body.watches,
            password=None if body.password is UNSET else body.password,
        )
        return Answer(200, _user(user))

    async def _remove_user(self, asked: Asked) -> Answer:
        await self._administration.remove(asked.principal, await self._named(asked))
        return NO_CONTENT

    async def _log_out(self, asked: Asked) -> Answer:
        await self._administration.log_out(asked.principal, await self._named(asked))
        return NO_CONTENT

    async def _named(self, asked: Asked) -> str:
        """The user that the path names. Raises `ProblemError`."""
        name = asked.path("user")
        if await self._administration.find(name) is None:
            raise ProblemError(NOT_FOUND, f"there is no user {name[:64]}; see GET /api/v1/admin/users")
        return name

    async def _terminals(self, asked: Asked) -> Answer:
        async with self._services.turns.turn(asked.principal.name, listing=True):
            found = self._services.manager.terminals(asked.principal)
            return Answer(200, TerminalList([terminal_value(one, own=True) for one in found]))

    async def _trunks(self, asked: Asked) -> Answer:
        return Answer(200, TrunkList(self._services.manager.trunks.all(asked.principal)))

    async def _nodes(self, asked: Asked) -> Answer:
        return Answer(200, NodeList(self._services.manager.nodes.all(asked.principal)))

    async def _calls(self, asked: Asked) -> Answer:
        async with self._services.turns.turn(asked.principal.name, listing=True):
            found = self._services.manager.snapshots(asked.principal)
            values = self._services.values
            return Answer(200, CallList([values.of(call) for one in found for call in one.calls]))

    async def _try_number(self, asked: Asked) -> Answer:
        body: RuleBody = asked.body
        reading = explain(body.number, self._services.rules)
        steps = [StepValue(one.kind.value, one.part) for one in reading.steps]
        if reading.error is not None:
            return Answer(
                200, RuleResult(body.number, "", "", allowed=False, reason=reading.refusal, steps=steps)
            )
        allowed = await self._administration.may_dial(body.user, body.terminal, reading.dialled)
        reason = "" if allowed else "the dial rules deny it"
        return Answer(200, RuleResult(body.number, reading.dialled, reading.shown, allowed, reason, steps))

    async def _audit(self, asked: Asked) -> Answer:
        query: AuditQuery = asked.query
        cursor = Cursor.read(query.cursor)

        def wanted(entry: Entry) -> bool:
            return (
                (not query.user or entry.user == query.user)
                and (not query.terminal or entry.terminal == query.terminal)
                and (not query.event or entry.event == query.event)
                and (not query.node or entry.node == query.node)
                and not (query.failed and entry.result == "ok")
            )

        async with self._services.turns.alone(asked.principal.name):
            found = await self._administration.audit(
                wanted,
                limit=query.limit + 1 + (0 if cursor is None else cursor.alike),
                before=None if cursor is None else cursor.time,
            )
        shown, following = page(found, query.limit, cursor, lambda entry: entry.time)
        return Answer(200, AuditList(list(shown), following))

    async def _health(self, asked: Asked) -> Answer:
        services, principal = self._services, asked.principal
        async with services.turns.turn(principal.name, listing=True):
            terminals = services.manager.terminals(principal)
            calls = sum(len(one.calls) for one in services.manager.snapshots(principal))
        sources = [] if services.directory is None else services.sources()
        away = [one for one in terminals if not one.in_service]
        problems = [f"directory {one.name}: {one.problem}" for one in sources if one.problem]
        if away:
            problems.append(f"{len(away)} of {len(terminals)} phones are not in service")
        for trunk in services.manager.trunks.all(principal):
            if trunk.problem:
                problems.append(f"trunk {trunk.name}: {trunk.problem}")
            if trunk.limit:
                problems.append(f"trunk {trunk.name}: {trunk.limit} is reached, and calls are refused")
        return Answer(
            200,
            Health(
                __version__,
                self._started,
                len(terminals),
                len(terminals) - len(away),
                calls,
                len(services.hub),
                [_source(one) for one in sources],
                problems,
            ),
        )


def _user(one: User) -> UserValue:
    return UserValue(
        one.name, one.administrator, sorted(one.terminals), sorted(one.watches), one.source, one.automatic
    )


def _source(one: SourceState) -> SourceValue:
    return SourceValue(one.name, one.people, one.fetched, one.problem)
