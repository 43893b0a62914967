"""Any course that things may take in a session of version 3: what it promises holds."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import Call, CallState, Cause, Command, Direction, Terminal, commands, live
from offhook.errors import CallError, Refusal
from offhook.tsp.callcontrol import CallControl
from offhook.tsp.messages import Fail
from offhook.tsp.messages3 import CallNotify, Done, LineNotify, Ready, Refused, Request
from tests.tsp.helpers import PlayedBackend, a_call

ORDER = [CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED, CallState.ON_HOOK]
ASKED: list[Command[Any]] = [
    commands.Dial("", "4001"),
    commands.Consult("old", "", "4001"),
    commands.Pickup(""),
    commands.Hold("old"),
    commands.Dtmf("old", "", "1"),
]


class Heard:
    """The session's end of the dialogue: everything that it wrote, in order."""

    def __init__(self) -> None:
        self.ended = False
        self.written: list[Any] = []

    def answer(self, message: Any) -> None:
        self.written.append(message)

    def tell(self, messages: Iterable[Any]) -> None:
        self.written += messages

    def note(self, command: Command[Any], result: str, call: str = "") -> None:
        """The audit is nobody's concern here."""

    def worked(self) -> None:
        """Nothing waits."""


class PausingBackend(PlayedBackend):
    """What is asked for waits until the test says what comes of it."""

    def __init__(self) -> None:
        super().__init__(lines={"4000": Terminal("4000", in_service=True)})
        self.made = 0
        self.open: list[tuple[Command[Any], int, asyncio.Future[object]]] = []

    async def perform(self, command: Command[Any]) -> Any:
        result: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self.open.append((command, self.made, result))
        return await result


class Course:
    """A session, and what happens to it."""

    def __init__(self) -> None:
        self.backend, self.heard = PausingBackend(), Heard()
        self.dialogue = CallControl(self.heard, self.backend, "4000")
        self.numbers: list[int] = []
        self.dialled: set[str] = set()
        self.begun: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    async def goes(self, steps: list[tuple[str, int]]) -> None:
        self.dialogue.begin()
        for what, choice in steps:
            getattr(self, what)(choice)
            if choice % 3:
                await asyncio.sleep(0)
        for _ in range(3):
            while self.backend.open:
                self.fails(0)
            await asyncio.sleep(0)
        self.dialogue.end()
        for _ in range(3):
            await asyncio.sleep(0)
        assert not self.tasks

    def asks(self, choice: int) -> None:
        number = len(self.numbers) + 1
        self.numbers.append(number)
        work = self.dialogue.perform(Request(number, ASKED[choice % len(ASKED)]))
        if work is not None:
            task = asyncio.get_running_loop().create_task(cast("Any", work))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def begins(self, choice: int) -> None:
        """A command is done; one that begins a call may have been told of before, by its first events."""
        if not self.backend.open:
            return
        command, since, result = self.backend.open.pop(choice % len(self.backend.open))
        if not isinstance(command, commands.Dial | commands.Consult | commands.Pickup):
            result.set_result(None)
            return
        told_since = [f"new-{number}" for number in range(since + 1, self.backend.made + 1)]
        free = [call_id for call_id in told_since if call_id in self.dialled and call_id not in self.begun]
        call_id = free[0] if free and choice % 2 else self._new("new")
        self.begun.add(call_id)
        result.set_result(a_call(call_id))

    def _new(self, kind: str) -> str:
        self.backend.made += 1
        return f"{kind}-{self.backend.made}"

    def fails(self, choice: int) -> None:
        if self.backend.open:
            _, _, result = self.backend.open.pop(choice % len(self.backend.open))
            result.set_exception(CallError(Refusal.NOT_POSSIBLE_NOW, "not now"))

    def appears(self, choice: int) -> None:
        """A call is told for the first time: it may be one that was asked for, or one that comes in."""
        if choice % 2:
            call = a_call(self._new("new"))
            self.dialled.add(call.id)
        else:
            call = a_call(self._new("in"), CallState.RING_BACK, direction=Direction.INBOUND)
        self.backend.tell(call)

    def goes_on(self, choice: int) -> None:
        calls = list(self.backend.calls.values())
        if not calls:
            return
        call = calls[choice % len(calls)]
        place = min(ORDER.index(call.state) + choice % 3, len(ORDER) - 1)
        cause = Cause.NORMAL if ORDER[place] is CallState.ON_HOOK else None
        held = ORDER[place] is CallState.CONNECTED and bool(choice % 2)
        self.backend.tell(
            replace(call, state=ORDER[place], cause=cause, held=held, revision=call.revision + 1)
        )

    def link(self, choice: int) -> None:
        self.backend.tell_line(reachable=bool(choice % 2))


steps = st.lists(
    st.tuples(
        st.sampled_from(["asks", "begins", "fails", "appears", "appears", "goes_on", "goes_on", "link"]),
        st.integers(0, 60),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=200)
@given(steps)
def test_whatever_happens_each_request_has_one_result_and_each_call_one_end(
    script: list[tuple[str, int]],
) -> None:
    course = Course()
    asyncio.run(course.goes(script))
    written = course.heard.written
    assert isinstance(written[0], LineNotify)
    results = [one.number for one in written if isinstance(one, Done | Refused)]
    assert sorted(results) == course.numbers
    assert Fail not in map(type, written)
    told: dict[str, Call] = {}
    named: set[str] = set()
    for one in written:
        if isinstance(one, Done) and one.call:
            assert one.call not in told, "a call was told before the result of what began it"
            named.add(one.call)
        elif isinstance(one, CallNotify):
            call, before = one.call, told.get(one.call.id)
            if before is not None:
                assert live(before), "a call was told after its end"
                assert ORDER.index(call.state) >= ORDER.index(before.state)
                assert call != before, "the same was told twice"
            told[call.id] = call
    now = course.backend.calls
    for call_id, call in told.items():
        assert live(call) == (call_id in now), "the end of a call was not told, or made up"
    assert {call_id for call_id in now if call_id.startswith("in-")} <= told.keys()
    if course.backend.reachable:
        assert Ready() in written
