"""Hotkeys that work in every program under Wayland, where the desktop's portal has them.

The desktop asks the person once, and its settings can change them later. They are bound for as long as the
program runs, since the person would be asked again each time; outside a ringing call a key does nothing.

Source: XDG Desktop Portal, org.freedesktop.portal.GlobalShortcuts and org.freedesktop.portal.Request.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from offhook.desktop.bridge import spawn
from offhook.windows.hotkey import Key

logger = logging.getLogger(__name__)

PORTAL, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SHORTCUTS, REQUEST = "org.freedesktop.portal.GlobalShortcuts", "org.freedesktop.portal.Request"

ANSWER_S = 300.0
"""A person has to agree, and may be away."""

Texts = dict[Key, str]


class PortalError(Exception):
    """The portal does not do it."""


class PortalKeys:
    """`pressed` is called with each key that is pressed and taken. `texts` tell the person what each does."""

    def __init__(self, pressed: Callable[[Key], None], texts: Texts) -> None:
        self._pressed, self._texts = pressed, texts
        self._taken: set[Key] = set()
        self._bus: MessageBus | None = None
        self._session = ""
        self._requests: dict[str, asyncio.Future[dict[str, Variant]]] = {}
        self._opening = spawn(self._open())

    def register(self, key: Key) -> bool:
        """From now on the key counts; True, since whether the desktop allows it is known later."""
        self._taken.add(key)
        return True

    def unregister(self, key: Key) -> None:
        """It does not count any more."""
        self._taken.discard(key)

    def close(self) -> None:
        """Give everything back: the session ends with the connection."""
        self._opening.cancel()
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    async def _open(self) -> None:
        try:
            self._bus = await MessageBus(bus_type=BusType.SESSION).connect()
            self._bus.add_message_handler(self._on_message)
            await self._match(SHORTCUTS, "Activated")
            created = await self._ask("CreateSession", "", [], {"session_handle_token": _token()})
            self._session = str(created["session_handle"].value)
            shortcuts = [[key.name.lower(), self._described(key)] for key in Key]
            await self._ask("BindShortcuts", "oa(sa{sv})s", [self._session, shortcuts, ""], {})
        except (OSError, DBusError, PortalError, TimeoutError, KeyError, ValueError) as error:
            logger.info("the desktop has no hotkeys for programs: %s", error)

    def _described(self, key: Key) -> dict[str, Variant]:
        letter = chr(key.value[1]).lower()
        return {
            "description": Variant("s", self._texts[key]),
            "preferred_trigger": Variant("s", f"CTRL+ALT+{letter}"),
        }

    async def _ask(
        self, member: str, signature: str, body: list[Any], options: dict[str, Variant]
    ) -> dict[str, Variant]:
        """A request to the portal, and what the person, or the desktop, answers. Raises `PortalError`."""
        assert self._bus is not None and self._bus.unique_name is not None
        token = _token()
        sender = self._bus.unique_name.removeprefix(":").replace(".", "_")
        handle = f"{PATH}/request/{sender}/{token.value}"
        answered: asyncio.Future[dict[str, Variant]] = asyncio.get_running_loop().create_future()
        self._requests[handle] = answered
        try:
            await self._match(REQUEST, "Response", handle)  # before it is asked: the answer may be at once
            await self._call(member, signature + "a{sv}", [*body, {"handle_token": token, **options}])
            async with asyncio.timeout(ANSWER_S):
                return await answered
        finally:
            del self._requests[handle]

    async def _call(self, member: str, signature: str, body: list[Any]) -> None:
        assert self._bus is not None
        reply = await self._bus.call(
            Message(
                destination=PORTAL,
                path=PATH,
                interface=SHORTCUTS,
                member=member,
                signature=signature,
                body=body,
            )
        )
        if reply is None or reply.message_type is MessageType.ERROR:
            raise PortalError(f"{member}: {reply.error_name if reply is not None else 'no answer'}")

    async def _match(self, interface: str, member: str, path: str = PATH) -> None:
        assert self._bus is not None
        rule = f"type='signal',sender='{PORTAL}',interface='{interface}',member='{member}',path='{path}'"
        await self._bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=[rule],
            )
        )

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.interface == REQUEST and message.member == "Response":
            self._on_response(message)
        elif message.interface == SHORTCUTS and message.member == "Activated":
            session, name = message.body[0], str(message.body[1])
            key = next((one for one in self._taken if one.name.lower() == name), None)
            if key is not None and session == self._session:
                self._pressed(key)

    def _on_response(self, message: Message) -> None:
        waiting = self._requests.get(message.path or "")
        if waiting is None or waiting.done():
            return
        code, results = message.body
        if code == 0:
            waiting.set_result(results)
        else:
            waiting.set_exception(PortalError("the person, or the desktop, has said no"))


def _token() -> Variant:
    return Variant("s", f"offhook{secrets.token_hex(8)}")
