"""One measure of the window, in its own process: `python -m bench.window_child MODE N`.

Prints JSON. Qt draws where QT_QPA_PLATFORM says, in memory unless told otherwise.
"""

import asyncio
import json
import os
import random
import resource
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import offhook.desktop.pythonimports  # noqa: F401  # as the program begins

# isort: split
from PySide6.QtCore import QSettings
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QVBoxLayout, QWidget

from offhook.assembly.messenger import MessengerParts
from offhook.assembly.run import messenger_running
from offhook.call import Call, CallState, Party, Terminal, TrunkState
from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneVendor
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from offhook.desktop import popups
from offhook.desktop.bridge import run
from offhook.desktop.dialbox import DialBox
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.popup import CallPopup
from offhook.desktop.popups import Popups
from offhook.desktop.preferences import Preferences
from offhook.desktop.restingcursor import REST_MS
from offhook.directory import Number, Person
from offhook.directory.index import Index
from offhook.messenger import Messenger
from offhook.tsp.client import TspClient
from offhook.tsp.messages import Dial, Drop

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
terminal = "4000"
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:{sip}"
[state]
dir = '{folder}'
[[terminal]]
id = "4000"
password = "a"
[[terminal]]
id = "4001"
password = "b"
"""
PEOPLE = 100_000
LIMIT_S = 10.0
REST_S = 0.05
PER_SECOND = 500
LAG_EVERY_S = 0.005
STATES = (CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED)


class Painted:
    """When something has been painted for the first time since `begin`."""

    at: asyncio.Future[float]

    def begin(self) -> None:
        self.at = asyncio.get_running_loop().create_future()

    def note(self) -> None:
        # What is drawn in this turn of the event loop is on the screen in the next.
        asyncio.get_running_loop().call_soon(self._done)

    def _done(self) -> None:
        if not self.at.done():
            self.at.set_result(time.perf_counter())


painted = Painted()


class WatchedPopup(CallPopup):
    """An event filter would do as well, but makes every event dear."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painted.note()


class Running(NamedTuple):
    parts: MessengerParts
    phones: PhoneModel
    sip: tuple[str, int]
    folder: Path


@asynccontextmanager
async def a_desk() -> AsyncIterator[Running]:
    with tempfile.TemporaryDirectory() as name:
        folder, sip = Path(name), _free_port()
        file = folder / "offhook.toml"
        file.write_text(CONFIG.format(sip=sip, folder=folder))
        async with messenger_running(load(file)) as parts:
            phones = PhoneModel(parts.messenger, parts.client)
            yield Running(parts, phones, ("127.0.0.1", sip), folder)
            phones.close()


def _free_port() -> int:
    """A port that nobody has just now, by UDP."""
    with socket.socket(type=socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


async def popup(_application: QApplication, count: int) -> object:
    """Milliseconds from `Action%Dial` written to the pop-up painted; and a plain window shown to painted."""
    taken, plain = [], []
    setattr(popups, "CallPopup", WatchedPopup)  # noqa: B010
    async with a_desk() as running:
        shown = popups.Popups(running.phones)
        rings = Behaviour(answer_after=None, auto_answer=False)
        async with (
            Phone(running.sip, "4000", "a"),
            Phone(running.sip, "4001", "b", behaviour=rings),
            await TspClient.connect("127.0.0.1", running.parts.tsp_port or 0) as tsp,
        ):
            for _ in range(count):
                taken.append(await _painted(lambda: tsp.ask(Dial("4001"))))
                await tsp.ask(Drop())
                while shown.shown():
                    shown.shown()[0].close()
                    await asyncio.sleep(REST_S)
                plain.append(await _plain())
    return {"popup": taken, "plain": plain}


async def _painted(begin: Callable[[], Awaitable[object]]) -> float:
    painted.begin()
    begun = time.perf_counter()
    await begin()
    async with asyncio.timeout(LIMIT_S):
        at = await painted.at
    return (at - begun) * 1000


class Plain(QWidget):
    """A window with one text."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painted.note()


async def _plain() -> float:
    async def show() -> None:
        window = Plain()
        QVBoxLayout(window).addWidget(QLabel("Lee Min-ho"))
        window.show()
        kept.append(window)

    kept: list[QWidget] = []
    taken = await _painted(show)
    for window in kept:
        window.close()
        window.deleteLater()
    await asyncio.sleep(REST_S)
    return taken


async def flood(_application: QApplication, seconds: int) -> object:
    """Milliseconds by which the event loop is late while 500 state changes a second are shown."""
    lags: list[float] = []
    async with a_desk() as running:
        shown = popups.Popups(running.phones)
        call = Call("c0", "4000", STATES[0], Party("Kim", "4000"), Party("Lee", "4001"), time.time())
        sender = asyncio.create_task(_send(running.phones, call, seconds * PER_SECOND))
        while not sender.done():
            due = time.perf_counter() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            lags.append((time.perf_counter() - due) * 1000)
        last = await sender
        (popup,) = shown.shown()
        right = popup.call == last and popup.card.phrase.text() != "" and popup.card.progress.reached == 3
    return {"lags": lags, "right": right}


async def _send(phones: PhoneModel, call: Call, count: int) -> Call:
    begun = time.perf_counter()
    for number in range(count):
        call = replace(call, state=STATES[number % 4], callee=Party(f"Lee {number}", "4001"), connected=None)
        if number % 4 == 3:
            call = replace(call, connected=time.time())
        phones.call_changed.emit(call)
        await asyncio.sleep(max(0.0, begun + (number + 1) / PER_SECOND - time.perf_counter()))
    return call


async def idle(_application: QApplication, seconds: int) -> object:
    """CPU and memory of the window with nothing to do."""
    async with a_desk() as running:
        preferences = Preferences(QSettings(str(running.folder / "w.ini"), QSettings.Format.IniFormat))
        window = MainWindow(running.phones, preferences, list, in_tray=True)
        shown = Popups(running.phones, strip=window.strip)
        window.show()
        found = await _rest(seconds)
        shown.close()
        window.close()
    return found


async def empty(_application: QApplication, seconds: int) -> object:
    """The same of an empty window."""
    window = QMainWindow()
    window.show()
    return await _rest(seconds)


async def contacts(_application: QApplication, frames: int) -> object:
    """100,000 people: seconds of each frame while the list is scrolled, and of each search in both lines."""
    people = made_people(PEOPLE)
    phones = PhoneModel(Messenger(str), _NoManager(), Book(people))
    from offhook.desktop.contacts import Contacts  # an idle window, which is measured too, does without

    shown = Contacts(phones, DialBox(phones))
    shown.resize(900, 700)
    shown.show()
    await asyncio.sleep(0.1)
    bar = shown.list.verticalScrollBar()
    painted, searched = [], []
    for frame in range(frames):
        begun = time.perf_counter()
        bar.setValue((frame * bar.maximum()) // frames + frame % 7)
        shown.list.viewport().repaint()
        painted.append(time.perf_counter() - begun)
    for text in texts_of(people, frames):
        begun = time.perf_counter()
        shown.search(text)
        shown.list.viewport().repaint()
        searched.append(time.perf_counter() - begun)
    shown.hide()
    box = DialBox(phones)
    box.resize(700, 560)
    box.show()
    found = []
    for text in texts_of(people, frames):
        begun = time.perf_counter()
        box.input.setText(text)
        box.suggest()
        box.list.viewport().repaint()
        found.append(time.perf_counter() - begun)
    box.hide()
    phones.close()
    return {"painted": painted, "searched": searched, "found": found}


class _NoManager:
    """There are people, and nothing else."""

    connected, problem, place = False, None, ""

    async def terminals(self, *, watched: bool = False) -> list[Terminal]:
        return []

    async def unwatch(self, terminal: str) -> None:
        pass

    async def trunks(self, *, watch: bool = False) -> list[TrunkState]:
        return []

    async def phones(self, *, watch: bool = False) -> PhoneList:
        return PhoneList()

    async def phone_models(self) -> list[PhoneVendor]:
        return []

    async def order_phone(self, order: PhoneOrder) -> PhoneDone:
        raise NotImplementedError

    async def history(
        self, terminal: str | None = None, *, limit: int = 50, before: float | None = None
    ) -> list[Call]:
        return []


class Book:
    """A directory of these people."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._index = Index([people], lambda number: (number,))
        self.name_of, self.person_of = self._index.name_of, self._index.person_of
        self.search, self.similar = self._index.search, self._index.similar
        self.everybody = self._index.everybody

    async def picture(self, person: Person) -> bytes | None:
        return None


def made_people(count: int) -> list[Person]:
    """People with names as in a large company: some thousand surnames and given names, a third Korean."""
    chance = random.Random(1)
    letters = "abcdefghiklmnoprstuv"
    surnames = ["".join(chance.choices(letters, k=chance.randint(4, 9))).title() for _ in range(4000)]
    given = ["".join(chance.choices(letters, k=chance.randint(3, 7))).title() for _ in range(1000)]

    def name() -> str:
        if chance.random() < 1 / 3:
            return "".join(chr(chance.randint(0xAC00, 0xD7A3)) for _ in range(3))
        return f"{chance.choice(given)} {chance.choice(surnames)}"

    return [
        Person(name(), (Number(f"02-{at // 10000:03}-{at % 10000:04}"),), company=f"Firm {at % 500}")
        for at in range(count)
    ]


def texts_of(people: Sequence[Person], count: int) -> list[str]:
    """What is typed: beginnings of names and numbers, and a tenth that nobody has."""
    chance = random.Random(2)
    made = []
    for _ in range(count):
        one = chance.choice(people)
        whole = chance.choice((one.name, one.name, one.numbers[0].text, f"{one.name} {one.company}"))
        made.append("qxqx" if chance.random() < 0.1 else whole[: chance.randint(1, len(whole))])
    return made


async def _rest(seconds: int) -> dict[str, float]:
    await asyncio.sleep(REST_MS / 1000 + 2)  # until the text cursor stands still, too
    before, begun = time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    used = (time.process_time() - before) / (time.perf_counter() - begun)
    return {"cpu": used * 100, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


MODES = {"popup": popup, "flood": flood, "idle": idle, "empty": empty, "contacts": contacts}


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    mode, count = MODES[sys.argv[1]], int(sys.argv[2])

    async def work(application: QApplication) -> int:
        print(json.dumps(await mode(application, count)))
        return 0

    return run(work)


if __name__ == "__main__":
    sys.exit(main())
