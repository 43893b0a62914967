"""Hotkeys by the desktop's portal: a real session bus, on which a portal is played."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from offhook.desktop.portalkeys import PATH, PORTAL, REQUEST, SHORTCUTS, PortalKeys
from offhook.windows.hotkey import Key
from tests.waiting import until

pytestmark = pytest.mark.peer

TEXTS = {Key.DIAL: "Call", Key.ANSWER: "Answer", Key.DECLINE: "Decline"}
SESSION = "/org/freedesktop/portal/desktop/session/1_1/here"


class Portal:
    """What a desktop's portal does; `allows` is what the person says."""

    def __init__(self, bus: MessageBus, allows: bool) -> None:
        self.bus, self.allows = bus, allows
        self.bound: list[Any] = []
        bus.add_message_handler(self._on_message)

    def _on_message(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL or message.interface != SHORTCUTS:
            return False
        options = message.body[-1]
        sender = (message.sender or "").removeprefix(":").replace(".", "_")
        handle = f"{PATH}/request/{sender}/{options['handle_token'].value}"
        results: dict[str, Variant] = {}
        if message.member == "CreateSession":
            results["session_handle"] = Variant("s", SESSION)
        else:
            self.bound = message.body[1]
        self._signal(handle, REQUEST, "Response", "ua{sv}", [0 if self.allows else 1, results])
        return Message.new_method_return(message, "o", [handle])

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None:
        signal = Message.new_signal(path, interface, member, signature, body)
        asyncio.get_running_loop().call_soon(lambda: self.bus.send(signal))

    def press(self, name: str, session: str = SESSION) -> None:
        """The person presses the shortcut."""
        self._signal(PATH, SHORTCUTS, "Activated", "osta{sv}", [session, name, 1, {}])


@pytest.fixture
async def bus_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A session bus of the test's own."""
    daemon = await asyncio.create_subprocess_exec(
        *("dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={tmp_path}/bus"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert daemon.stdout is not None
    address = (await daemon.stdout.readline()).decode().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    daemon.terminate()
    await daemon.wait()


@pytest.fixture
async def portal(bus_address: str) -> AsyncIterator[Portal]:
    bus = await MessageBus(bus_address=bus_address, bus_type=BusType.SESSION).connect()
    await bus.request_name(PORTAL)
    yield Portal(bus, allows=True)
    bus.disconnect()


async def test_each_key_is_bound_with_what_it_does_and_heard_while_it_is_taken(portal: Portal) -> None:
    pressed: list[Key] = []
    keys = PortalKeys(pressed.append, TEXTS)
    await until(lambda: portal.bound)
    assert {
        name: (said["description"].value, said["preferred_trigger"].value) for name, said in portal.bound
    } == {
        "dial": ("Call", "CTRL+ALT+d"),
        "answer": ("Answer", "CTRL+ALT+a"),
        "decline": ("Decline", "CTRL+ALT+x"),
    }
    keys.register(Key.DIAL)
    for name in ("answer", "dial"):
        portal.press(name)
    await until(lambda: pressed == [Key.DIAL])
    keys.unregister(Key.DIAL)
    keys.register(Key.ANSWER)
    for name in ("dial", "answer"):
        portal.press(name)
    await until(lambda: pressed == [Key.DIAL, Key.ANSWER])
    keys.close()


async def test_a_key_of_another_program_s_session_is_none_of_ours(portal: Portal) -> None:
    pressed: list[Key] = []
    keys = PortalKeys(pressed.append, TEXTS)
    await until(lambda: portal.bound)
    keys.register(Key.DIAL)
    keys.register(Key.ANSWER)
    portal.press("dial", "/another/session")
    portal.press("answer")
    await until(lambda: pressed == [Key.ANSWER])
    keys.close()


async def test_where_the_person_says_no_there_are_no_keys_and_no_error(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    portal.allows = False
    with caplog.at_level("INFO"):
        keys = PortalKeys(list[Key]().append, TEXTS)
        await until(lambda: "has said no" in caplog.text)
    assert portal.bound == []
    keys.close()


async def test_a_desktop_without_a_portal_has_no_keys_and_no_error(
    bus_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert bus_address
    with caplog.at_level("INFO"):
        keys = PortalKeys(list[Key]().append, TEXTS)
        await until(lambda: "ServiceUnknown" in caplog.text)
    keys.close()


async def test_without_a_session_bus_there_are_no_keys_and_no_error(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with caplog.at_level("INFO"):
        keys = PortalKeys(list[Key]().append, TEXTS)
        await until(lambda: "no hotkeys" in caplog.text)
    keys.close()
