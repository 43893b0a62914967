"""A switch with phones: the same interface to all drivers, for the tests of the contract."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from offhook.call import BEGIN_A_CALL, Call, CallState, Cause, Command, Dial, Drop, Features, Result, live
from offhook.demo.phone import Behaviour, Phone
from offhook.manager.calls import LiveCalls
from offhook.manager.terminals import TerminalBook
from offhook.sip.endpoint import Timing
from offhook.sip.message import Response
from offhook.switch.base import CallChanged, ForwardingChanged, Switch, SwitchEvent
from tests.atonce import at_once
from tests.waiting import until

FAST = Timing(t1=0.02, t2=0.1, t4=0.1, d=0.5)


NAMES = {"4000": "Kim", "4001": "Lee Min-ho", "4002": "Park", "4003": "Choi"}
RINGS = Behaviour(answer_after=None, auto_answer=False)
ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)


PATIENCE_S = 15.0
"""How long phones may ring and a PBX may be silent: longer than a busy machine makes any of them wait. Beside
a load of 20 on two cores an Asterisk was silent for four seconds, and a phone answered after eight."""


LEAVE_S = 15.0
"""How long a phone may take to leave a PBX: else that has it for the tests to come."""


def ringing_for(seconds: float) -> dict[str, Any]:
    """The settings for these times."""
    return {"no_answer_s": seconds, "terminal_answer_s": seconds}


def patience(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings for a test: one second if it waits for such a timeout (mark `impatient`)."""
    return ringing_for(1.0 if request.node.get_closest_marker("impatient") else PATIENCE_S)


def rejects(status: int, *, after: float = 0.0) -> Behaviour:
    return Behaviour(answer_after=after, auto_answer=False, reject=status)


async def joined(phone: Phone, other: Phone) -> None:
    """Wait until the phone has been told to send its audio to the other one."""
    while phone.calls[0].remote_media != other.media:
        await phone.event("media")


async def directed(phone: Phone, direction: str) -> None:
    """Wait until the phone's audio goes in this direction only."""
    while phone.calls[0].direction != direction:
        await phone.event("media")


class Site:
    """`switch` has been started; `make_phone` gives a phone for one of its terminals."""

    knows_registrations = False
    """Do phones register at the switch itself? Then it does not ring anybody for a phone that is away."""

    waits_for_transferors = False
    """Is hanging up left to a phone that has transferred its call by hand (RFC 5589 §6.1)?"""

    tells_all = True
    """Is it told whenever it changes what can be done with a call, also where commands meet each other?"""

    def __init__(self, switch: Switch, make_phone: Callable[[str, Behaviour | None], Phone]) -> None:
        self.switch = switch
        self.seen: list[Call] = []
        self.forwardings: list[ForwardingChanged] = []
        self._make_phone = make_phone
        self._stack = AsyncExitStack()
        self._phones: list[Phone] = []
        self._changed = asyncio.Condition()
        self._wakers: set[asyncio.Task[None]] = set()
        self._told = LiveCalls(TerminalBook(()), switch.features)
        switch.subscribe(self._on_event)

    async def phone(self, terminal: str, behaviour: Behaviour | None = None) -> Phone:
        """A registered phone."""
        phone = await self._stack.enter_async_context(self._make_phone(terminal, behaviour))
        self._phones.append(phone)
        return phone

    async def settled(self, own: Phone, callee: Phone) -> None:
        """Wait until all messages after an answer have been exchanged."""
        await joined(own, callee)
        await joined(callee, own)

    async def hang_up(self) -> None:
        """Hang up and stop all phones."""
        await self._stack.aclose()

    def check_left(self) -> None:
        """The PBX, which serves the tests to come as well, has none of the phones any more."""
        stayed = {phone.user: phone.stayed for phone in self._phones if phone.stayed}
        assert not stayed, f"phones have not left the PBX: {stayed}"

    async def close_when(self, idle: Callable[[], Awaitable[None]]) -> None:
        """Hang up, and close once that has come; in any case, if it does not."""
        try:
            await self.hang_up()
            await idle()
        finally:
            await self.close()

    async def close(self) -> None:
        await self.hang_up()
        await self.switch.stop()
        self.check_revisions()

    def check_revisions(self) -> None:
        """Each value of a call is its next revision."""
        told: dict[str, list[int]] = {}
        for call in self.seen:
            told.setdefault(call.id, []).append(call.revision)
        for revisions in told.values():
            assert sorted(revisions) == list(range(min(revisions), min(revisions) + len(revisions)))

    def dial(self, terminal: str = "4000", address: str = "4001") -> str:
        """Begin a call; its id. Its first value is recorded as if it were an event."""
        call = at_once(self.switch.perform(Dial(terminal, address)))
        self.seen.append(call)
        self._tell(call)
        return call.id

    async def perform(self, command: Command[Result]) -> Result:
        """Carry out a command; a call that it begins is recorded as if it were an event."""
        result = await self.switch.perform(command)
        if isinstance(command, BEGIN_A_CALL) and isinstance(result, Call):
            later = (place for place, call in enumerate(self.seen) if call.id == result.id)
            self.seen.insert(next(later, len(self.seen)), result)
            if self._told.get(result.id) is None:
                self._tell(result)
        return result

    def now(self, call_id: str) -> Call:
        """The call as it is."""
        return next(call for call in reversed(self.seen) if call.id == call_id)

    def live(self, terminal: str = "") -> list[Call]:
        """The live calls, of all terminals or of this one, oldest first."""
        newest = {call.id: call for call in self.seen if terminal in ("", call.terminal)}
        return [call for call in newest.values() if live(call)]

    def features(self, call_id: str) -> Features:
        """What the switch says can be done with the call now."""
        call = self.now(call_id)
        return self.switch.features(call.terminal, call)

    def untold(self) -> dict[str, tuple[Features | None, Features]]:
        """By the ids of those live calls where they differ: what people and programs have been told that can
        be done, and what can be done."""
        now = {call: self.switch.features(call.terminal, call) for call in self._told.all()}
        return {call.id: (call.features, can) for call, can in now.items() if call.features != can}

    async def all_told(self) -> None:
        """Wait until there is no such call."""
        try:
            await until(lambda: not self.untold())
        except AssertionError as error:
            raise AssertionError(self.untold()) from error

    async def comes_to(self, call_id: str, wanted: Callable[[Call], bool]) -> Call:
        """Wait until the call, as it is then, is as wanted."""
        await until(lambda: wanted(self.now(call_id)), f"{wanted.__code__.co_names} of one of {self.seen}")
        return self.now(call_id)

    @property
    def idle(self) -> bool:
        """Is nothing left of any call, of a phone that is about to ring either?"""
        return bool(getattr(self.switch, "idle", True))

    async def empty(self) -> None:
        """Wait until no call is live."""
        await until(lambda: not self.live())

    def drop(self, call_id: str) -> None:
        """Clear a call."""
        at_once(self.switch.perform(Drop(call_id)))

    def states(self, call_id: str) -> list[CallState]:
        return [call.state for call in self.seen if call.id == call_id]

    def calls_of(self, terminal: str) -> list[Call]:
        """The newest value of each call of the terminal."""
        return list({call.id: call for call in self.seen if call.terminal == terminal}.values())

    async def until(self, call_id: str, state: CallState) -> Call:
        """Wait for the call to come to the state; it must not be over before."""
        call = await self.until_seen(
            lambda call: call.id == call_id and call.state in (state, CallState.ON_HOOK)
        )
        assert call.state is state, self.seen
        return call

    async def until_seen(self, wanted: Callable[[Call], bool]) -> Call:
        """Wait for a value of any call that is as wanted."""
        async with self._changed:
            await self._changed.wait_for(lambda: any(wanted(call) for call in self.seen))
        return next(call for call in self.seen if wanted(call))

    async def cause(self, call_id: str) -> Cause | None:
        """Wait for the end of the call; its cause."""
        return (await self.until(call_id, CallState.ON_HOOK)).cause

    def _on_event(self, event: SwitchEvent) -> None:
        if isinstance(event, ForwardingChanged):
            self.forwardings.append(event)
        if isinstance(event, CallChanged):
            self.seen.append(event.call)
            self._tell(event.call)
            task = asyncio.get_running_loop().create_task(self._wake())
            self._wakers.add(task)
            task.add_done_callback(self._wakers.discard)

    def _tell(self, call: Call) -> None:
        """As the Call Manager does: it asks for what can be done whenever a call of the terminal changes."""
        self._told.apply(call)
        self._told.refresh(call.terminal, call.id)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def ask(phone: Phone, method: str, body: bytes = b"", **headers: str) -> Response:
    """Send a request within the phone's call; its final response."""
    dialog = phone.calls[0].dialog
    assert dialog is not None
    request = dialog.request(method, body)
    for name, value in headers.items():
        request.headers.set(name.replace("_", "-"), value)
    return await phone._exchange(request, dialog.flow, None)
