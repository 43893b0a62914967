"""Who works together, and what rings for numbers outside: what concerns oneself, for administrators all."""

from dataclasses import replace

from msgspec import Struct

from offhook.call.teams import GroupState, IncomingState
from offhook.http.answers import Answer
from offhook.http.endpoints import Endpoint
from offhook.http.problems import BASE
from offhook.http.requests import Asked
from offhook.http.services import Services


class GroupList(Struct, frozen=True):
    """Groups, in the order of the configuration; `users` are told to administrators only."""

    groups: list[GroupState]


class IncomingList(Struct, frozen=True):
    """What rings, in the order in which it is looked; `otherwise` is told to administrators only."""

    incoming: list[IncomingState]


class GroupResource:
    """`/groups` and `/incoming`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        return [
            Endpoint("GET", f"{BASE}/groups", self._groups,
                     "The groups that you belong to, for administrators all", {200: GroupList}),
            Endpoint("GET", f"{BASE}/incoming", self._incoming,
                     "What rings at your phones for numbers outside, for administrators all",
                     {200: IncomingList}),
        ]  # fmt: skip

    async def _groups(self, asked: Asked) -> Answer:
        principal = asked.principal
        found = [
            GroupState(
                one.name,
                tuple(sorted(one.terminals)),
                tuple(sorted(one.users)) if principal.administrator else (),
                tuple(sorted(one.watch)),
            )
            for one in self._services.manager.groups.of(principal)
        ]
        return Answer(200, GroupList(found))

    async def _incoming(self, asked: Asked) -> Answer:
        principal, found = asked.principal, list(self._services.incoming())
        if not principal.administrator:
            found = [
                replace(one, otherwise="")  # it may be somebody's number at home
                for one in found
                if any(principal.may_use(terminal) for terminal in one.ring)
            ]
        return Answer(200, IncomingList(found))
