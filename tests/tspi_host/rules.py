"""What Windows' telephony service relies on, checked as it happens: told of every call into the provider and
of every callback, in their order, it keeps a list of what was not as it must be. No Windows in here.

The rules are those of the TSPI reference: lineMakeCall and lineDrop are completed exactly once, and never
when they were refused at once; the call's handle is written before the completion, the completion comes
before the call's first event, IDLE before the completion of a drop; nothing comes after IDLE, after
lineCloseCall or lineClose has returned, or while another callback runs."""

from dataclasses import dataclass, field
from enum import Enum

from tests.tspi_host.constants import (
    CONNECTED_ACTIVE,
    CONNECTED_ACTIVEHELD,
    DIALTONE_UNAVAIL,
    INTERACTIVEVOICE,
    OFFERING_ACTIVE,
    ORDER,
    TERM_CANCEL,
    TERM_DONE,
    AddressState,
    Disconnect,
    Info,
    LineState,
    Message,
    State,
    error_name,
)

FAILED = 0x80000000

MODES = {State.DIALTONE: DIALTONE_UNAVAIL, State.CONNECTED: CONNECTED_ACTIVE}
"""Bits that may stand in dwParam2 of a state, besides those of DISCONNECTED."""

MODES_OF_WHOLE = {
    **MODES,
    State.OFFERING: OFFERING_ACTIVE,
    State.CONNECTED: CONNECTED_ACTIVE | CONNECTED_ACTIVEHELD,
}

TALKS = (
    *(State.CONNECTED, State.ONHOLD, State.ONHOLDPENDTRANSFER),
    *(State.CONFERENCED, State.ONHOLDPENDCONF),
)
EARLIER = {
    State.OFFERING: 1,
    State.ACCEPTED: 2,
    State.DIALTONE: 1,
    State.DIALING: 2,
    State.PROCEEDING: 3,
    State.RINGBACK: 4,
    **dict.fromkeys(TALKS, 5),
    State.DISCONNECTED: 6,
    State.IDLE: 7,
}
"""With whole call control: states go up only, and among those who talk to and fro."""

BEGINNINGS = (
    *("lineMakeCall", "lineSetupTransfer", "linePickup", "lineUnpark"),
    *("lineSetupConference", "lineCompleteTransfer to a conference", "linePrepareAddToConference"),
)
"""What makes a call: its events come after the completion."""

CONFERENCES = ("lineSetupConference", "lineCompleteTransfer to a conference")
"""What makes a conference, or both it and a consultation."""

DISCONNECTS_SINCE_2_0 = Disconnect.TEMPFAILURE | Disconnect.BLOCKED | Disconnect.CANCELLED


class Made(Enum):
    """How a lineMakeCall stands."""

    ASKED = 1
    TAKEN_ON = 2
    FAILED = 3


@dataclass
class LineRule:
    """An open line: its version, and what it was asked to tell of."""

    version: int
    line_states: int = 0
    address_states: int = 0
    removed: bool = False


@dataclass
class CallRule:
    line: int
    made: Made = Made.ASKED
    state: State = State.UNKNOWN
    told: bool = False
    closing: bool = False
    with_another: bool = False
    """A conference: it is made by the request that makes its consultation."""


@dataclass
class Request:
    """One that is not completed yet."""

    what: str
    line: int
    call: int


@dataclass
class Rules:
    """`problems` is what was found; `requests` are those that await their completion."""

    problems: list[str] = field(default_factory=list)
    lines: dict[int, LineRule] = field(default_factory=dict)
    calls: dict[int, CallRule] = field(default_factory=dict)
    requests: dict[int, Request] = field(default_factory=dict)
    running: int = 0
    over: bool = False
    conferences: set[int] = field(default_factory=set)
    """All that there were. When one is closed its parties go on, and both of them talk."""
    whole: bool = False
    """Calls that come in, holds and so on may be told of."""

    def complain(self, text: str) -> None:
        self.problems.append(text)

    # The service's own calls.

    def opened(self, line: int, version: int) -> None:
        self.lines[line] = LineRule(version)

    def wants(self, line: int, line_states: int, address_states: int) -> None:
        self.lines[line].line_states |= line_states
        self.lines[line].address_states |= address_states

    def asks_make(self, request: int, line: int, call: int) -> None:
        self.calls[call] = CallRule(line)
        self.requests[request] = Request("lineMakeCall", line, call)

    def announced(self, line: int, call: int) -> None:
        """The call was offered by LINE_NEWCALL, and has this handle."""
        if not self.whole:
            self.complain("LINE_NEWCALL of a Smart Messenger that makes calls only")
        if line not in self.lines:
            self.complain(f"LINE_NEWCALL for line {line:#x}, which is closed")
        self.calls[call] = CallRule(line, Made.TAKEN_ON)

    def asks(self, request: int, what: str, line: int, call: int) -> None:
        """Any other asynchronous function."""
        if what in BEGINNINGS:
            self.calls[call] = CallRule(line, with_another=request == 0)
        if what in CONFERENCES:
            self.conferences.add(call)
        if request:
            self.requests[request] = Request(what, line, call)

    def asks_drop(self, request: int, call: int) -> None:
        if request == 0:  # the service's own, which it does not wait for
            return
        line = self.calls[call].line if call in self.calls else 0
        self.requests[request] = Request("lineDrop", line, call)

    def answered(self, request: int, result: int) -> None:
        """The asynchronous function has returned."""
        if result == request:  # 0 too, for a request that is not completed
            return
        if result < FAILED:
            self.complain(
                f"request {request:#x} was answered with {result:#x}: neither its number nor an error"
            )
            return
        refused = self.requests.pop(request, None)
        if refused is None:
            self.complain(
                f"request {request:#x} was completed, and refused at once with {error_name(result)}"
            )
        elif refused.what in BEGINNINGS:
            del self.calls[refused.call]

    def closing(self, call: int) -> None:
        """lineCloseCall or lineClose is about to be called: of a drop,
        the state need not be told any more."""
        if call in self.calls:
            self.calls[call].closing = True

    def closed_call(self, call: int) -> None:
        """lineCloseCall has returned."""
        for number, request in list(self.requests.items()):
            if request.call == call:
                self.complain(f"{request.what} {number:#x} was not completed when lineCloseCall returned")
                del self.requests[number]
        self.calls.pop(call, None)

    def closed_line(self, line: int) -> None:
        """lineClose has returned."""
        for number, request in list(self.requests.items()):
            if request.line == line:
                self.complain(f"{request.what} {number:#x} was not completed when lineClose returned")
                del self.requests[number]
        self.calls = {ht: call for ht, call in self.calls.items() if call.line != line}
        self.lines.pop(line, None)

    def shut_down(self) -> None:
        """providerShutdown has returned."""
        for number, request in self.requests.items():
            self.complain(f"{request.what} {number:#x} was never completed")
        if self.running:
            self.complain("a callback was running when providerShutdown returned")
        self.over = True

    # Callbacks.

    def begins(self) -> None:
        if self.running:
            self.complain("a callback began while another one was running")
        if self.over:
            self.complain("a callback came after providerShutdown had returned")
        self.running += 1

    def ends(self) -> None:
        self.running -= 1

    def completes(self, number: int, result: int, handle: int) -> None:
        """`handle` is what stands in *lphdCall of that request, if it is a lineMakeCall."""
        request = self.requests.pop(number, None)
        if number == 0:
            self.complain("completion of request 0, which nobody waits for")
            return
        if request is None:
            self.complain(f"completion of {number:#x}, which was not asked, or refused, or completed already")
            return
        if 0 < result < FAILED:
            self.complain(f"{request.what} completed with {result:#x}, which is no error")
        call = self.calls.get(request.call)
        if request.what in BEGINNINGS and call:
            call.made = Made.FAILED if result else Made.TAKEN_ON
            for other in self.calls.values():
                if other.with_another and other.made is Made.ASKED and other.line == call.line:
                    other.made = call.made
            if result == 0 and handle == 0:
                self.complain(f"{request.what} completed before the call's handle was written")
        elif request.what == "lineDrop" and result == 0 and self._is_live(call):
            self.complain(f"lineDrop {number:#x} completed before the call was IDLE")

    def _is_live(self, call: CallRule | None) -> bool:
        return (
            call is not None
            and not call.closing
            and call.made is not Made.FAILED
            and call.state != State.IDLE
        )

    def tells_of_call(self, line: int, call: int, message: int, one: int, two: int, three: int) -> None:
        """LINE_CALLSTATE or LINE_CALLINFO."""
        known = self.calls.get(call)
        if known is None or known.line != line:
            self.complain(f"{what(message, one, two)} for call {call:#x} of line {line:#x}, which is closed")
            return
        if known.made is not Made.TAKEN_ON:
            self.complain(f"{what(message, one, two)} while the request for it was {known.made.name}")
        if known.state == State.IDLE:
            self.complain(f"{what(message, one, two)} after IDLE")
        if message == Message.CALLSTATE and self.whole:
            self._state_of_whole(call, known, one, two, three)
        elif message == Message.CALLSTATE:
            self._state(known, one, two, three)
        elif message == Message.GENERATE:
            if one not in (TERM_DONE, TERM_CANCEL):
                self.complain(f"LINE_GENERATE with {one:#x}")
        elif one == 0 or one & ~sum(Info) or two or three:
            self.complain(f"LINE_CALLINFO with {one:#x}, {two:#x}, {three:#x}")

    def _state(self, call: CallRule, one: int, mode: int, media: int) -> None:
        if one not in ORDER:
            self.complain(f"LINE_CALLSTATE {one:#x} is none of an outgoing call")
            return
        state = State(one)
        if call.told and ORDER.index(state) <= ORDER.index(call.state):
            self.complain(f"{state!r} after {call.state!r}: repeated or backwards")
        call.state, call.told = state, True
        self._check_mode(call, state, mode, media)

    def _state_of_whole(self, handle: int, call: CallRule, one: int, mode: int, media: int) -> None:
        if one not in EARLIER:
            self.complain(f"LINE_CALLSTATE {one:#x} is none that is told")
            return
        state = State(one)
        before, call.state = call.state, state
        if not call.told:
            call.told = True
        elif EARLIER[state] < EARLIER[before]:
            self.complain(f"{state!r} after {before!r}: backwards")
        others = [other for ht, other in self.calls.items() if ht != handle and other.line == call.line]
        if (
            state == State.CONNECTED
            and not self.conferences
            and any(other.state == State.CONNECTED for other in others)
        ):
            self.complain("two calls of a line that are CONNECTED at a time")
        self._check_mode(call, state, mode, media)

    def _check_mode(self, call: CallRule, state: State, mode: int, media: int) -> None:
        if state == State.CONFERENCED:
            if mode not in self.conferences:
                self.complain(f"CONFERENCED in {mode:#x}, which is no call")
        elif mode & ~self._modes(call, state):
            self.complain(f"{state!r} with mode {mode:#x}")
        if state == State.DISCONNECTED and mode.bit_count() != 1:
            self.complain(f"DISCONNECTED with mode {mode:#x}, which is not one")
        if media != INTERACTIVEVOICE:
            self.complain(f"{state!r} with media mode {media:#x}")

    def _modes(self, call: CallRule, state: State) -> int:
        old = self.lines[call.line].version < 0x20000 if call.line in self.lines else False
        if state == State.DISCONNECTED:
            return sum(Disconnect) & ~(int(DISCONNECTS_SINCE_2_0) if old else 0)
        modes = MODES_OF_WHOLE if self.whole else MODES
        return 0 if old and state in (State.CONNECTED, State.OFFERING) else modes.get(state, 0)

    def tells_of_line(self, line: int, message: int, one: int, two: int, three: int) -> None:
        known = self.lines.get(line)
        if known is None:
            self.complain(f"{what(message, one, two)} for line {line:#x}, which is closed")
        elif message == Message.LINEDEVSTATE:
            if one not in set(LineState) or not one & known.line_states:
                self.complain(f"LINE_LINEDEVSTATE {one:#x}, which was not asked for")
        elif message == Message.ADDRESSSTATE:
            if one or not two or two & ~sum(AddressState) or two & ~known.address_states:
                self.complain(f"LINE_ADDRESSSTATE {one:#x}, {two:#x}, which was not asked for")
        elif message != Message.CLOSE:
            self.complain(f"message {message} is none that a provider of outgoing calls sends")
        if three and not (message == Message.LINEDEVSTATE and one == LineState.RINGING and self.whole):
            self.complain(f"{what(message, one, two)} with a third parameter {three:#x}")


def what(message: int, one: int, two: int) -> str:
    if message == Message.CALLSTATE and one in set(State):
        return f"LINE_CALLSTATE {State(one).name} {two:#x}"
    name = Message(message).name if message in set(Message) else str(message)
    return f"LINE_{name} {one:#x} {two:#x}"
