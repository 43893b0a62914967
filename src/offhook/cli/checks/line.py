"""`offhook tsp test`: goes the way of a dialling program, and says which layer does not let it through."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from offhook.common.finding import Finding, Level
from offhook.windows.lines import Line
from offhook.windows.ports import Windows
from offhook.windows.provider import find_provider
from offhook.windows.tapilines import CALL_STATE, REPLY, Device, LineError, Message

SERVICE_S: Final = 10.0
"""How long a line may take to get in service after it was opened: it connects and logs in first."""
REPLY_S: Final = 30.0
"""How long the answer to a dial may take: the provider gives up earlier."""
END_S: Final = 5.0
"""How long a hang-up may take."""
LOOK_MS: Final = 200
"""How long one wait in TAPI takes: Ctrl-C is heard between two."""
CONNECT_S: Final = 2.0

IDLE, DIALTONE, DIALING, RINGBACK, CONNECTED, PROCEEDING, DISCONNECTED = (
    0x1,
    0x8,
    0x10,
    0x20,
    0x100,
    0x200,
    0x4000,
)

STATES: Final = {
    DIALTONE: ("your phone", "is off the hook"),
    PROCEEDING: ("switch", "calls the number"),
    RINGBACK: ("other phone", "rings"),
}
"""What a LINECALLSTATE_ tells of which layer."""

NOT_OPENED: Final = {
    0x8000_0001: "a program has it for itself alone; close that program",
    0x8000_0042: "TAPI has it no longer; start this anew",
    0x8000_0043: "the provider's file is missing; run: offhook tsp install",
    0x8000_004B: "Windows has no room for it; close programs that dial",
}
"""LINEERR_ codes of lineOpen, and what to do."""

NOBODY_THERE: Final = 0x8000_004B
"""LINEERR_RESOURCEUNAVAIL."""

REFUSED: Final = {
    0x8000_0005: ("your phone", "has a call already", "hang it up, see: offhook calls"),
    0x8000_0010: ("switch", "cannot call this number", "see how it is read: offhook number"),
    0x8000_0053: ("Call Manager", "does not allow this number", "see the dial rules of the Call Manager"),
    NOBODY_THERE: ("Call Manager", "is not there, or does not reach your phone", "see: offhook check"),
    0x8000_0048: ("Smart Messenger", "did not take the call on", "see its log, and: offhook tsp trace on"),
}
"""LINEERR_ codes that answer a dial: whose they are, what is wrong, what to do; see native/tsp/receive.c."""

ENDS: Final = {
    0x1: ("other phone", "hung up", ""),
    0x4: ("other phone", "declined the call", "the way there is in order"),
    0x20: ("other phone", "is busy", "the way there is in order"),
    0x40: ("other phone", "was not answered", "the way there is in order"),
    0x80: ("switch", "knows no such number", "see how it is read: offhook number"),
    0x100: ("switch", "does not reach that phone", "see whether it is registered: offhook terminal list"),
    0x800: ("switch", "ended the call and gave no reason", "see the log of the Call Manager"),
    0x1000: ("your phone", "is not reached", "switch it on; see: offhook check"),
    0x8000: ("switch", "failed", "see the log of the Call Manager, and: offhook check"),
    0x20000: ("switch", "does not allow this call", "ask who runs the telephone system"),
    0x80000: ("your phone", "declined the call", "see whether it is set to do not disturb"),
}
"""LINEDISCONNECTMODE_ values; see native/tsp/call_state.c."""


class Lines(Protocol):
    """`tapilines.TapiLines`."""

    def start(self) -> int: ...
    def device(self, number: int) -> Device: ...
    def open(self, device: Device) -> None: ...
    def in_service(self) -> bool: ...
    def dial(self, number: str) -> int: ...
    def message(self, limit_ms: int) -> Message | None: ...
    def drop(self) -> None: ...
    def end(self) -> None: ...


def look_at_line(
    windows: Windows,
    tapi: Lines,
    line: Line,
    number: str,
    *,
    ring_s: float,
    why: Callable[[], str] = lambda: "",
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """One finding for each layer, the last one being what stops the call if something does.

    `why`: what the Call Manager says where it, or the phone, is not there; "" if it says nothing.
    Without a number the line is only opened. A call is hung up when it was answered, after `ring_s`, and when
    the caller is interrupted.
    """
    try:
        yield from _Test(windows, tapi, line, why, clock).run(number, ring_s)
    finally:
        tapi.end()


class _Test:
    def __init__(
        self,
        windows: Windows,
        tapi: Lines,
        line: Line,
        why: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        self._windows, self._tapi, self._line = windows, tapi, line
        self._why, self._clock = why, clock

    def run(self, number: str, ring_s: float) -> Iterator[Finding]:
        for step in (self._begin, self._open):
            for found in step():
                yield found
                if found.level is Level.FAIL:
                    return
        if number:
            yield from self._dial(number, ring_s)

    def _begin(self) -> Iterator[Finding]:
        try:
            self._count = self._tapi.start()
        except LineError as error:
            yield _fail(
                "telephony service", f"does not start ({error})", "see: offhook doctor; restart Windows"
            )
            return
        yield Finding(
            "telephony service", f"runs, and has {self._count} {'line' if self._count == 1 else 'lines'}"
        )
        provider = find_provider(self._windows)
        if provider is None:
            yield _fail("provider", "TAPI does not list it", "run: offhook tsp install")
            return
        yield Finding("provider", f"is listed, with the id {provider}")
        self._id = provider << 16 | self._line.index

    def _open(self) -> Iterator[Finding]:
        device = next((one for one in self._devices() if one.permanent == self._id), None)
        if device is None:
            yield _fail(
                "line",
                f"{self._line.shown} is in the settings, but TAPI does not show it",
                "start the telephony service anew (net stop tapisrv) or restart Windows; on a server where "
                "lines belong to users, give it to this user",
            )
            return
        try:
            self._tapi.open(device)
        except LineError as error:
            fix = NOT_OPENED.get(error.code, "see: offhook doctor, and: offhook tsp trace on")
            yield _fail("line", f"{device.name} cannot be opened ({error})", fix)
            return
        yield Finding("line", f"{device.name} is open, as TAPI's device {device.number}")
        end = self._clock() + SERVICE_S
        while not self._tapi.in_service():
            if self._clock() > end:
                yield self._out_of_service()
                return
            self._tapi.message(LOOK_MS)
        yield Finding(
            "Smart Messenger", f"took the login at {self._line.host}, {self._line.port}: in service"
        )

    def _devices(self) -> Iterator[Device]:
        for number in range(self._count):
            try:
                yield self._tapi.device(number)
            except LineError:
                continue  # another provider's that wants a program of another version

    def _out_of_service(self) -> Finding:
        at = (self._line.host, self._line.port)
        try:
            with socket.create_connection(at, CONNECT_S):
                pass
        except OSError as error:
            return _fail(
                "Smart Messenger",
                f"nobody answers at {at[0]}, {at[1]} ({error.strerror or error}): the line is out of service",
                "start it there: offhook messenger; if it runs on another computer, see its firewall",
            )
        return _fail(
            "Smart Messenger",
            f"one answers at {at[0]}, {at[1]}, but refuses the login: the line is out of service",
            "its token has changed, or it does not know the phone: remove the line and add it with the Smart "
            "Messenger's --token-file (offhook tsp line); see also: offhook check",
        )

    def _dial(self, number: str, ring_s: float) -> Iterator[Finding]:
        try:
            request = self._tapi.dial(number)
        except LineError as error:
            yield self._refused(error.code)
            return
        try:
            result = self._reply(request)
            if result is None:
                yield _fail("Smart Messenger", f"did not answer for {REPLY_S:g} s", "see its log")
                self._hang_up()
            elif result != 0:
                yield self._refused(result & 0xFFFF_FFFF)
            else:
                yield Finding("Call Manager", f"calls {number}")
                yield from self._follow(ring_s)
        except BaseException:  # interrupted: nobody's phone goes on ringing
            self._hang_up()
            raise

    def _refused(self, code: int) -> Finding:
        what, text, fix = REFUSED.get(
            code, ("provider", f"refused the call ({code:#010x})", "see: offhook tsp trace on")
        )
        if code == NOBODY_THERE:
            fix = self._why() or fix
        return _fail(what, text, fix)

    def _reply(self, request: int) -> int | None:
        end = self._clock() + REPLY_S
        self._early: list[Message] = []
        while self._clock() < end:
            message = self._tapi.message(LOOK_MS)
            if message is not None and message.kind == REPLY and message.one == request:
                return message.two
            if message is not None and message.kind == CALL_STATE:
                self._early.append(message)
        return None

    def _follow(self, ring_s: float) -> Iterator[Finding]:
        end = self._clock() + ring_s
        told = set[int]()
        while self._clock() < end:
            message = self._early.pop(0) if self._early else self._tapi.message(LOOK_MS)
            if message is None or message.kind != CALL_STATE:
                continue
            if message.one in STATES and message.one not in told:
                told.add(message.one)
                yield Finding(*STATES[message.one])
            elif message.one == CONNECTED:
                yield Finding("other phone", "answered; all of the way works")
                self._hang_up()
                return
            elif message.one == DISCONNECTED:
                what, text, fix = ENDS.get(message.two, ("switch", f"ended the call ({message.two:#x})", ""))
                there = what == "other phone"
                yield Finding(what, text, fix, Level.OK if there else Level.FAIL)
                return
            elif message.one == IDLE:
                yield Finding("call", "was hung up at your phone, or by another program", level=Level.WARN)
                return
        if RINGBACK in told:
            yield Finding("other phone", f"rang for {ring_s:g} s, and was hung up; the way there is in order")
        else:
            yield _fail(
                "your phone" if DIALTONE not in told else "switch",
                f"did nothing for {ring_s:g} s",
                "is it switched on, and does it take the call?"
                if DIALTONE not in told
                else "see: offhook check",
            )
        self._hang_up()

    def _hang_up(self) -> None:
        """As far as there is something to hang up: the call may have ended by itself."""
        try:
            self._tapi.drop()
        except LineError:
            return
        end = self._clock() + END_S
        while self._clock() < end:
            message = self._tapi.message(LOOK_MS)
            if message is not None and message.kind == CALL_STATE and message.one == IDLE:
                return


def _fail(what: str, text: str, fix: str) -> Finding:
    return Finding(what, text, fix, Level.FAIL)
