"""A real Call Manager and Smart Messenger in this process, two SIP phones, a directory, and a phone model."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from offhook.address import show
from offhook.assembly.directory import address_rules
from offhook.assembly.messenger import MessengerParts
from offhook.assembly.run import messenger_running
from offhook.call import Call
from offhook.config import Config, load
from offhook.demo.phone import Behaviour, Phone
from offhook.desktop.phonemodel import PhoneModel
from offhook.tsp.client import TspClient
from tests.peers.program import free_port
from tests.waiting import ONE_STEP_S, until

LIMIT_S = ONE_STEP_S

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
terminal = "4000"
[sscp]
listen = "127.0.0.1:0"
[switch]
no_answer_s = 60
[switch.embedded]
listen = "127.0.0.1:{sip}"
[address]
country = "KR"
area = "2"
extension_lengths = [4]
[state]
dir = '{folder}/state'
[[terminal]]
id = "4000"
name = "Kim"
password = "a"
[[terminal]]
id = "4001"
password = "b"
[[terminal]]
id = "4003"
password = "c"
[[directory.source]]
type = "csv"
file = '{folder}/people.csv'
"""

PEOPLE = """\
name,phone,company
Lee Min-ho,4001,Hanbit
Lee Su-jin,4002,Hanbit
김철수,02-568-3848,한빛
Anna Schmidt,+49 371 38,Werk
"""

RINGS = Behaviour(answer_after=None, auto_answer=False)
ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)
BUSY = Behaviour(reject=486, auto_answer=False)


@dataclass
class World:
    """The objects for a test. `seen` has every value of a call that the phone model emitted."""

    config: Config
    file: Path
    parts: MessengerParts
    phones: PhoneModel
    sip: tuple[str, int]
    stack: AsyncExitStack
    seen: list[Call] = field(default_factory=list)

    async def phone(self, terminal: str, behaviour: Behaviour | None = None) -> Phone:
        """A registered phone."""
        password = {"4000": "a", "4001": "b", "4003": "c"}[terminal]
        phone = Phone(self.sip, terminal, password, behaviour=behaviour or Behaviour())
        await self.stack.enter_async_context(phone)
        await until(lambda: any(one.id == terminal for one in self.phones.terminals))
        return phone

    async def tsp(self) -> TspClient:
        """A TSP session of terminal 4000."""
        assert self.parts.tsp_port is not None
        return await self.stack.enter_async_context(await TspClient.connect("127.0.0.1", self.parts.tsp_port))


@asynccontextmanager
async def a_world(folder: Path) -> AsyncIterator[World]:
    """Start everything, and stop it in order."""
    sip = free_port()
    file = folder / "offhook.toml"
    file.write_text(CONFIG.format(folder=folder, sip=sip), encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    config = load(file)
    rules = address_rules(config)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(messenger_running(config))
        phones = PhoneModel(
            parts.messenger, parts.client, parts.directory, lambda number: show(number, rules)
        )
        stack.callback(phones.close)
        world = World(config, file, parts, phones, ("127.0.0.1", sip), stack)
        phones.call_changed.connect(world.seen.append)
        await until(lambda: bool(phones.terminals) and bool(phones.search("Lee")))
        yield world


def click(widget: QWidget) -> None:
    """Click a widget with the mouse."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press a key in a widget."""
    QTest.keyClick(widget, key)
