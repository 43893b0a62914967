"""What pictures show of the window: in use, empty, full, and when something is wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from offhook.call import Call, CallState, Feature, Party, Terminal
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.preferences import Preferences
from offhook.desktop.presence import Presence
from offhook.desktop.rail import Page
from offhook.desktop.shortcuts import ShortcutSheet
from offhook.directory import Kind, Number, Person
from offhook.sscp.problems import connection_problem
from tests.desktop.scenes import KIM, past
from tests.desktop.stage import PEOPLE, RINGING, Book, Stage, incoming, outgoing
from tests.waiting import until

MANY_PEOPLE, MANY_CALLS = 10_000, 500
LONG = "Maximiliane Wolkenstein-Trostburg von und zu Hohenzollern"
FAMILIES = ("Kim", "Lee", "Schmidt", "Müller", "Haddad", "Ng", "Okonkwo", "Wolkenstein")
GIVEN = ("Anna", "Min-ho", "Yusuf", "Su-jin", "Zoë", "Chidi", "Maximiliane", "Li")
OTHERS = [
    Person("김철수", (Number("02-568-3848"), Number("010-2345-6789", Kind.MOBILE)), company="한빛"),
    Person("ليلى حداد", (Number("+961 1 234567"),), company="مؤسسة الأرز"),
    Person(LONG, (Number("+49 30 1234567890123"),), company=f"{LONG} und Partner"),
]
NOW_S = 60.0


def many_people() -> list[Person]:
    """A large company."""
    return [
        Person(
            f"{GIVEN[number % 8]} {FAMILIES[number // 8 % 8]} {number}",
            (Number(f"+49 30 {number:06}"),),
            company=f"Department {number % 40}",
        )
        for number in range(MANY_PEOPLE)
    ]


def lately(calls: Sequence[Call], every_s: float = 5_000.0) -> list[Call]:
    """The calls as if the last of them had just been, and the others before it."""
    now = time.time()
    found = []
    for number, call in enumerate(calls):
        begun = now - NOW_S - number * every_s
        lasted = (call.ended or 0.0) - call.started
        connected = begun + 9 if call.connected is not None else None
        found.append(replace(call, started=begun, connected=connected, ended=begun + lasted))
    return found


def many_calls() -> list[Call]:
    """A month of a busy phone."""
    kinds = past()
    made = []
    for number in range(MANY_CALLS):
        call = kinds[number % len(kinds)]
        other = Party("", f"4930{number % 90:06}")
        inbound = call.caller.id != "4000"
        call = replace(call, caller=other) if inbound else replace(call, callee=other)
        made.append(replace(call, id=f"many{number}"))
    return lately(made)


async def a_window(
    preferences: Preferences, stage: Stage, size: tuple[int, int], page: Page = Page.HOME
) -> MainWindow:
    window = MainWindow(stage.phones, preferences, list, in_tray=False)
    window.resize(*size)
    window.show()
    window.show_page(page)
    await asyncio.sleep(0.1)
    return window


def typed(window: MainWindow, text: str) -> MainWindow:
    window.dialbox.input.setText(text)
    window.dialbox.suggest()
    return window


async def a_usual_stage() -> Stage:
    """Some colleagues, favourites and calls."""
    stage = Stage(replace(KIM, missed=2))
    stage.phones.directory = stage.book = Book([*PEOPLE, *OTHERS])
    lee = Terminal("4001", "Lee Min-ho", in_service=True)
    su = Terminal("4002", "Lee Su-jin", in_service=True)
    stage.manager.colleagues = [lee, su]
    stage.manager.past = lately(
        [*past(), *(replace(one, id=f"x{one.id}", caller=Party("", "025683848")) for one in past()[:1])],
        20_000.0,
    )
    await until(lambda: stage.phones.presence.phones)
    for person in (*PEOPLE, OTHERS[0]):
        stage.phones.kept.set_favourite(person)
    for number in ("4001", "4002"):
        stage.phones.presence.of(number)
    await until(lambda: {"4001", "4002"} <= stage.messenger._watches.keys())
    stage.tell(lee)
    stage.tell(su)
    busy = replace(outgoing("su"), terminal="4002", state=CallState.CONNECTED, connected=2.0)
    stage.play(busy)
    await until(lambda: stage.phones.presence.of("4002") is Presence.BUSY)
    return stage


async def window_scenes(
    preferences: Preferences, size: tuple[int, int]
) -> AsyncIterator[tuple[str, QWidget]]:
    """Name and widget of each picture, with a window of this size."""
    stage = await a_usual_stage()
    window = await a_window(preferences, stage, size)
    yield "home", window
    for name, text in (("search", "lee"), ("number", "02-568-3848"), ("nobody", "schmitt")):
        typed(window, text)
        if name == "nobody":
            window.dialbox._enter()
        await asyncio.sleep(0.05)
        yield name, window
    typed(window, "")
    sheet = ShortcutSheet(window)
    sheet.show()
    await asyncio.sleep(0.05)
    yield "shortcuts", sheet
    sheet.close()
    window.menu.popup(window.pos())
    await asyncio.sleep(0.05)
    yield "program-menu", window.menu
    window.menu.close()
    stage.tell(
        replace(KIM, in_service=False, problem="wrong password, from 10.0.0.7", problem_at=time.time())
    )
    await asyncio.sleep(0.05)
    yield "error-phone", window
    window.close()
    stage.phones.close()
    async for scene in _extremes(preferences, size):
        yield scene


async def _extremes(preferences: Preferences, size: tuple[int, int]) -> AsyncIterator[tuple[str, QWidget]]:
    empty = Stage(KIM)
    empty.phones.directory = None
    await until(lambda: empty.phones.terminals)
    for page, name in (
        (Page.HOME, "empty-home"),
        (Page.CONTACTS, "empty-contacts"),
        (Page.CALLS, "empty-calls"),
    ):
        window = await a_window(preferences, empty, size, page)
        yield name, window
        window.close()
    empty.manager.connected, empty.manager.problem = False, connection_problem(TimeoutError())
    window = await a_window(preferences, empty, size)
    yield "error-link", window
    window.close()
    empty.phones.close()
    full = Stage(replace(KIM, missed=120, features=frozenset(Feature)), Terminal("4002", LONG))
    full.phones.directory = full.book = Book([*many_people(), *OTHERS])
    full.manager.past = many_calls()
    await until(lambda: full.phones.terminals)
    for number in range(12):
        full.phones.kept.set_favourite(many_people()[number])
    for person in OTHERS:
        full.phones.kept.set_favourite(person)
    for page, name in (
        (Page.HOME, "full-home"),
        (Page.CONTACTS, "full-contacts"),
        (Page.CALLS, "full-calls"),
    ):
        window = await a_window(preferences, full, size, page)
        await asyncio.sleep(0.3)
        yield name, window
        if page is Page.HOME:
            typed(window, "m")
            await asyncio.sleep(0.1)
            yield "full-search", window
            typed(window, "")
            full.play(replace(incoming("t", RINGING, Party(LONG, "+49 30 1234567890123"))))
            await asyncio.sleep(0.1)
            yield "full-incoming", window
            full.change("t", state=CallState.ON_HOOK, ended=time.time())
        window.close()
    full.phones.close()
