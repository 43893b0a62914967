"""Each rule of the telephony service, broken: a rule that cannot be broken
would prove nothing of the provider."""

from collections.abc import Callable

import pytest

from tests.tspi_host.constants import Disconnect, Error, Info, LineState, Message, State
from tests.tspi_host.rules import Rules

LINE, CALL, MAKE, DROP = 0x700001010, 0x700001020, 0x10001, 0x10002


class Scene:
    """A line and a call whose lineMakeCall has been asked."""

    def __init__(self, version: int = 0x20002) -> None:
        self.rules = Rules()
        self.rules.opened(LINE, version)
        self.rules.asks_make(MAKE, LINE, CALL)
        self.rules.answered(MAKE, MAKE)

    def make(self, result: int = 0, handle: int = 7) -> "Scene":
        self.rules.completes(MAKE, result, handle)
        return self

    def state(self, *states: State, mode: int = 0, media: int = 4) -> "Scene":
        for state in states:
            self.rules.tells_of_call(LINE, CALL, Message.CALLSTATE, state, mode, media)
        return self

    def drop(self) -> "Scene":
        self.rules.asks_drop(DROP, CALL)
        self.rules.answered(DROP, DROP)
        return self

    def done(self, result: int = 0) -> "Scene":
        self.rules.completes(DROP, result, 0)
        return self


def test_a_call_as_it_must_be() -> None:
    scene = Scene().make().state(State.DIALING, State.RINGBACK).state(State.CONNECTED, mode=1)
    scene.rules.tells_of_call(LINE, CALL, Message.CALLINFO, Info.CALLEDID, 0, 0)
    scene.drop().state(State.IDLE).done()
    scene.rules.closing(CALL)
    scene.rules.closed_call(CALL)
    scene.rules.closed_line(LINE)
    scene.rules.shut_down()
    assert scene.rules.problems == []


def test_a_refused_call_as_it_must_be() -> None:
    rules = Rules()
    rules.opened(LINE, 0x20002)
    rules.asks_make(MAKE, LINE, CALL)
    rules.answered(MAKE, Error.CALLUNAVAIL)
    rules.shut_down()
    assert rules.problems == []


def test_a_drop_that_a_close_overtakes_needs_no_idle() -> None:
    scene = Scene().make().state(State.DIALING).drop()
    scene.rules.closing(CALL)
    scene.done()
    scene.rules.closed_call(CALL)
    assert scene.rules.problems == []


def test_a_drop_of_number_zero_is_never_completed() -> None:
    scene = Scene().make().state(State.DIALING)
    scene.rules.asks_drop(0, CALL)
    scene.rules.answered(0, 0)
    scene.state(State.IDLE)
    scene.rules.closed_call(CALL)
    scene.rules.shut_down()
    assert scene.rules.problems == []


Break = Callable[[], Scene]


def after(scene: Scene, *steps: Callable[[Rules], None]) -> Scene:
    for step in steps:
        step(scene.rules)
    return scene


def told(line: int, message: int, one: int, two: int = 0, three: int = 0) -> Callable[[Rules], None]:
    return lambda rules: rules.tells_of_line(line, message, one, two, three)


def info(bits: int, two: int = 0) -> Callable[[Rules], None]:
    return lambda rules: rules.tells_of_call(LINE, CALL, Message.CALLINFO, bits, two, 0)


BROKEN: dict[str, tuple[Break, str]] = {
    "completed twice": (lambda: Scene().make().make(), "completed already"),
    "completed though refused": (
        lambda: after(Scene().make(), lambda rules: rules.answered(MAKE, Error.NOMEM)),
        "and refused at once",
    ),
    "completed after it was refused": (
        lambda: after(Scene(), lambda rules: rules.answered(MAKE, Error.NOMEM)).make(),
        "or refused",
    ),
    "number zero completed": (
        lambda: after(Scene().make(), lambda rules: rules.completes(0, 0, 0)),
        "nobody waits for",
    ),
    "answered with zero": (
        lambda: after(Scene(), lambda rules: rules.answered(MAKE, 0)),
        "neither its number nor an error",
    ),
    "a result that is no error": (lambda: Scene().make(17), "no error"),
    "no handle": (lambda: Scene().make(handle=0), "before the call's handle was written"),
    "a state before the completion": (lambda: Scene().state(State.DIALING), "was ASKED"),
    "a state of a failed call": (lambda: Scene().make(Error.NOMEM).state(State.DIALING), "was FAILED"),
    "a repeated state": (lambda: Scene().make().state(State.DIALING, State.DIALING), "repeated"),
    "back to a state": (lambda: Scene().make().state(State.RINGBACK, State.DIALING), "backwards"),
    "a state after idle": (lambda: Scene().make().state(State.IDLE, State.IDLE), "after IDLE"),
    "news after idle": (lambda: after(Scene().make().state(State.IDLE), info(Info.CALLEDID)), "after IDLE"),
    "news of nothing": (lambda: after(Scene().make(), info(0)), "LINE_CALLINFO with 0x0"),
    "news with a parameter": (lambda: after(Scene().make(), info(Info.CALLEDID, 1)), "LINE_CALLINFO with"),
    "an incoming state": (
        lambda: after(
            Scene().make(), lambda rules: rules.tells_of_call(LINE, CALL, Message.CALLSTATE, 2, 0, 4)
        ),
        "none of an outgoing call",
    ),
    "a mode where there is none": (lambda: Scene().make().state(State.RINGBACK, mode=1), "with mode"),
    "disconnected without a mode": (lambda: Scene().make().state(State.DISCONNECTED), "not one"),
    "a mode unknown to old applications": (
        lambda: Scene(0x10004).make().state(State.DISCONNECTED, mode=Disconnect.BLOCKED),
        "with mode",
    ),
    "no media mode": (lambda: Scene().make().state(State.DIALING, media=0), "media mode"),
    "dropped before idle": (
        lambda: Scene().make().state(State.DIALING).drop().done(),
        "before the call was IDLE",
    ),
    "dropped before it was made": (lambda: Scene().drop().done(), "before the call was IDLE"),
    "closed with a pending dial": (
        lambda: after(Scene(), lambda rules: rules.closed_call(CALL)),
        "not completed when lineCloseCall",
    ),
    "line closed with a pending dial": (
        lambda: after(Scene(), lambda rules: rules.closed_line(LINE)),
        "not completed when lineClose",
    ),
    "shut down with a pending dial": (
        lambda: after(Scene(), lambda rules: rules.shut_down()),
        "never completed",
    ),
    "a state after the close": (
        lambda: after(Scene().make(), lambda rules: rules.closed_call(CALL)).state(State.DIALING),
        "which is closed",
    ),
    "a state after the line's close": (
        lambda: after(Scene().make(), lambda rules: rules.closed_line(LINE)).state(State.DIALING),
        "which is closed",
    ),
    "a line's state after its close": (
        lambda: after(
            Scene().make(),
            lambda rules: rules.closed_line(LINE),
            told(LINE, Message.LINEDEVSTATE, LineState.INSERVICE),
        ),
        "which is closed",
    ),
    "a line's state that nobody wants": (
        lambda: after(Scene(), told(LINE, Message.LINEDEVSTATE, LineState.INSERVICE)),
        "not asked for",
    ),
    "an address's state that nobody wants": (
        lambda: after(Scene(), told(LINE, Message.ADDRESSSTATE, 0, 0x20)),
        "not asked for",
    ),
    "a message of a modem": (lambda: after(Scene(), told(LINE, 9, 1)), "none that a provider"),
    "two callbacks at once": (
        lambda: after(Scene(), lambda rules: rules.begins(), lambda rules: rules.begins()),
        "while another one was running",
    ),
    "a callback after the end": (
        lambda: after(Scene().make(), lambda rules: rules.shut_down(), lambda rules: rules.begins()),
        "after providerShutdown",
    ),
    "a callback while it ends": (
        lambda: after(Scene().make(), lambda rules: rules.begins(), lambda rules: rules.shut_down()),
        "a callback was running",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_noticed(name: str) -> None:
    scene, words = BROKEN[name]
    assert words in "\n".join(scene().rules.problems)


def whole() -> Rules:
    """A line with whole call control, and two calls that were announced."""
    rules = Rules(whole=True)
    rules.opened(LINE, 0x20002)
    for call in (CALL, CALL + 1):
        rules.announced(LINE, call)
    return rules


def states(rules: Rules, call: int, *told: tuple[State, int]) -> None:
    for state, mode in told:
        rules.tells_of_call(LINE, call, Message.CALLSTATE, state, mode, 4)


def test_a_call_that_comes_in_as_it_must_be() -> None:
    rules = whole()
    states(rules, CALL, (State.OFFERING, 1), (State.ACCEPTED, 0), (State.CONNECTED, 1), (State.CONNECTED, 4))
    states(rules, CALL, (State.ONHOLD, 0))
    states(rules, CALL + 1, (State.CONNECTED, 1))
    states(rules, CALL, (State.DISCONNECTED, 1), (State.IDLE, 0))
    assert rules.problems == []


WHOLE_BROKEN: dict[str, tuple[tuple[int, State, int], ...]] = {
    "CONNECTED at a time": ((CALL, State.CONNECTED, 1), (CALL + 1, State.CONNECTED, 1)),
    "backwards": ((CALL, State.CONNECTED, 1), (CALL, State.OFFERING, 1)),
    "after IDLE": ((CALL, State.IDLE, 0), (CALL, State.CONNECTED, 1)),
    "with mode": ((CALL, State.OFFERING, 2),),
    "which is no call": ((CALL, State.CONFERENCED, 77),),
}


@pytest.mark.parametrize("words", WHOLE_BROKEN)
def test_what_is_noticed_of_whole_call_control(words: str) -> None:
    rules = whole()
    for call, state, mode in WHOLE_BROKEN[words]:
        states(rules, call, (state, mode))
    assert words in "\n".join(rules.problems)


def test_a_call_is_announced_by_whole_call_control_only() -> None:
    rules = Rules()
    rules.opened(LINE, 0x20002)
    rules.announced(LINE, CALL)
    assert "makes calls only" in rules.problems[0]
