"""`offhook tsp test`: which layer does not let a call through."""

import socket
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offhook.cli.checks.line import (
    CONNECTED,
    DIALTONE,
    DISCONNECTED,
    IDLE,
    NOBODY_THERE,
    PROCEEDING,
    RINGBACK,
    look_at_line,
)
from offhook.common.finding import Finding, Level
from offhook.windows.lines import Line, find_line
from offhook.windows.provider import install
from offhook.windows.tapilines import CALL_STATE, REPLY, Device, LineError, Message
from tests.windows.helpers import FakeWindows

PROVIDER = 5
REQUEST = 0x10


@dataclass
class FakeLines:
    """A TAPI with a line of ours and one of a modem. Messages come in turn; the clock runs by waiting."""

    messages: deque[Message | None] = field(default_factory=deque)
    permanent: int = PROVIDER << 16 | 1
    broken: dict[str, int] = field(default_factory=dict)
    serves: bool = True
    now: float = 0.0
    did: list[str] = field(default_factory=list)

    def _does(self, what: str) -> None:
        self.did.append(what)
        if what in self.broken:
            raise LineError(what, self.broken[what])

    def start(self) -> int:
        self._does("start")
        return 2

    def device(self, number: int) -> Device:
        if number == 0:
            raise LineError("lineNegotiateAPIVersion", 0x8000_000C)
        return Device(number, 0x20002, "Offhook 4000", self.permanent)

    def open(self, device: Device) -> None:
        self._does("open")

    def in_service(self) -> bool:
        return self.serves

    def dial(self, number: str) -> int:
        self._does("dial")
        return REQUEST

    def message(self, limit_ms: int) -> Message | None:
        self.now += limit_ms / 1000
        return self.messages.popleft() if self.messages else None

    def drop(self) -> None:
        self._does("drop")

    def end(self) -> None:
        self.did.append("end")

    def clock(self) -> float:
        return self.now


@dataclass
class Stage:
    fakes: FakeWindows
    tapi: FakeLines

    def test(self, number: str = "4001", why: str = "") -> list[Finding]:
        windows = self.fakes.windows()
        line = find_line(windows.registry, "4000")
        found = look_at_line(
            windows, self.tapi, line, number, ring_s=5, why=lambda: why, clock=self.tapi.clock
        )
        return list(found)

    def stopped_by(self, number: str = "4001") -> Finding:
        """The last finding; all before are in order."""
        *before, last = self.test(number)
        assert {one.level for one in before} <= {Level.OK}
        return last

    def answers(self, result: int = 0, *states: tuple[int, int]) -> None:
        """What comes when it has dialled."""
        self.tapi.messages.append(Message(REPLY, 0, REQUEST, result))
        self.tapi.messages.extend(Message(CALL_STATE, 3, state, detail) for state, detail in states)


@pytest.fixture
def port() -> Iterator[int]:
    """Of a Smart Messenger that runs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def stage(tmp_path: Path, port: int) -> Stage:
    fakes = FakeWindows(tmp_path)
    install(fakes.windows(), Line(terminal="4000", port=port))
    return Stage(fakes, FakeLines())


def test_a_line_alone_is_opened_and_closed(stage: Stage) -> None:
    found = stage.test(number="")
    assert [one.what for one in found] == ["telephony service", "provider", "line", "Smart Messenger"]
    assert {one.level for one in found} == {Level.OK}
    assert stage.tapi.did == ["start", "open", "end"]


def test_a_call_that_is_answered_shows_that_all_of_the_way_works(stage: Stage) -> None:
    stage.answers(0, (DIALTONE, 0), (PROCEEDING, 0), (RINGBACK, 0), (CONNECTED, 0), (IDLE, 0))
    found = stage.test()
    assert [(one.what, one.text) for one in found[4:]] == [
        ("Call Manager", "calls 4001"),
        ("your phone", "is off the hook"),
        ("switch", "calls the number"),
        ("other phone", "rings"),
        ("other phone", "answered; all of the way works"),
    ]
    assert stage.tapi.did[-2:] == ["drop", "end"]


def test_it_hangs_up_when_the_other_phone_has_rung_long_enough(stage: Stage) -> None:
    stage.answers(0, (DIALTONE, 0), (RINGBACK, 0))
    last = stage.stopped_by()
    assert (last.what, last.level) == ("other phone", Level.OK)
    assert "drop" in stage.tapi.did


def test_it_hangs_up_when_it_is_interrupted(stage: Stage) -> None:
    stage.answers(0, (RINGBACK, 0))
    windows = stage.fakes.windows()
    found = look_at_line(windows, stage.tapi, find_line(windows.registry, "4000"), "4001", ring_s=5)
    while next(found).text != "rings":
        pass
    with pytest.raises(KeyboardInterrupt):
        found.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert stage.tapi.did[-2:] == ["drop", "end"]


def test_a_state_that_comes_before_the_answer_to_the_dial_is_not_lost(stage: Stage) -> None:
    stage.tapi.messages.append(Message(CALL_STATE, 3, DIALTONE, 0))
    stage.answers(0, (CONNECTED, 0))
    assert "is off the hook" in [one.text for one in stage.test()]


def test_no_telephony_service(stage: Stage) -> None:
    stage.tapi.broken = {"start": 0x8000_0048}
    assert stage.stopped_by().what == "telephony service"


def test_a_provider_that_is_not_listed(stage: Stage) -> None:
    stage.fakes.tapi.listed.clear()
    assert stage.stopped_by().fix == "run: offhook tsp install"


def test_a_line_that_tapi_does_not_show(stage: Stage) -> None:
    stage.tapi.permanent = 0x1_0001
    assert "does not show it" in stage.stopped_by().text


def test_a_line_that_another_program_has_for_itself(stage: Stage) -> None:
    stage.tapi.broken = {"open": 0x8000_0001}
    last = stage.stopped_by()
    assert "Offhook 4000 cannot be opened" in last.text
    assert "close that program" in last.fix


def test_a_smart_messenger_that_does_not_run(stage: Stage, port: int) -> None:
    stage.tapi.serves = False
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        stage.fakes.registry.write(
            r"SOFTWARE\Offhook\TSP\Lines\1", {"Port": nobody.getsockname()[1], "Terminal": "4000"}
        )
        last = stage.stopped_by()
    assert (last.what, last.level) == ("Smart Messenger", Level.FAIL)
    assert "nobody answers" in last.text


def test_a_smart_messenger_that_refuses_the_token(stage: Stage) -> None:
    stage.tapi.serves = False
    last = stage.stopped_by()
    assert "refuses the login" in last.text
    assert "token" in last.fix


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (0x8000_0005, "your phone"),
        (0x8000_0010, "switch"),
        (0x8000_0053, "Call Manager"),
        (NOBODY_THERE, "Call Manager"),
        (0x8000_0048, "Smart Messenger"),
        (0x8000_0035, "provider"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_dial_that_is_refused_names_who_refused_it(
    stage: Stage, code: int, what: str, at_once: bool
) -> None:
    if at_once:
        stage.tapi.broken = {"dial": code}
    else:
        stage.answers(code)
    last = stage.stopped_by()
    assert (last.what, last.level) == (what, Level.FAIL)
    assert last.fix


def test_what_the_call_manager_knows_of_the_reason_is_said(stage: Stage) -> None:
    stage.answers(NOBODY_THERE)
    assert stage.test(why="your own phone is not registered")[-1].fix == "your own phone is not registered"


@pytest.mark.parametrize(
    ("mode", "what", "level"),
    [
        (0x20, "other phone", Level.OK),
        (0x40, "other phone", Level.OK),
        (0x100, "switch", Level.FAIL),
        (0x1000, "your phone", Level.FAIL),
        (0x80000, "your phone", Level.FAIL),
        (0x400, "switch", Level.FAIL),
    ],
)
def test_a_call_that_ends_names_where(stage: Stage, mode: int, what: str, level: Level) -> None:
    stage.answers(0, (DIALTONE, 0), (DISCONNECTED, mode))
    last = stage.stopped_by()
    assert (last.what, last.level) == (what, level)


def test_a_phone_that_is_never_lifted_is_named(stage: Stage) -> None:
    stage.answers(0)
    last = stage.stopped_by()
    assert (last.what, last.level) == ("your phone", Level.FAIL)
    assert "drop" in stage.tapi.did


def test_a_smart_messenger_that_never_answers_is_named(stage: Stage) -> None:
    last = stage.stopped_by()
    assert (last.what, last.level) == ("Smart Messenger", Level.FAIL)
    assert "drop" in stage.tapi.did
