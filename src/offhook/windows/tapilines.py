"""Telephone lines as a dialling program uses them, through tapi32.dll.

learn.microsoft.com: lineInitializeExW, lineNegotiateAPIVersion, lineOpenW, lineMakeCallW, lineGetMessage,
LINEDEVCAPS, LINEDEVSTATUS, LINEMESSAGE.
"""

import ctypes
import struct
from ctypes import byref, c_size_t, c_uint32, c_wchar_p
from dataclasses import dataclass
from typing import Any, Final

from offhook.windows.ports import TelephonyError
from offhook.windows.win32 import load

REPLY: Final = 12
CALL_STATE: Final = 2
"""LINE_REPLY and LINE_CALLSTATE: the messages that a dialling program waits for."""

OLDEST: Final = 0x0001_0004
NEWEST: Final = 0x0002_0002

_USE_EVENT: Final = 2
_PRIVILEGE_NONE: Final = 1
"""As Outlook and the Phone Dialer open a line: they want no calls but those that they make."""
_IN_SERVICE: Final = 4
_ROOM: Final = 8192
"""Bytes for the capabilities of a line; ours take one."""
_NAME: Final = "Offhook line test"


class _Parameters(ctypes.Structure):
    """LINEINITIALIZEEXPARAMS; tapi.h packs its structures."""

    _pack_ = 1
    _fields_ = (
        ("total", c_uint32),
        ("needed", c_uint32),
        ("used", c_uint32),
        ("options", c_uint32),
        ("event", c_size_t),
        ("key", c_uint32),
    )


class _Message(ctypes.Structure):
    """LINEMESSAGE."""

    _pack_ = 1
    _fields_ = (
        ("device", c_uint32),
        ("kind", c_uint32),
        ("instance", c_size_t),
        ("one", c_size_t),
        ("two", c_size_t),
        ("three", c_size_t),
    )


class LineError(TelephonyError):
    """A function of TAPI failed: `code` is its LINEERR_, as an unsigned number."""

    def __init__(self, function: str, code: int) -> None:
        super().__init__(f"{function} failed with {code:#010x}")
        self.function, self.code = function, code


@dataclass(frozen=True)
class Device:
    """A line that TAPI shows to programs. `permanent` is the id by which they remember it."""

    number: int
    version: int
    name: str
    permanent: int


@dataclass(frozen=True)
class Message:
    """LINEMESSAGE. For REPLY, `one` is the request and `two` its result; for CALL_STATE, `one` the state."""

    kind: int
    device: int
    one: int
    two: int


class TapiLines:
    """One program's use of TAPI: one line of it, and one call. Every method may raise `LineError`."""

    def __init__(self) -> None:
        self._api: Any = load("tapi32")
        # Handles are DWORDs that TAPI may write into more room, and calls are filled in later.
        self._app, self._line, self._call = c_size_t(), c_size_t(), c_size_t()

    def start(self) -> int:
        """Begin; how many lines TAPI has."""
        count, version = c_uint32(), c_uint32(NEWEST)
        parameters = _Parameters(total=ctypes.sizeof(_Parameters), options=_USE_EVENT)
        arguments = (None, None, c_wchar_p(_NAME), byref(count), byref(version), byref(parameters))
        _check("lineInitializeExW", self._api.lineInitializeExW(byref(self._app), *arguments))
        return count.value

    def device(self, number: int) -> Device:
        """What this line is."""
        version, extension = c_uint32(), (c_uint32 * 4)()
        negotiated = self._api.lineNegotiateAPIVersion(
            self._app, number, OLDEST, NEWEST, byref(version), extension
        )
        _check("lineNegotiateAPIVersion", negotiated)
        room = ctypes.create_string_buffer(struct.pack("<I", _ROOM), _ROOM)
        _check("lineGetDevCapsW", self._api.lineGetDevCapsW(self._app, number, version, 0, room))
        permanent, size, at = struct.unpack_from("<III", room, 28)
        name = room.raw[at : at + size].decode("utf-16-le", "replace").partition("\0")[0]
        return Device(number, version.value, name, permanent)

    def open(self, device: Device) -> None:
        """Open it, as a program that only dials."""
        arguments = (
            device.number,
            byref(self._line),
            device.version,
            0,
            c_size_t(0),
            _PRIVILEGE_NONE,
            0,
            None,
        )
        _check("lineOpenW", self._api.lineOpenW(self._app, *arguments))

    def in_service(self) -> bool:
        """Can the open line be used?"""
        room = ctypes.create_string_buffer(struct.pack("<I", _ROOM), _ROOM)
        _check("lineGetLineDevStatusW", self._api.lineGetLineDevStatusW(self._line, room))
        return bool(struct.unpack_from("<I", room, 56)[0] & _IN_SERVICE)

    def dial(self, number: str) -> int:
        """Begin a call; the request that is answered by a REPLY."""
        result: int = self._api.lineMakeCallW(self._line, byref(self._call), c_wchar_p(number), 0, None)
        if result <= 0:
            _check("lineMakeCallW", result)
        return result

    def message(self, limit_ms: int) -> Message | None:
        """The next message, None if there is none in this time."""
        came = _Message()
        if self._api.lineGetMessage(self._app, byref(came), limit_ms) != 0:
            return None
        return Message(came.kind, came.device, came.one, came.two)

    def drop(self) -> None:
        """Hang up."""
        result: int = self._api.lineDrop(self._call, None, 0)
        if result <= 0:
            _check("lineDrop", result)

    def end(self) -> None:
        """Close everything. It hangs up nobody: `drop` does."""
        if self._call:
            self._api.lineDeallocateCall(self._call)
        if self._line:
            self._api.lineClose(self._line)
        if self._app:
            self._api.lineShutdown(self._app)
        self._app, self._line, self._call = c_size_t(), c_size_t(), c_size_t()


def _check(function: str, result: int) -> None:
    if result != 0:
        raise LineError(function, result & 0xFFFF_FFFF)
