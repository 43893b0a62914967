"""The dial box: typing finds people and numbers, Return dials."""

import pytest
from PySide6.QtCore import Qt

from offhook.call import CallState, Terminal
from offhook.desktop.dialbox import DialBox
from offhook.desktop.ownphone import OwnPhone
from offhook.desktop.refusals import refusal_text
from offhook.desktop.suggestions import SHOWN
from offhook.directory import Number, Person
from offhook.errors import CallError
from tests.desktop.world import ANSWERS, World, press
from tests.waiting import until


async def a_box(world: World) -> DialBox:
    box = DialBox(world.phones)
    box.show()
    return box


def last_line(box: DialBox) -> str:
    return box.list.item(box.list.count() - 1).text() if box.list.count() else ""


async def test_typing_a_name_offers_the_persons_number(world: World) -> None:
    box = await a_box(world)
    box.input.setText("lee min")
    await until(lambda: box.suggestions())
    assert [(one.name, one.number) for one in box.suggestions()] == [("Lee Min-ho", "4001")]


async def test_korean_is_found_while_it_is_typed(world: World) -> None:
    box = await a_box(world)
    box.input.setText("김ㅊ")
    await until(lambda: box.suggestions())
    assert [one.name for one in box.suggestions()] == ["김철수"]


async def test_return_dials_a_number(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    box = await a_box(world)
    box.input.setText("4001")
    press(box.input, Qt.Key.Key_Return)
    await until(lambda: callee.invites == 1)
    await until(lambda: box.input.text() == "")


async def test_return_dials_the_only_person_that_matches(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    box = await a_box(world)
    box.input.setText("min-ho")
    press(box.input, Qt.Key.Key_Return)
    await until(lambda: callee.invites == 1)


async def test_several_matches_are_chosen_from_by_the_arrow_keys(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    box = await a_box(world)
    box.input.setText("lee")
    press(box.input, Qt.Key.Key_Return)
    assert "Several people" in box.message.text()
    assert callee.invites == 0
    press(box.list, Qt.Key.Key_Return)
    await until(lambda: callee.invites == 1)


async def test_a_name_that_nobody_has_is_not_dialled_and_whose_it_nearly_is_is_offered(world: World) -> None:
    own, callee = await world.phone("4000"), await world.phone("4001", ANSWERS)
    box = await a_box(world)
    box.input.setText("schmitt")
    press(box.input, Qt.Key.Key_Return)
    assert box.message.text() == "Nobody here is called schmitt. Is it one of these?"
    assert [one.name for one in box.suggestions()] == ["Anna Schmidt"]
    for text in ("zzzq", "40a1"):
        box.input.setText(text)
        press(box.input, Qt.Key.Key_Return)
        assert f"'{text}' is not a number" in box.message.text()
    assert (own.invites, callee.invites) == (0, 0)


async def test_the_last_line_says_what_is_dialled_for_a_number(world: World) -> None:
    box = await a_box(world)
    box.input.setText("+82 2 568 3848 (Axel)")
    await until(lambda: "Call" in last_line(box))
    assert last_line(box) == "Call 02-568-3848 (dials 025683848)   \uae40\ucca0\uc218"
    for text, line in (("4001", "Call 4001   Lee Min-ho"), ("su-j", "Lee Su-jin   4002   Work   Hanbit")):
        box.input.setText(text)
        box.suggest()
        assert last_line(box) == line


async def test_a_colleagues_phone_is_found_by_its_name(world: World) -> None:
    box = DialBox(world.phones)
    world.phones.terminals = (*world.phones.terminals, Terminal("4005", "Park Ji-woo"))
    box.input.setText("ji-w")
    await until(lambda: box.suggestions())
    assert [(one.name, one.number) for one in box.suggestions()] == [("Park Ji-woo", "4005")]


async def test_what_cannot_be_dialled_is_told_beside_the_line(world: World) -> None:
    box = await a_box(world)
    box.input.setText("()")
    press(box.input, Qt.Key.Key_Return)
    await until(lambda: "not a number" in box.message.text())
    assert box.message.isVisible()
    assert box.input.text() == "()"


async def test_an_own_phone_that_is_off_is_told_as_the_calls_end(world: World) -> None:
    box = await a_box(world)
    box.input.setText("4001")
    press(box.input, Qt.Key.Key_Return)
    await until(lambda: box.message.text() and box.message.text() != "Calling …")
    assert box.message.text() == "Your phone is off or not registered. Check it."


async def test_numbers_called_before_are_offered_again(world: World) -> None:
    await world.phone("4000")
    await world.phone("4001", ANSWERS)
    call = await world.phones.dial("4001")
    await until(lambda: world.seen and world.seen[-1].state is CallState.CONNECTED)
    await world.phones.drop(call)
    await until(lambda: world.seen[-1].state is CallState.ON_HOOK)
    box = await a_box(world)
    await until(lambda: box.suggestions())
    assert [one.number for one in box.suggestions()] == ["4001"]


async def test_the_phone_to_call_from_can_be_chosen(world: World) -> None:
    caller = await world.phone("4001")
    callee = await world.phone("4000", ANSWERS)
    box = await a_box(world)
    own = OwnPhone(world.phones)
    assert [one.text() for one in own.choices.actions()] == ["Kim 4000", "4001", "4003"]
    assert own.choices.checkedAction().text() == "Kim 4000"
    own.choices.actions()[1].trigger()
    assert own.button.text() == "4001"
    box.input.setText("4000")
    press(box.input, Qt.Key.Key_Return)
    await until(lambda: caller.invites == 1 and callee.invites == 1)


async def test_a_dial_of_what_is_no_number_says_why_in_the_language_of_the_window(world: World) -> None:
    with pytest.raises(CallError) as caught:
        await world.phones.dial("24.12.2024")
    assert refusal_text(caught.value) == (
        "This is not a number that can be dialled.\n'24.12.2024' is a date, not a telephone number"
    )


async def test_a_number_is_suggested_with_its_kind_and_the_company(world: World) -> None:
    box = await a_box(world)
    box.input.setText("lee min")
    expected = ["Lee Min-ho   4001   Work   Hanbit   Not connected"]
    await until(lambda: [item.text() for item, _ in box.list.rows()] == expected)


async def test_that_there_are_more_than_are_shown_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [Person(f"Lee {number}", (Number(f"42{number:02}"),)) for number in range(30)]
    monkeypatch.setattr(world.phones, "search", lambda _text, limit: crowd[:limit])
    box = await a_box(world)
    box.input.setText("lee")
    await until(lambda: len(box.suggestions()) == SHOWN)
    assert box.more.isVisible()
    monkeypatch.setattr(world.phones, "search", lambda *_: crowd[:2])
    box.input.setText("lee 1")
    await until(lambda: len(box.suggestions()) == 2)
    assert not box.more.isVisible()
