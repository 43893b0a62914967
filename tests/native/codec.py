"""The C codec of the TSP session, compiled as a shared library, and its messages as Python values."""

import ctypes
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "native" / "tsp"
SOURCES = ("session_field.c", "session.c", "session3.c")
STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wno-sign-conversion", "-ffreestanding")

UNDEFINED = ("-fsanitize=undefined", "-fno-sanitize-recover=all")
"""What C leaves undefined ends the process with a word. The address sanitizer would have to be in Python
itself: the fuzzer's corpus is replayed under both, in a program of its own."""

MAX_MESSAGE = 4096
"""SESSION_MAX_MESSAGE: bytes of the reader."""

STATES = ("", "OffHookState", "ProceedState", "RingBackState", "ConnectedState", "OnHookState")
CAUSES = (
    *("", "normal", "dropped", "busy", "no-answer", "rejected", "unreachable", "invalid-address"),
    *("not-allowed", "terminal-unavailable", "terminal-rejected", "failure"),
)
"""Wire names in the order of the header's enumerations."""


class Text(ctypes.Structure):
    _fields_ = (("bytes", ctypes.c_void_p), ("length", ctypes.c_size_t))

    def text(self) -> str:
        """As a string; raises when it is not UTF-8."""
        return ctypes.string_at(self.bytes, self.length).decode() if self.length else ""


class _Message(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_int),
        ("success", ctypes.c_bool),
        ("version_2", ctypes.c_bool),
        ("version_3", ctypes.c_bool),
        ("reason", Text),
        ("state", ctypes.c_int),
        ("cause", ctypes.c_int),
        *((name, Text) for name in ("terminal", "call_id")),
        *((name, Text) for name in ("caller_name", "caller_id", "callee_name", "callee_id")),
        ("values", Text),
    )


class _Reader(ctypes.Structure):
    _fields_ = (
        ("bytes", ctypes.c_char * MAX_MESSAGE),
        *((name, ctypes.c_size_t) for name in ("begin", "end", "scanned")),
        ("broken", ctypes.c_bool),
        ("version_3", ctypes.c_bool),
    )


@dataclass(frozen=True)
class Response:
    """A response, as the C codec has it."""

    success: bool
    version_2: bool = False
    reason: str = ""
    version_3: bool = False
    terminal: str = ""


@dataclass(frozen=True)
class Notify:
    """A CALL_STATE or CALL_INFO, as the C codec has it; state and cause by their wire names."""

    kind: str
    terminal: str
    state: str
    call_id: str
    caller_name: str = ""
    caller_id: str = ""
    callee_name: str = ""
    callee_id: str = ""
    cause: str = ""


BAD_MESSAGE = "bad message"
PROTOCOL_ERROR = "protocol error"
Told = Response | Notify | str
"""What the reader said: a message, `BAD_MESSAGE`, or `PROTOCOL_ERROR`."""


class CodecError(Exception):
    """The codec did something that its header rules out."""


def build(folder: Path) -> "Codec":
    """Compile the codec into `folder`, with the warnings that the DLL is compiled with."""
    library = folder / "session.so"
    compiler = shutil.which("cc")
    if compiler is None:
        raise CodecError("no C compiler; run: apt-get install gcc libc6-dev")
    command = [
        compiler,
        *STRICT,
        *UNDEFINED,
        "-O1",
        "-g",
        "-shared",
        "-fPIC",
        "-o",
        str(library),
        *(str(SOURCE / name) for name in SOURCES),
    ]
    subprocess.run(command, check=True)
    return Codec(ctypes.CDLL(str(library)))


class Codec:
    """The functions of session.h; codec3.py has those of session3.h."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._c = self.library = library
        self._c.session_room.restype = ctypes.c_size_t
        for name in ("session_login", "session_dial", "session_drop", "session3_login", "session3_request"):
            getattr(self._c, name).restype = ctypes.c_size_t
        for name in ("session3_read_result", "session3_read_line", "session3_read_call"):
            getattr(self._c, name).restype = ctypes.c_bool

    def reader(self, *, version_3: bool = False) -> "Reader":
        return Reader(self._c, version_3)

    def login(self, terminal: str, token: str, size: int = MAX_MESSAGE) -> bytes:
        return self.write(self._c.session_login, size, terminal.encode(), token.encode())

    def dial(self, address: str, size: int = MAX_MESSAGE) -> bytes:
        return self.write(self._c.session_dial, size, address.encode())

    def drop(self, which: str, size: int = MAX_MESSAGE) -> bytes:
        return self.write(self._c.session_drop, size, which.encode())

    def write(self, function: Any, size: int, *arguments: Any) -> bytes:
        """The bytes written, empty for "does not fit". Nothing may be written behind the buffer."""
        guard = b"\xa5" * 16
        out = ctypes.create_string_buffer(b"\xa5" * size + guard, size + len(guard))
        length = function(out, ctypes.c_size_t(size), *arguments)
        if out.raw[size:] != guard or length > size:
            raise CodecError(f"{length} bytes written into {size}")
        return out.raw[:length]


class Reader:
    """The reader of one connection, used as its header says."""

    def __init__(self, library: ctypes.CDLL, version_3: bool) -> None:
        self._c = library
        self._reader = _Reader()
        self._c.session_begin(ctypes.byref(self._reader))
        self._reader.version_3 = version_3
        self.broken = False

    def receive(self, data: bytes, value: Callable[[_Message], Any] = lambda _: None) -> list[Any]:
        """The messages completed by these bytes, in order: a `Told`, or what `value` makes of it."""
        told: list[Any] = []
        while data and not self.broken:
            where = ctypes.c_void_p()
            room = self._c.session_room(ctypes.byref(self._reader), ctypes.byref(where))
            if not 0 < room <= MAX_MESSAGE or where.value is None:
                raise CodecError(f"room for {room} bytes after SESSION_MORE")
            piece, data = data[:room], data[room:]
            ctypes.memmove(where.value, piece, len(piece))
            self._c.session_received(ctypes.byref(self._reader), ctypes.c_size_t(len(piece)))
            told += self._take(value)
        return told

    def _take(self, value: Callable[[_Message], Any]) -> Iterable[Any]:
        message = _Message()
        while True:
            result = self._c.session_next(ctypes.byref(self._reader), ctypes.byref(message))
            if result == 0:
                return
            if result == 2:
                self.broken = True
                yield PROTOCOL_ERROR
                return
            made = value(message)
            yield _value(message) if made is None else made


def _value(message: _Message) -> Told:
    match message.kind:
        case 0:
            return BAD_MESSAGE
        case 1:
            return Response(
                message.success,
                message.version_2,
                message.reason.text(),
                message.version_3,
                message.terminal.text(),
            )
        case 2 | 3:
            parties = (message.caller_name, message.caller_id, message.callee_name, message.callee_id)
            kind, state = ("CALL_STATE" if message.kind == 2 else "CALL_INFO"), STATES[message.state]
            caller_name, caller_id, callee_name, callee_id = [text.text() for text in parties]
            ids = (message.terminal.text(), state, message.call_id.text())
            return Notify(kind, *ids, caller_name, caller_id, callee_name, callee_id, CAUSES[message.cause])
    raise CodecError(f"message of kind {message.kind}")
