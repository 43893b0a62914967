"""An open line and a call, as the telephony service keeps them."""

from collections.abc import Callable, Sequence
from ctypes import addressof, c_size_t
from threading import Condition
from typing import Any, Protocol

from tests.tspi_host.constants import (
    ADDRESS_FEATURE_MAKECALL,
    INTERACTIVEVOICE,
    LINE_FEATURE_MAKECALL,
    ORDER,
    STATUS_INSERVICE,
    AddressState,
    Error,
    Feature,
    Info,
    LineState,
    Message,
    State,
    error_name,
)
from tests.tspi_host.filled import EXTERNAL, Filled, read
from tests.tspi_host.params import CallParams
from tests.tspi_host.rules import Rules

SERVICE = (LineState.CONNECTED, LineState.DISCONNECTED, LineState.INSERVICE, LineState.OUTOFSERVICE)


class TelephonyService(Protocol):
    """The service as its lines and calls know it; `Host` is it."""

    rules: Rules
    changed: Condition
    started: bool
    devices: list[int]
    lines: "dict[int, Line]"
    calls: "dict[int, Call]"
    requests: "dict[int, Call]"
    offered: "list[Call]"

    def open(self, device: int) -> "Line": ...

    def stop(self) -> None: ...

    def ask(self, name: str, *arguments: Any) -> int: ...

    def must(self, name: str, *arguments: Any) -> None: ...

    def wait(self, condition: Callable[[], bool], what: str) -> None: ...

    def story(self) -> str: ...

    def is_offered(self, number: int = 1) -> "Call": ...

    def address_caps(self, device: int, version: int | None = None, total: int | None = None) -> Filled: ...

    def new_handle(self) -> int: ...

    def new_request(self) -> int: ...


class Line:
    """A line that is open: `ht` the service's handle of it, `hd` the provider's."""

    def __init__(self, host: TelephonyService, device: int, version: int, ht: int) -> None:
        self.host, self.device, self.version, self.ht = host, device, version, ht
        self.hd = c_size_t(0)
        self.states: list[LineState] = []
        self.rings: list[int] = []
        self.address_states: list[AddressState] = []
        self.is_open = True

    def wants(self, line_states: int = sum(LineState), address_states: int = sum(AddressState)) -> None:
        """lineSetStatusMessages."""
        with self.host.changed:
            self.host.rules.wants(self.ht, line_states, address_states)
        self.host.must("lineSetStatusMessages", self.hd, line_states, address_states)

    def told(self, message: int, one: int, two: int, three: int) -> None:
        if message == Message.LINEDEVSTATE:
            self.states.append(LineState(one))
            if one == LineState.RINGING:
                self.rings.append(three)
        elif message == Message.ADDRESSSTATE:
            self.address_states.append(AddressState(two))

    def comes_to(self, state: LineState) -> None:
        """Wait until the line is INSERVICE, or OUTOFSERVICE with a connection that has failed.

        By asking, not by the event: the line may have come to it before lineSetStatusMessages was called.
        """
        wanted = {LineState.INSERVICE: True, LineState.OUTOFSERVICE: False}[state]
        self.host.wait(lambda: self.is_in_service() is wanted, f"the line to be {state!r}")

    def is_in_service(self) -> bool | None:
        """None while it connects for the first time."""
        if self.status()["dwDevStatusFlags"] & STATUS_INSERVICE:
            return True
        result = self.host.ask("lineConditionalMediaDetection", self.hd, INTERACTIVEVOICE, None)
        return False if result == Error.RESOURCEUNAVAIL else None

    def is_told(self, *states: LineState) -> None:
        """Wait until these are the last that were told of the line's service."""
        self.host.wait(
            lambda: self.service[-len(states) :] == list(states), f"{states}, but was told {self.states}"
        )

    @property
    def service(self) -> list[LineState]:
        """What was told of the line's service alone."""
        return [told for told in self.states if told in SERVICE]

    @property
    def offers(self) -> bool:
        """Do the features of line and address, which must agree, say that a call can be made?"""
        line, address = self.status(), self.address_status()
        offered = line["dwLineFeatures"] == LINE_FEATURE_MAKECALL
        assert address["dwAddressFeatures"] == (ADDRESS_FEATURE_MAKECALL if offered else 0)
        if self.version >= 0x20000:
            assert line["dwAvailableMediaModes"] == (INTERACTIVEVOICE if offered else 0)
        return offered

    def news_of_features(self) -> tuple[int, int]:
        """How often it was told that the line, and the address, are to be looked at anew."""
        address = sum(bool(told & AddressState.OTHER) for told in self.address_states)
        return self.states.count(LineState.OTHER), address

    def news_of_capabilities(self) -> tuple[int, int]:
        """The same of capabilities."""
        address = sum(bool(told & AddressState.CAPSCHANGE) for told in self.address_states)
        return self.states.count(LineState.CAPSCHANGE), address

    def comes_to_offer(self, offered: bool, since: tuple[int, int]) -> None:
        """Wait to be told so of both once more, and find that a call can be made, or no longer."""

        def told() -> bool:
            now = self.news_of_features()
            return now[0] > since[0] and now[1] > since[1] and self.offers is offered

        self.host.wait(told, f"news of features, to be {offered}; {self.states}, {self.address_states}")

    def ask_to_dial(self, address: str | None, params: CallParams | None = None, country: int = 0) -> "Call":
        """lineMakeCall, whatever its result; that is `answer` of the call."""
        host = self.host
        call = Call(self, host.new_handle(), host.new_request())
        with host.changed:
            host.rules.asks_make(call.request, self.ht, call.ht)
            host.calls[call.ht] = host.requests[call.request] = call
        parameters = params.address if params else None
        call.answer = host.ask(
            "lineMakeCall", call.request, self.hd, call.ht, call.hd_pointer, address, country, parameters
        )
        with host.changed:
            host.rules.answered(call.request, call.answer)
            if call.answer != call.request:
                host.calls.pop(call.ht, None)
                host.requests.pop(call.request, None)
        return call

    def dial(self, address: str, params: CallParams | None = None, country: int = 0) -> "Call":
        """lineMakeCall that is not refused at once."""
        call = self.ask_to_dial(address, params, country)
        host = self.host
        assert call.answer == call.request, f"lineMakeCall: {error_name(call.answer)}{host.story()}"
        return call

    def refused(self, address: str | None, params: CallParams | None = None) -> int:
        """The error that a lineMakeCall gets at once."""
        call = self.ask_to_dial(address, params)
        assert call.answer >= 0x80000000, f"lineMakeCall was taken{self.host.story()}"
        assert call.hd.value == 0, "*lphdCall was written by a lineMakeCall that failed"
        return call.answer

    def wants_calls(self, modes: int = INTERACTIVEVOICE) -> None:
        """What TAPI tells of the programs that have opened the line: they own calls of these media modes."""
        self.host.must("lineSetDefaultMediaDetection", self.hd, modes)

    def asks(self, name: str, before: Sequence[Any], after: Sequence[Any]) -> "Call":
        """A function that makes a call (linePickup, lineUnpark); its handles stand between the arguments."""
        call = Call(self, self.host.new_handle(), self.host.new_request())
        call.begins(name, call.request, *before, call.ht, call.hd_pointer, *after)
        return call

    def close(self) -> None:
        """lineClose."""
        if not self.is_open:
            return
        self.is_open = False
        for call in list(self.host.calls.values()):
            if call.line is self:
                call.is_closing()
        self.host.must("lineClose", self.hd)
        with self.host.changed:
            self.host.rules.closed_line(self.ht)
            self.host.lines.pop(self.ht, None)
            for ht in [ht for ht, call in self.host.calls.items() if call.line is self]:
                del self.host.calls[ht]

    def status(self, total: int | None = None) -> Filled:
        """lineGetLineDevStatus."""
        return read(
            "LINEDEVSTATUS",
            self.version,
            lambda at: self.host.ask("lineGetLineDevStatus", self.hd, at),
            total,
        )

    def address_status(self, total: int | None = None) -> Filled:
        """lineGetAddressStatus."""
        return read(
            "LINEADDRESSSTATUS",
            self.version,
            lambda at: self.host.ask("lineGetAddressStatus", self.hd, 0, at),
            total,
        )


class Call:
    """A call: `states` are what was told, each with its mode; `made` is the lineMakeCall's completion."""

    def __init__(self, line: Line, ht: int, request: int) -> None:
        self.line, self.host, self.ht, self.request = line, line.host, ht, request
        self.hd = c_size_t(0)
        self.answer = 0
        self.made: int | None = None
        self.states: list[tuple[State, int]] = []
        self.infos: list[Info] = []
        self.generated: list[tuple[int, int]] = []
        self.completions: dict[int, int] = {}
        self.closing = False

    @property
    def hd_pointer(self) -> int:
        return addressof(self.hd)

    @property
    def state(self) -> State | None:
        """The state that was told last."""
        return self.states[-1][0] if self.states else None

    @property
    def path(self) -> list[State]:
        return [state for state, _ in self.states]

    @staticmethod
    def reached(state: State, now: State) -> bool:
        """Is a call that is in `now` in `state` or past it?"""
        return ORDER.index(now) >= ORDER.index(state)

    def completed(self, number: int, result: int) -> None:
        self.completions[number] = result
        if number == self.request:
            self.made = result

    def told(self, message: int, one: int, two: int) -> None:
        if message == Message.CALLSTATE:
            self.states.append((State(one), two))
        elif message == Message.GENERATE:
            self.generated.append((one, two))
        else:
            self.infos.append(Info(one))

    def begins(self, name: str, *arguments: Any) -> None:
        """Ask for this call by an asynchronous function, whatever its result; that is `answer`."""
        host = self.host
        with host.changed:
            host.rules.asks(self.request, name, self.line.ht, self.ht)
            host.calls[self.ht] = host.requests[self.request] = self
        self.answer = host.ask(name.partition(" ")[0], *arguments)
        with host.changed:
            host.rules.answered(self.request, self.answer)
            if self.answer != self.request:
                host.calls.pop(self.ht, None)
                host.requests.pop(self.request, None)

    def asks(self, name: str, *arguments: Any) -> int:
        """An asynchronous function of this call: the request's number, or the error that it got at once."""
        request = self.host.new_request()
        with self.host.changed:
            self.host.rules.asks(request, name, self.line.ht, self.ht)
            self.host.requests[request] = self
        answer = self.host.ask(name, request, self.hd, *arguments)
        with self.host.changed:
            self.host.rules.answered(request, answer)
            if answer != request:
                self.host.requests.pop(request, None)
        return answer

    def does(self, name: str, *arguments: Any) -> int:
        """The same until it is completed; the result."""
        answer = self.asks(name, *arguments)
        return answer if answer >= 0x80000000 else self.is_done(answer)

    def sets_up(self) -> "Call":
        """lineSetupTransfer; the consultation, once it is there."""
        consultation = Call(self.line, self.host.new_handle(), self.host.new_request())
        consultation.begins(
            "lineSetupTransfer",
            consultation.request,
            self.hd,
            consultation.ht,
            consultation.hd_pointer,
            None,
        )
        assert consultation.answer == consultation.request, error_name(consultation.answer)
        assert consultation.is_made() == 0, self.host.story()
        return consultation.reaches(State.DIALTONE)

    @property
    def features(self) -> Feature:
        """LINECALLSTATUS.dwCallFeatures."""
        return Feature(self.status()["dwCallFeatures"])

    def is_in(self, state: State, mode: int | None = None) -> "Call":
        """Wait until it is in this state now."""

        def is_there() -> bool:
            return bool(self.states) and self.states[-1][0] == state and mode in (None, self.states[-1][1])

        self.host.wait(is_there, f"{state!r} {mode}; the states were {self.states}")
        return self

    def is_made(self) -> int:
        """The completion of the lineMakeCall, once it has come."""
        self.host.wait(lambda: self.made is not None, "the completion of lineMakeCall")
        assert self.made is not None
        return self.made

    def reaches(self, state: State) -> "Call":
        """Wait for the state."""
        self.host.wait(lambda: state in self.path, f"{state!r}; the states were {self.path}")
        return self

    def learns(self, info: Info) -> None:
        """Wait for a LINE_CALLINFO with this bit."""
        self.host.wait(lambda: any(told & info for told in self.infos), f"LINE_CALLINFO {info!r}")

    def ask_to_drop(self, request: int | None = None) -> int:
        """lineDrop; the request's number, which it must answer with."""
        request = self.host.new_request() if request is None else request
        with self.host.changed:
            self.host.rules.asks_drop(request, self.ht)
            if request:
                self.host.requests[request] = self
        answer = self.host.ask("lineDrop", request, self.hd, None, 0)
        with self.host.changed:
            self.host.rules.answered(request, answer)
        assert answer == request, f"lineDrop: {error_name(answer)}{self.host.story()}"
        return request

    def is_done(self, request: int) -> int:
        """The completion of a lineDrop, once it has come."""
        self.host.wait(lambda: request in self.completions, "the completion of lineDrop")
        return self.completions[request]

    def drop(self) -> None:
        """lineDrop, until it is completed."""
        result = self.is_done(self.ask_to_drop())
        assert result == 0, f"lineDrop completed with {error_name(result)}{self.host.story()}"

    def is_closing(self) -> None:
        self.closing = True
        with self.host.changed:
            self.host.rules.closing(self.ht)

    def close(self) -> None:
        """lineCloseCall."""
        self.is_closing()
        self.host.must("lineCloseCall", self.hd)
        with self.host.changed:
            self.host.rules.closed_call(self.ht)
            self.host.calls.pop(self.ht, None)

    def status(self, total: int | None = None) -> Filled:
        """lineGetCallStatus."""
        return read(
            "LINECALLSTATUS",
            self.line.version,
            lambda at: self.host.ask("lineGetCallStatus", self.hd, at),
            total,
        )

    def info(self, total: int | None = None, *, external: bool = False) -> Filled:
        """lineGetCallInfo; `external`: of a call out that no application has made."""
        return read(
            "LINECALLINFO",
            self.line.version,
            lambda at: self.host.ask("lineGetCallInfo", self.hd, at),
            total,
            EXTERNAL if external else (),
        )
