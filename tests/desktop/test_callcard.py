"""The card of a call: phrases for what happens, and buttons only for what can be done."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from offhook.call import (
    DOES_NOT_ANSWER,
    Answer,
    Call,
    CallState,
    Cause,
    Complete,
    Conference,
    Consult,
    Drop,
    Dtmf,
    Feature,
    Hold,
    Park,
    Party,
    Privacy,
    Reason,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Terminal,
    Transfer,
)
from offhook.desktop.card.callcard import CallCard
from offhook.desktop.card.keypad import Keypad
from offhook.desktop.card.phrases import Tone, tone
from offhook.desktop.card.target import TargetPanel
from offhook.desktop.theme import colors
from offhook.errors import CallError, Refusal
from tests.desktop.stage import ON_HOLD, RINGING, TALKING, Stage, incoming, outgoing
from tests.desktop.world import click, press
from tests.waiting import until

UP = CallState.CONNECTED


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


def a_card(stage: Stage, call: Call, mnemonics: bool = True) -> CallCard:
    stage.play(call)
    card = CallCard(stage.phones, call, mnemonics)
    card.show()
    return card


def over(call: Call, cause: Cause, **changes: object) -> Call:
    return replace(call, state=CallState.ON_HOOK, ended=9.0, cause=cause, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "phrase"),
    [
        (incoming(), "Lee Min-ho is calling"),
        (incoming(caller=Party("", "", Privacy.WITHHELD)), "An unknown caller is calling"),
        (outgoing(state=CallState.OFF_HOOK), "Your phone is ringing: pick it up"),
        (outgoing(state=CallState.PROCEED), "Calling Lee Su-jin …"),
        (outgoing(), "Ringing Lee Su-jin"),
        (outgoing(state=UP), "Connected"),
        (replace(outgoing(state=UP), held=True), "On hold"),
        (replace(outgoing(state=UP), held_by_other=True), "Lee Su-jin has put you on hold"),
        (replace(outgoing(state=UP), conference="x"), "In a conference"),
        (over(outgoing(), Cause.BUSY), "Lee Su-jin is busy"),
        (over(outgoing(), Cause.NO_ANSWER), "Lee Su-jin does not answer"),
        (over(outgoing(), Cause.REJECTED), "Lee Su-jin has declined"),
        (over(outgoing(), Cause.NORMAL), "Your phone hung up before Lee Su-jin answered"),
        (over(outgoing(), Cause.UNREACHABLE), "Lee Su-jin cannot be reached"),
        (
            over(outgoing(state=UP), Cause.TRANSFERRED, redirected_to=Party("", "4001")),
            "Transferred to Lee Min-ho",
        ),
        (over(outgoing(state=UP), Cause.PARKED, redirected_to=Party("", "701")), "Parked: 701"),
        (over(incoming(), Cause.CANCELLED), "Missed: call back"),
        (over(incoming(caller=Party()), Cause.CANCELLED), "Missed call"),
        (over(incoming(), Cause.REJECTED), "Declined"),
        (over(incoming(), Cause.ELSEWHERE, redirected_to=Party("", "4002")), "Answered by Lee Su-jin"),
        (over(incoming(), Cause.FORWARDED, redirected_to=Party("", "4002")), "Sent on to Lee Su-jin"),
    ],
)
async def test_a_phrase_says_what_happens(stage: Stage, call: Call, phrase: str) -> None:
    assert a_card(stage, call).phrase.accessibleName() == phrase


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (over(outgoing(), Cause.DROPPED), Tone.QUIET),
        (over(outgoing(state=UP), Cause.NORMAL), Tone.QUIET),
        (over(incoming(), Cause.REJECTED), Tone.QUIET),
        (over(incoming(), Cause.ELSEWHERE), Tone.QUIET),
        (over(incoming(), Cause.NO_ANSWER), Tone.ATTENTION),
        (over(incoming(), Cause.BUSY), Tone.ATTENTION),
        (over(outgoing(), Cause.UNREACHABLE), Tone.BAD),
        (over(outgoing(), Cause.FAILURE), Tone.BAD),
        (replace(outgoing(state=UP), held=True), Tone.ATTENTION),
        (incoming(), Tone.GOOD),
    ],
)
def test_only_failures_are_red_and_missed_calls_want_attention(call: Call, expected: Tone) -> None:
    assert tone(call) is expected


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        (incoming(), {Feature.ANSWER, Feature.REJECT, Feature.REDIRECT}),
        (incoming(features=RINGING | {Feature.DROP}), {Feature.ANSWER, Feature.REJECT, Feature.REDIRECT}),
        (incoming(features=frozenset({Feature.DROP})), {Feature.DROP}),
        (incoming(features=frozenset()), set()),
        (incoming(features=None), {Feature.DROP}),
        (outgoing(), {Feature.DROP}),
        (outgoing(state=UP, features=frozenset({Feature.CONSULT})), {Feature.TRANSFER}),
        (outgoing(state=UP, features=TALKING), TALKING - {Feature.CONSULT}),
        (outgoing(state=UP, features=ON_HOLD), ON_HOLD),
        (
            outgoing(state=UP, features=ON_HOLD | {Feature.SWAP}),
            ON_HOLD - {Feature.RETRIEVE} | {Feature.SWAP},
        ),
        (over(outgoing(), Cause.BUSY), set()),
    ],
)
async def test_only_what_can_be_done_has_a_button(stage: Stage, call: Call, shown: set[Feature]) -> None:
    assert set(a_card(stage, call).buttons.offered()) == shown


@pytest.mark.parametrize(
    ("feature", "command"),
    [
        (Feature.ANSWER, Answer("c", "4000")),
        (Feature.REJECT, Reject("c", "4000")),
        (Feature.HOLD, Hold("c", "4000")),
        (Feature.RETRIEVE, Retrieve("c", "4000")),
        (Feature.SWAP, Swap("c", "4000")),
        (Feature.CONFERENCE, Conference("c", "4000")),
        (Feature.COMPLETE, Complete("c", "4000")),
        (Feature.PARK, Park("c", "4000")),
        (Feature.DROP, Drop("c", "4000")),
    ],
)
async def test_each_button_asks_for_its_command(stage: Stage, feature: Feature, command: object) -> None:
    call = outgoing("c", UP, frozenset({feature})) if feature is not Feature.ANSWER else incoming("c")
    card = a_card(stage, call)
    click(card.buttons.button(feature))
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [command]


async def test_a_button_waits_while_its_command_is_under_way(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    stage.manager.gate.clear()
    click(card.buttons.button(Feature.HOLD))
    assert not card.buttons.button(Feature.HOLD).isEnabled()
    stage.manager.gate.set()
    await until(lambda: card.buttons.button(Feature.HOLD).isEnabled())


async def test_a_refusal_is_told_in_the_card(stage: Stage) -> None:
    card = a_card(stage, incoming())
    stage.manager.refusal = CallError(Refusal.NOT_POSSIBLE_NOW, "the caller has gone")
    click(card.buttons.button(Feature.ANSWER))
    await until(lambda: card.message.isVisible())
    assert card.message.text() == "That is not possible just now. Try again in a moment."


async def test_without_a_consultation_the_newest_connected_call_is_joined(stage: Stage) -> None:
    stage.play(outgoing("old", UP))
    card = a_card(stage, replace(outgoing("c", UP, frozenset({Feature.COMPLETE})), held=True))
    click(card.buttons.button(Feature.COMPLETE))
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Complete("c", "4000", "old")]


async def test_a_consultation_says_who_waits_and_goes_back(stage: Stage) -> None:
    first = replace(outgoing("first", UP, ON_HOLD), held=True, related="second")
    stage.play(first)
    features = frozenset({Feature.COMPLETE, Feature.DROP})
    second = replace(outgoing("second", UP, features, Party("", "4001")), consultation=True, related="first")
    card = a_card(stage, second)
    assert card.detail.text() == "Lee Su-jin waits on hold"
    assert card.buttons.drop.text() == "&Back"
    click(card.buttons.button(Feature.COMPLETE))
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Complete("second", "4000")]


async def test_after_a_consultation_nobody_is_said_to_wait(stage: Stage) -> None:
    stage.play(replace(outgoing("first", UP, ON_HOLD), held=True, related="second"))
    second = replace(outgoing("second", UP, callee=Party("", "4001")), consultation=True, related="first")
    card = a_card(stage, stage.play(second))
    assert card.detail.text() == "Lee Su-jin waits on hold"
    card.show_call(stage.change("second", state=CallState.ON_HOOK, ended=3.0, cause=Cause.NORMAL))
    assert card.detail.text() == ""


async def test_after_a_colleague_who_was_busy_another_one_is_asked_from_the_call_on_hold(
    stage: Stage,
) -> None:
    waits = replace(outgoing("first", UP, frozenset({Feature.RETRIEVE, Feature.DROP})), held=True)
    card = a_card(stage, waits)
    assert not card.buttons.button(Feature.TRANSFER).isVisible()
    card.show_call(stage.change("first", features=ON_HOLD | {Feature.CONSULT}))
    click(card.buttons.button(Feature.TRANSFER))
    card.target.input.setText("4002")
    click(card.target.buttons[Feature.CONSULT])
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Consult("first", "4000", "4002")]


async def test_that_a_colleagues_phone_is_not_registered_is_told(stage: Stage) -> None:
    stage.manager.own.append(Terminal("4002", "Lee Su-jin", in_service=False))
    stage.phones._on_link(True)
    await until(lambda: len(stage.phones.terminals) == 2)
    card = a_card(stage, over(outgoing(), Cause.UNREACHABLE))
    assert card.phrase.text() == "Lee Su-jin's phone (4002) is not registered"
    assert card.detail.text() == "Call again when it is switched on and connected."


async def test_that_a_colleagues_phone_has_no_power_is_not_told_as_not_registered(stage: Stage) -> None:
    silent = Terminal("4002", "Lee Su-jin", problem=DOES_NOT_ANSWER, problem_at=1.0)
    stage.manager.own.append(silent)
    stage.phones._on_link(True)
    await until(lambda: len(stage.phones.terminals) == 2)
    card = a_card(stage, over(outgoing(), Cause.UNREACHABLE))
    assert card.phrase.text() == "Lee Su-jin's phone (4002) does not answer"


async def test_the_slot_is_told_also_when_the_call_was_over_before_it_was_known(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    stage.manager.gate.clear()
    stage.manager.slot = "701"
    click(card.buttons.button(Feature.PARK))
    await until(lambda: stage.manager.asked)
    card.show_call(over(card.call, Cause.PARKED))
    assert card.phrase.accessibleName() == "Parked"
    stage.manager.gate.set()
    await until(lambda: card.phrase.accessibleName() == "Parked: 701")


async def test_who_forwarded_the_call_is_told(stage: Stage) -> None:
    call = replace(incoming(), redirecting=Party("", "4002"), reason=Reason.FORWARDED_BUSY)
    assert a_card(stage, call).detail.text() == "Forwarded by Lee Su-jin, who is busy"


async def test_name_company_and_number_are_shown_and_the_number_can_be_copied(stage: Stage) -> None:
    who = a_card(stage, incoming()).who
    assert (who.name.text(), who.company.text(), who.number.text()) == ("Lee Min-ho", "Hanbit", "4001")
    click(who.copy)
    assert QGuiApplication.clipboard().text() == "4001"


async def test_incoming_looks_different_from_outgoing(stage: Stage) -> None:
    coming, going = a_card(stage, incoming()), a_card(stage, outgoing())
    assert (coming.who.way.text(), going.who.way.text()) == ("Incoming call", "Outgoing call")
    assert (coming.progress.isVisible(), going.progress.isVisible()) == (False, True)
    edges = [card.grab().toImage().pixelColor(1, 60).name() for card in (coming, going)]
    assert edges[0] != edges[1]


async def test_a_call_that_came_in_and_is_over_is_grey_all_over(stage: Stage) -> None:
    ended = replace(incoming(), state=CallState.ON_HOOK, ended=2.0, cause=Cause.ELSEWHERE)
    card = a_card(stage, ended)
    assert card.who.way.palette().color(QPalette.ColorRole.WindowText) == colors(card.palette()).quiet


@pytest.mark.parametrize(
    ("button", "command"),
    [(Feature.TRANSFER, Transfer("c", "4000", "4001")), (Feature.CONSULT, Consult("c", "4000", "4001"))],
)
async def test_a_colleague_is_searched_for_a_transfer_at_once_or_after_asking(
    stage: Stage, button: Feature, command: object
) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    click(card.buttons.button(Feature.TRANSFER))
    card.target.input.setText("min")
    await until(lambda: card.target.buttons[button].isEnabled())
    click(card.target.buttons[button])
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [command]
    await until(lambda: card.panel is None)


async def test_a_call_is_redirected_to_a_number_by_the_keyboard_alone(stage: Stage) -> None:
    card = a_card(stage, incoming("c"))
    card.press(Feature.REDIRECT)
    QTest.keyClicks(card.target.input, "4002")
    press(card.target.input, Qt.Key.Key_Return)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Redirect("c", "4000", "4002")]


async def test_where_several_match_return_asks_which_one(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    card.press(Feature.TRANSFER)
    card.target.input.setText("lee")
    press(card.target.input, Qt.Key.Key_Return)
    assert stage.manager.asked == []
    press(card.target.list, Qt.Key.Key_Down)
    press(card.target.list, Qt.Key.Key_Return)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [Transfer("c", "4000", "4002")]


async def test_only_what_a_call_allows_is_offered_for_its_transfer(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, frozenset({Feature.CONSULT})))
    card.press(Feature.TRANSFER)
    shown = [one for one, button in card.target.buttons.items() if button.isVisible()]
    assert shown == [Feature.CONSULT]


async def test_a_transfer_that_is_refused_leaves_the_panel_open(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    card.press(Feature.TRANSFER)
    stage.manager.refusal = CallError(Refusal.NOT_ALLOWED, "no")
    card.target.input.setText("4002")
    click(card.target.buttons[Feature.TRANSFER])
    await until(lambda: card.message.isVisible())
    assert card.message.text() == "You may not call this number. Ask your administrator."
    assert card.panel is Feature.TRANSFER


async def test_the_panel_closes_when_the_call_ends(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    card.press(Feature.TRANSFER)
    card.show_call(over(card.call, Cause.NORMAL))
    assert card.panel is None
    assert not card.target.isVisible()


async def test_keys_are_sent_as_tones_in_order(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, TALKING))
    card.press(Feature.DTMF)
    stage.manager.gate.clear()
    click(card.keypad.keys["1"])
    await until(lambda: stage.manager.asked)
    QTest.keyClicks(card.keypad, "2#")
    stage.manager.gate.set()
    await until(lambda: len(stage.manager.asked) == 2)
    assert stage.manager.asked == [Dtmf("c", "4000", "1"), Dtmf("c", "4000", "2#")]


async def test_digits_are_not_to_be_read_from_the_screen_or_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    card = a_card(stage, outgoing("c", UP, TALKING))
    card.press(Feature.DTMF)
    QTest.keyClicks(card.keypad, "7391")
    assert card.keypad.shown.text() == "\u2022\u2022\u20221"
    await until(lambda: stage.manager.asked)
    await asyncio.sleep(0)
    assert "7391" not in caplog.text + repr(stage.manager.asked)


@pytest.mark.parametrize("features", [RINGING, TALKING, ON_HOLD, frozenset(Feature)])
async def test_every_button_has_a_name_a_tip_and_a_key_of_its_own(
    stage: Stage, features: frozenset[Feature]
) -> None:
    card = a_card(stage, outgoing("c", UP, features))
    keys = []
    for feature in card.buttons.offered():
        button = card.buttons.button(feature)
        assert button.accessibleName() and button.toolTip() and button.focusPolicy() & Qt.FocusPolicy.TabFocus
        keys.append(button.text()[button.text().index("&") + 1].casefold())
    assert features == frozenset(Feature) or len(set(keys)) == len(keys)


async def test_in_the_window_no_button_has_a_key(stage: Stage) -> None:
    card = a_card(stage, outgoing("c", UP, frozenset(Feature)), mnemonics=False)
    buttons = [card.buttons.button(feature) for feature in card.buttons.offered()]
    assert all("&" not in button.text() for button in (*buttons, *card.target.buttons.values()))


async def test_a_card_that_just_rings_has_the_buttons_for_that_and_no_panel(stage: Stage) -> None:
    card = a_card(stage, incoming())
    made = {one.accessibleName() for one in card.buttons.findChildren(QAbstractButton)}
    assert made == {"Answer", "Decline", "Redirect"}
    assert not card.findChildren(TargetPanel)
    assert not card.findChildren(Keypad)


async def test_the_keyboard_goes_through_the_buttons_in_their_order_whenever_they_were_made(
    stage: Stage,
) -> None:
    card = a_card(stage, outgoing(state=UP, features=frozenset({Feature.DROP, Feature.DTMF})))
    card.open_panel(Feature.DTMF)
    more = frozenset({Feature.DROP, Feature.DTMF, Feature.HOLD, Feature.TRANSFER})
    card.show_call(outgoing(state=UP, features=more))
    chain: list[QWidget] = [card.buttons]
    while len(chain) < 6:
        after = chain[-1].nextInFocusChain()
        assert after is not None
        chain.append(after)
    assert [one.accessibleName() for one in chain[1:5]] == ["Drop", "Hold", "Transfer", "Keypad"]
    assert card.keypad.isAncestorOf(chain[5]) or chain[5] is card.keypad
