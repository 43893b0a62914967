"""Phones that fetch their configuration: everybody's own, and for administrators all."""

from typing import Annotated

from msgspec import Meta, Struct

from offhook.call.provisioned import PhoneAction, PhoneOrder, PhoneState, PhoneVendor
from offhook.common.qrcode import squares
from offhook.http.answers import NO_CONTENT, Answer
from offhook.http.endpoints import Access, Endpoint
from offhook.http.problems import BASE, NOT_FOUND, ProblemError
from offhook.http.requests import Asked
from offhook.http.services import Services
from offhook.manager.phonedesk import MAX_SECONDS

MAX_PAGE = 1000
"""Phones in one answer: some 300 KB."""

Key = Annotated[str, Meta(max_length=64)]
Seconds = Annotated[int, Meta(ge=0, le=MAX_SECONDS)]


class PhoneValues(Struct, frozen=True):
    """Phones, by MAC address."""

    phones: list[PhoneState]


class PhonePage(Struct, frozen=True):
    """Phones, by MAC address; `next` is the `after` of the next page. `unreadable` has the MAC addresses of
    those that cannot be read, and have to be removed."""

    phones: list[PhoneState]
    unreadable: list[str]
    next: str | None


class PhoneQuery(Struct, forbid_unknown_fields=True):
    """Which phones: from the one behind a MAC address on."""

    after: Key = ""
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 200


class VendorList(Struct, frozen=True):
    """The models that there are templates for."""

    vendors: list[PhoneVendor]


class PhoneBody(Struct, forbid_unknown_fields=True):
    """A phone to be added. With `seconds` it is let in for so long, at once."""

    mac: Annotated[str, Meta(min_length=1, max_length=64)]
    model: Annotated[str, Meta(min_length=1, max_length=64)]
    terminal: Annotated[str, Meta(min_length=1, max_length=64)]
    seconds: Seconds = 0


class WindowBody(Struct, forbid_unknown_fields=True):
    """For how long it is let in; 0 is ten minutes."""

    seconds: Seconds = 0


class Shown(Struct, frozen=True):
    """The phone, and the secret address at which it is told its password. `qr` is that as a QR code: rows of
    squares, 1 for a dark one."""

    phone: PhoneState
    address: str
    qr: list[str]

    def __repr__(self) -> str:
        return f"Shown(phone={self.phone!r})"


class PhoneResource:
    """`/phones` and `/admin/phones`."""

    def __init__(self, services: Services) -> None:
        self._services, self._desk = services, services.manager.phones

    def endpoints(self) -> list[Endpoint]:
        """Its endpoints."""
        all_, one = f"{BASE}/admin/phones", f"{BASE}/admin/phones/{{mac}}"
        admin, none, missing = Access.ADMINISTRATOR, ("not-supported",), ("not-found", "not-supported")
        return [
            Endpoint("GET", f"{BASE}/phones", self._own,
                     "Phones of your terminals that fetch their configuration", {200: PhoneValues}),
            Endpoint("GET", all_, self._all, "All phones that fetch their configuration", {200: PhonePage},
                     admin, query=PhoneQuery, problems=none),
            Endpoint("GET", f"{BASE}/admin/phone-models", self._models,
                     "The models that such a phone may be", {200: VendorList}, admin, problems=none),
            Endpoint("POST", all_, self._add, "Add a phone", {201: PhoneState}, admin, PhoneBody,
                     problems=none),
            Endpoint("DELETE", one, self._remove, "Remove a phone: its password is good for nothing any more",
                     access=admin, problems=missing),
            Endpoint("POST", f"{one}/open", self._open,
                     "Let a phone in: who first asks for its files is told its password",
                     {200: PhoneState}, admin, WindowBody, body_needed=False, problems=missing),
            Endpoint("POST", f"{one}/show", self._show,
                     "Let a phone in by its secret address alone, and show that", {200: Shown}, admin,
                     WindowBody, body_needed=False, problems=missing),
            Endpoint("POST", f"{one}/close", self._close, "Let a phone in no more", {200: PhoneState}, admin,
                     problems=missing),
            Endpoint("POST", f"{one}/reboot", self._reboot, "Have a registered phone start anew",
                     access=admin, problems=missing),
            Endpoint("POST", f"{one}/resync", self._resync,
                     "Have a registered phone fetch its files without starting anew", access=admin,
                     problems=missing),
        ]  # fmt: skip

    async def _own(self, asked: Asked) -> Answer:
        async with self._services.turns.alone(asked.principal.name):
            return Answer(200, PhoneValues(list(await self._desk.own(asked.principal))[:MAX_PAGE]))

    async def _all(self, asked: Asked) -> Answer:
        query: PhoneQuery = asked.query
        async with self._services.turns.alone(asked.principal.name):
            found = await self._desk.all(asked.principal)
        behind = [one for one in found.phones if one.mac > query.after]
        page = behind[: query.limit]
        following = page[-1].mac if len(behind) > len(page) else None
        return Answer(200, PhonePage(page, list(found.unreadable[:MAX_PAGE]), following))

    async def _models(self, asked: Asked) -> Answer:
        return Answer(200, VendorList(list(await self._desk.models(asked.principal))))

    async def _add(self, asked: Asked) -> Answer:
        body: PhoneBody = asked.body
        order = PhoneOrder(PhoneAction.ADD, body.mac, body.model, body.terminal, body.seconds)
        return Answer(201, (await self._desk.carry_out(asked.principal, order)).phone)

    async def _remove(self, asked: Asked) -> Answer:
        await self._carried_out(asked, PhoneAction.REMOVE)
        return NO_CONTENT

    async def _open(self, asked: Asked) -> Answer:
        return await self._carried_out(asked, PhoneAction.OPEN)

    async def _close(self, asked: Asked) -> Answer:
        return await self._carried_out(asked, PhoneAction.CLOSE)

    async def _show(self, asked: Asked) -> Answer:
        done = await self._desk.carry_out(asked.principal, await self._order(asked, PhoneAction.SHOW))
        return Answer(200, Shown(done.phone, done.address, squares(done.address)))

    async def _reboot(self, asked: Asked) -> Answer:
        await self._carried_out(asked, PhoneAction.REBOOT)
        return NO_CONTENT

    async def _resync(self, asked: Asked) -> Answer:
        await self._carried_out(asked, PhoneAction.RESYNC)
        return NO_CONTENT

    async def _carried_out(self, asked: Asked, action: PhoneAction) -> Answer:
        order = await self._order(asked, action)
        return Answer(200, (await self._desk.carry_out(asked.principal, order)).phone)

    async def _order(self, asked: Asked, action: PhoneAction) -> PhoneOrder:
        """Raises `ProblemError` for a phone that there is not."""
        mac, seconds = asked.path("mac"), 0
        if not await self._desk.knows(asked.principal, mac):
            raise ProblemError(NOT_FOUND, f"there is no phone {mac[:64]}; see GET /api/v1/admin/phones")
        if isinstance(asked.body, WindowBody):
            seconds = asked.body.seconds
        return PhoneOrder(action, mac, seconds=seconds)
