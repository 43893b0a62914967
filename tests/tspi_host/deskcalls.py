"""Calls of a line whose Smart Messenger can do everything: begun, and gone on with."""

from ctypes import addressof, c_size_t, create_string_buffer

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    DIGITS_DTMF,
    Feature,
    State,
)
from tests.tspi_host.messenger import CONNECTED, OFF_HOOK
from tests.tspi_host.params import CallParams
from tests.tspi_host.switchboard import Switchboard

CONNECTED_FEATURES = (
    Feature.DROP
    | Feature.HOLD
    | Feature.BLINDTRANSFER
    | Feature.SETUPTRANSFER
    | Feature.PARK
    | Feature.GENERATEDIGITS
)


def talking(desk: Line) -> Call:
    return desk.dial("4001").is_in(State.CONNECTED)


def counts(line: Line) -> tuple[int, int, int]:
    """Active, on hold, on hold for another one: of line and address, which must agree."""
    names = ("dwNumActiveCalls", "dwNumOnHoldCalls", "dwNumOnHoldPendCalls")
    status, address = line.status(), line.address_status()
    found = tuple(status[name] for name in names)
    assert found == tuple(address[name] for name in names)
    assert address["dwNumInUse"] == (1 if any(found) else 0)
    return found[0], found[1], found[2]


def consultation_of(call: Call, params: CallParams | None = None) -> Call:
    """lineSetupTransfer, whatever its result."""
    second = Call(call.line, call.host.new_handle(), call.host.new_request())
    parameters = params.address if params else None
    second.begins("lineSetupTransfer", second.request, call.hd, second.ht, second.hd_pointer, parameters)
    return second


def consulting(desk: Line, board: Switchboard, *steps: str) -> tuple[Call, Call]:
    """A call, and a consultation that has come as far as these steps."""
    first = talking(desk)
    second = first.sets_up()
    assert first.state == State.ONHOLDPENDTRANSFER
    assert first.info()["dwRelatedCallID"] == second.info()["dwCallID"] != 0
    assert second.features == Feature.DIAL | Feature.DROP
    board.dialled = steps or (OFF_HOOK, CONNECTED)
    assert second.does("lineDial", "4002", 0) == 0
    return first, second


def set_up(first: Call) -> tuple[Call, Call]:
    """lineSetupConference, whatever its result: the conference, and the consultation, whose request it is."""
    host, line = first.host, first.line
    conference = Call(line, host.new_handle(), 0)
    consultation = Call(line, host.new_handle(), host.new_request())
    with host.changed:
        host.rules.asks(0, "lineSetupConference", line.ht, conference.ht)
        host.calls[conference.ht] = conference
    consultation.begins(
        *("lineSetupConference", consultation.request, first.hd, line.hd),
        *(conference.ht, conference.hd_pointer, consultation.ht, consultation.hd_pointer, 3, None),
    )
    return conference, consultation


def prepared(conference: Call) -> Call:
    """linePrepareAddToConference, whatever its result: the consultation."""
    host = conference.host
    consultation = Call(conference.line, host.new_handle(), host.new_request())
    consultation.begins(
        *("linePrepareAddToConference", consultation.request, conference.hd),
        *(consultation.ht, consultation.hd_pointer, None),
    )
    return consultation


def tones(call: Call, digits: str | None, end_to_end: int, mode: int = DIGITS_DTMF, ms: int = 0) -> int:
    return call.host.ask("lineGenerateDigits", call.hd, end_to_end, mode, digits, ms)


def number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def forward_raw(line: Line, data: bytes | None, rings: int = 0) -> int:
    memory = create_string_buffer(data, len(data)) if data else None
    waiting = Call(line, 0, line.host.new_request())
    consult = c_size_t(0xA5)
    host = line.host
    with host.changed:
        host.rules.asks(waiting.request, "lineForward", line.ht, 0)
        host.requests[waiting.request] = waiting
    where = addressof(memory) if memory else None
    answer = host.ask(
        "lineForward", waiting.request, line.hd, 1, 0, where, rings, 0, addressof(consult), None
    )
    with host.changed:
        host.rules.answered(waiting.request, answer)
    if answer >= 0x80000000:
        return answer
    assert consult.value == 0
    return waiting.is_made()
