"""Hotkeys for a call that rings; the operating system's part is played."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from offhook.call import Answer, CallState, Cause, Reject
from offhook.desktop.hotkey import Hotkeys
from offhook.desktop.ringkeys import RingKeys
from offhook.errors import CallError, Refusal
from offhook.windows import hotkey
from offhook.windows.hotkey import Key
from tests.desktop.stage import Stage, incoming, outgoing
from tests.waiting import until


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> set[Key]:
    """The keys that the program has at the moment."""
    taken: set[Key] = set()

    def register(key: Key) -> bool:
        taken.add(key)
        return True

    monkeypatch.setattr(hotkey, "register", register)
    monkeypatch.setattr(hotkey, "unregister", taken.remove)
    return taken


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


async def test_the_keys_are_taken_only_while_a_call_rings(
    qapp: QApplication, taken: set[Key], stage: Stage
) -> None:
    keys = Hotkeys(qapp)
    ring = RingKeys(stage.phones, keys)
    stage.play(outgoing())
    assert taken == {Key.DIAL}
    stage.play(incoming())
    assert taken == {Key.DIAL, Key.ANSWER, Key.DECLINE}
    stage.change("in", state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED)
    assert taken == {Key.DIAL}
    stage.play(incoming("next"))
    ring.close()
    assert taken == {Key.DIAL}
    keys.release()
    assert taken == set()


@pytest.mark.parametrize(
    ("key", "command"), [(Key.ANSWER, Answer("a", "4000")), (Key.DECLINE, Reject("a", "4000"))]
)
async def test_a_key_is_for_the_call_that_has_rung_longest(
    qapp: QApplication, taken: set[Key], stage: Stage, key: Key, command: object
) -> None:
    keys = Hotkeys(qapp)
    ring = RingKeys(stage.phones, keys)
    stage.play(outgoing("up", CallState.CONNECTED))
    stage.play(incoming("a"))
    stage.play(incoming("b"))
    keys.pressed.emit(key)
    await until(lambda: stage.manager.asked)
    assert stage.manager.asked == [command]
    ring.close()
    keys.release()


async def test_what_cannot_be_answered_from_here_is_left_alone_and_a_refusal_is_told(
    qapp: QApplication, taken: set[Key], stage: Stage
) -> None:
    keys, told = Hotkeys(qapp), list[str]()
    ring = RingKeys(stage.phones, keys)
    ring.refused.connect(told.append)
    stage.manager.refusal = CallError(Refusal.NOT_POSSIBLE_NOW, "it rings no more")
    stage.play(incoming("a", frozenset()))
    stage.play(incoming("b"))
    keys.pressed.emit(Key.ANSWER)
    await until(lambda: told)
    assert stage.manager.asked == [Answer("b", "4000")]
    ring.close()
    keys.release()
