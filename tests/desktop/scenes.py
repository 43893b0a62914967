"""What the pictures of docs/window.md show of calls, one widget at a time; the Call Manager is played."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from offhook.call import (
    Call,
    CallState,
    Cause,
    Feature,
    Forwarding,
    ForwardWhen,
    Party,
    Reason,
    Terminal,
    TrunkState,
)
from offhook.call.provisioned import PhoneState
from offhook.call.trunks import TrunkServer
from offhook.config import Config, GroupSettings, IncomingSettings, TerminalSettings
from offhook.config.sections.incoming import hours
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.forwarding import ForwardingDialog
from offhook.desktop.mainwindow import MainWindow
from offhook.desktop.popup import CallPopup
from offhook.desktop.preferences import Preferences
from offhook.desktop.rail import Page
from offhook.desktop.settings.deskphones import DeskPhonesPage
from offhook.desktop.settings.outside import OutsidePage
from offhook.desktop.updatebar import UpdateBar
from offhook.update import Download, Offer, Updates
from tests.desktop.firstscenes import first_scenes
from tests.desktop.stage import ON_HOLD, OWN, TALKING, Stage, incoming, outgoing
from tests.waiting import until

UP = CallState.CONNECTED
KIM = replace(
    OWN,
    features=frozenset({Feature.DIAL, Feature.FORWARD, Feature.DO_NOT_DISTURB}),
    capabilities=frozenset({Feature.FORWARD, Feature.FORWARD_BUSY, Feature.FORWARD_NO_ANSWER}),
)
TALKED_S = 64.0
OUTSIDE = Party("", "+49 371 38")


def up(call: Call) -> Call:
    """Answered a minute ago."""
    now = time.time()
    return replace(call, state=UP, started=now - TALKED_S - 6, connected=now - TALKED_S)


def over(call: Call, cause: Cause, **changes: object) -> Call:
    ended = {"ended": time.time(), **changes}
    return replace(call, state=CallState.ON_HOOK, cause=cause, **ended)  # type: ignore[arg-type]


def _transfer(card: CallCard) -> None:
    card.press(Feature.TRANSFER)
    card.target.input.setText("lee")
    card.target._suggest()
    card.target._settle.stop()
    card.target.list.setCurrentRow(1)


def _keypad(card: CallCard) -> None:
    card.press(Feature.DTMF)
    for key in "12#":
        card.keypad.keys[key].click()


def _nothing(_card: CallCard) -> None:
    pass


def cards() -> list[tuple[str, Call, Callable[[CallCard], None]]]:
    """The name of the picture, the call, and what is done with its card."""
    asked = frozenset({Feature.COMPLETE, Feature.CONFERENCE, Feature.DTMF, Feature.DROP})
    anna = incoming("anna", caller=OUTSIDE)
    return [
        ("call-incoming", anna, _nothing),
        (
            "call-forwarded",
            replace(incoming("f"), redirecting=Party("", "4002"), reason=Reason.FORWARDED_BUSY),
            _nothing,
        ),
        ("call-connected", up(outgoing("c", features=TALKING)), _nothing),
        ("call-held", replace(up(outgoing("h", features=ON_HOLD | {Feature.SWAP})), held=True), _nothing),
        ("call-held-by-other", replace(up(outgoing("o", features=TALKING)), held_by_other=True), _nothing),
        ("call-transfer", up(incoming("t", TALKING, OUTSIDE)), _transfer),
        (
            "call-consultation",
            replace(
                outgoing("q", features=asked),
                consultation=True,
                related="h2",
                state=UP,
                connected=time.time(),
            ),
            _nothing,
        ),
        ("call-keypad", up(outgoing("k", features=TALKING)), _keypad),
        ("call-missed", over(incoming("m"), Cause.CANCELLED), _nothing),
        ("call-elsewhere", over(incoming("e"), Cause.ELSEWHERE, redirected_to=Party("", "4002")), _nothing),
    ]


def past() -> list[Call]:
    """A call log with every kind of call."""
    begun = time.mktime((2026, 3, 5, 16, 30, 0, 0, 0, -1))
    lee, su = Party("", "4001"), Party("", "4002")

    def one(number: int, call: Call, cause: Cause, **changes: object) -> Call:
        started = begun - number * 3000
        connected = started + 9 if call.state is UP else None
        ended = started + 40 + number * 31
        return over(
            replace(call, id=f"p{number}", started=started, connected=connected),
            cause,
            ended=ended,
            **changes,
        )

    talked_in, talked_out = replace(incoming(), state=UP), replace(outgoing(), state=UP)
    return [
        one(0, incoming(), Cause.CANCELLED),
        one(1, incoming(caller=OUTSIDE), Cause.ELSEWHERE, redirected_to=su),
        one(2, incoming(), Cause.FORWARDED, redirected_to=su),
        one(3, talked_out, Cause.TRANSFERRED, redirected_to=lee),
        one(4, talked_in, Cause.NORMAL, redirecting=su, reason=Reason.FORWARDED_BUSY),
        one(5, outgoing(), Cause.BUSY),
        one(6, incoming(caller=OUTSIDE), Cause.NO_ANSWER),
        one(7, talked_out, Cause.NORMAL),
    ]


async def scenes(preferences: Preferences) -> AsyncIterator[tuple[str, QWidget]]:
    """Name and widget of each picture."""
    for name, call, do in cards():
        stage = await a_stage()
        stage.play(replace(up(outgoing("h2")), held=True, related="q", callee=OUTSIDE))
        stage.play(call)
        popup = CallPopup(CallCard(stage.phones, call))
        popup.fit()
        popup.show()
        do(popup.card)
        await asyncio.sleep(0.05)
        yield name, popup
        popup.hide()
        stage.phones.close()
    stage = await a_stage()
    window = MainWindow(stage.phones, preferences, list, in_tray=False)
    window.resize(640, 560)
    window.show()
    stage.play(replace(up(outgoing("h", features=ON_HOLD | {Feature.SWAP})), held=True))
    stage.play(up(incoming("t", TALKING, OUTSIDE)))
    await asyncio.sleep(0.1)
    yield "window-calls", window
    for call_id in ("h", "t"):
        stage.change(call_id, state=CallState.ON_HOOK, ended=time.time(), cause=Cause.NORMAL)
    window.close()
    stage = await a_stage(replace(KIM, missed=2))
    stage.manager.past = past()
    window = MainWindow(stage.phones, preferences, list, in_tray=False)
    window.resize(720, 420)
    window.show()
    await until(lambda: window.history.shown.rowCount() > 1)
    window.show_page(Page.CALLS)
    await asyncio.sleep(0.1)
    yield "history", window
    dialog = ForwardingDialog(
        stage.phones, replace(KIM, forwardings=(Forwarding(ForwardWhen.NO_ANSWER, "4001", 20),)), window
    )
    dialog.show()
    await asyncio.sleep(0.05)
    yield "forwarding", dialog
    dialog.close()
    window.show_page(Page.HOME)
    async for name, shown in desk_scenes(preferences):
        yield name, shown
    async for name, shown in outside_scenes(preferences):
        yield name, shown
    notice = UpdateBar(PlayedUpdates())
    window.show_above(notice)
    notice.watch()
    await until(notice.isVisible)
    await asyncio.sleep(0.05)
    yield "update", window
    notice.end()
    notice.hide()
    window.own.menu.popup(window.pos())
    await asyncio.sleep(0.05)
    yield "phone-menu", window.own.menu
    window.own.menu.close()
    window.close()
    async for scene in first_scenes():
        yield scene


SITE = Config(
    terminals=(
        TerminalSettings(id="4000", name="Kim", number="+4930900101"),
        TerminalSettings(id="4001", name="Lee Min-ho"),
        TerminalSettings(id="4002", name="Lee Su-jin"),
    ),
    groups=(GroupSettings(name="sales", terminals=("4001", "4002")),),
    incoming=(
        IncomingSettings(
            numbers=(("+4930900100", "+4930900100"),),
            ring=("4001", "4002"),
            order="longest_idle",
            hours=(hours("mon-fri 09:00-17:30"),),
            otherwise="4000",
        ),
        IncomingSettings(ring=("4000",)),
    ),
)


async def outside_scenes(preferences: Preferences) -> AsyncIterator[tuple[str, QWidget]]:
    """One provider that works, and then none."""
    stage = await a_stage()
    since = time.mktime((2026, 3, 5, 8, 33, 0, 0, 0, -1))
    works = TrunkState(
        *("provider", True, "", since, True, True),
        servers=(TrunkServer("sip.provider.example:5061", up=True),),
        calls=1,
        max_calls=10,
        minutes_today=42.0,
        max_minutes_a_day=3000,
    )
    refused = replace(
        works, name="second", usable=False, problem="the provider refuses the account (403 Forbidden)"
    )
    stage.manager.ways_out = [works, refused]
    await stage.phones.trunks.find()
    page = OutsidePage(SITE, stage.phones)
    window = MainWindow(stage.phones, preferences, lambda: [(page.title, page)], in_tray=False)
    window.resize(760, 600)
    window.show()
    window.show_page(Page.SETTINGS)
    await asyncio.sleep(0.1)
    yield "settings-outside", window
    stage.messenger.on_trunk(replace(works, usable=False, problem=refused.problem))
    await asyncio.sleep(0.05)
    yield "settings-outside-down", window
    window.resize(360, 640)
    await asyncio.sleep(0.1)
    yield "settings-outside-down-narrow", window
    window.close()
    stage.phones.close()


async def desk_scenes(preferences: Preferences) -> AsyncIterator[tuple[str, QWidget]]:
    """Phones that set themselves up: one that has, one that a stranger asked for, one that is let in."""
    stage = await a_stage()
    then = time.mktime((2026, 3, 5, 8, 33, 0, 0, 0, -1))
    fetched = PhoneState("805ec0123456", "T46U", "4000", fetched=then, source="192.0.2.33", registered=then)
    stage.manager.desk_phones = [
        replace(fetched, mac="000b82aabbcc", model="baresip", stranger="192.0.2.66", stranger_at=then + 60),
        fetched,
        PhoneState("805ec0000001", "Linphone", "4001", open_until=then + 600),
    ]
    page = DeskPhonesPage(stage.phones)
    window = MainWindow(stage.phones, preferences, lambda: [(page.title, page)], in_tray=False)
    window.resize(760, 600)
    window.show()
    window.show_page(Page.SETTINGS)
    await asyncio.sleep(0.2)
    yield "settings-desk", window
    page.show_address.click()
    await asyncio.sleep(0.2)
    yield "settings-desk-address", window
    page.list.setCurrentRow(1)
    page.begin()
    await asyncio.sleep(0.2)
    yield "settings-desk-add", window
    window.resize(360, 640)
    await asyncio.sleep(0.1)
    yield "settings-desk-narrow", window
    window.close()
    stage.phones.close()


class PlayedUpdates(Updates):
    """A newer version is known already."""

    def __init__(self) -> None:
        pass

    def due(self) -> bool:
        return False

    def latest(self) -> Offer | None:
        return Offer("0.2.0", "https://example.org/0.2.0", Download("https://example.org/setup.exe", 1, ""))


async def a_stage(phone: Terminal = KIM) -> Stage:
    """With the colleagues' phones."""
    stage = Stage(phone, Terminal("4001", "Lee Min-ho"), Terminal("4002", "Lee Su-jin"))
    await until(lambda: stage.phones.terminals)
    return stage
