"""The process of a service, as the service manager wants it (advapi32: StartServiceCtrlDispatcherW)."""

import ctypes
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from offhook.windows.ports import TelephonyError
from offhook.windows.service import ServiceStatus, code
from offhook.windows.win32 import last_error, load

CONNECT_S: Final = 30.0
"""As long as the service manager itself waits for a process that it has started."""

START_HINT_MS: Final = 60_000
STOP_HINT_MS: Final = 30_000
"""How long starting and stopping take at most, for whoever waits for it."""

_OWN_PROCESS: Final = 0x10
_STOPPED, _STARTING, _STOPPING, _RUNNING = 1, 2, 3, 4
_STOP, _INTERROGATE, _SHUTDOWN, _PRESHUTDOWN = 1, 4, 5, 15
_ACCEPTS: Final = 0x1 | 0x4 | 0x100
"""SERVICE_ACCEPT_STOP, _SHUTDOWN and _PRESHUTDOWN."""
_NOT_IMPLEMENTED: Final = 120
_SPECIFIC: Final = 1066
_NOT_BY_THE_MANAGER: Final = 1063

_ENDS: Final = frozenset({_STOP, _SHUTDOWN, _PRESHUTDOWN})

SOURCE: Final = "Offhook"
"""In Windows' event log."""
_MESSAGE: Final = 1
"""EventCreate.exe has messages that are the text alone."""
ERROR, WARNING, INFORMATION = 1, 2, 4
MAX_TEXT: Final = 30_000
"""Characters of an event's text (ReportEventW: 31,839)."""


class ServiceProcess:
    """Tells the service manager how this process is, and is told by it to end.

    `connect` first: nothing else may take long before it. The manager's threads only set flags here.
    """

    def __init__(self, name: str) -> None:
        self._api: Any = load("advapi32")
        self._api.RegisterServiceCtrlHandlerExW.restype = ctypes.c_void_p
        self._name = name
        self._on_end: Callable[[], object] = _nothing
        self._lock = threading.Lock()
        self._state, self._told = _STARTING, threading.Event()
        self._handle: ctypes.c_void_p | None = None
        self._error: OSError | None = None
        self._table: Any = None
        self._handler: Any = None
        if sys.platform == "win32":
            main = ctypes.WINFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p)
            handler = ctypes.WINFUNCTYPE(
                *(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p)
            )

            class Entry(ctypes.Structure):
                """SERVICE_TABLE_ENTRYW."""

                _fields_ = (("name", ctypes.c_wchar_p), ("main", main))

            # Kept here as long as Windows may call them.
            self._main, self._handler = main(self._begin), handler(self._control)
            self._table = (Entry * 2)(Entry(name, self._main), Entry(None, main()))

    def connect(self) -> None:
        """Raises `TelephonyError` if the service manager has not started this process."""
        # No console: there everybody who logs off would end it (HandlerRoutine, CTRL_LOGOFF_EVENT).
        load("kernel32").FreeConsole()
        threading.Thread(target=self._dispatch, name="service", daemon=True).start()
        if not self._told.wait(CONNECT_S) or self._handle is None:
            error = self._error
            usual = error is None or code(error) == _NOT_BY_THE_MANAGER
            why = "" if usual else f" ({error})"
            raise TelephonyError(
                f"this is run by Windows' service manager only{why}; see: offhook service start"
            )

    def running(self, on_end: Callable[[], object]) -> None:
        """All is up. `on_end` is called in a thread of Windows' when it is to end."""
        self._on_end = on_end
        self._tell(_RUNNING, accepts=_ACCEPTS)

    def stopped(self, problem: int = 0) -> None:
        """It is over, with a number of our own if something was wrong. One that ends without telling this has
        crashed, and is started again."""
        self._tell(_STOPPED, problem=problem)

    def _dispatch(self) -> None:
        if not self._api.StartServiceCtrlDispatcherW(ctypes.byref(self._table)):
            self._error = last_error()
            self._told.set()

    def _begin(self, _count: int, _arguments: int | None) -> None:
        handle = self._api.RegisterServiceCtrlHandlerExW(ctypes.c_wchar_p(self._name), self._handler, None)
        if handle:
            self._handle = ctypes.c_void_p(handle)
            self._tell(_STARTING, hint=START_HINT_MS)
        else:
            self._error = last_error()
        self._told.set()

    def _control(self, control: int, _kind: int, _data: int | None, _context: int | None) -> int:
        if control in _ENDS:
            self._tell(_STOPPING, hint=STOP_HINT_MS)
            self._on_end()
            return 0
        return 0 if control == _INTERROGATE else _NOT_IMPLEMENTED

    def _tell(self, state: int, *, accepts: int = 0, hint: int = 0, problem: int = 0) -> None:
        with self._lock:
            if self._state == _STOPPED or (self._state == _STOPPING and state == _RUNNING):
                return
            self._state = state
            status = ServiceStatus(_OWN_PROCESS, state, accepts, 0, 0, int(bool(hint)), hint)
            if problem:
                status.exit, status.specific_exit = _SPECIFIC, problem
            self._api.SetServiceStatus(self._handle, ctypes.byref(status))


def _nothing() -> None:
    pass


def report(kind: int, text: str) -> None:
    """Write an event into Windows' event log; where that is not possible, none."""
    api = load("advapi32")
    api.RegisterEventSourceW.restype = ctypes.c_void_p
    log = ctypes.c_void_p(api.RegisterEventSourceW(None, ctypes.c_wchar_p(SOURCE)))
    if log:
        texts = (ctypes.c_wchar_p * 1)(text[:MAX_TEXT])
        api.ReportEventW(log, kind, 0, _MESSAGE, None, 1, 0, texts, None)
        api.DeregisterEventSource(log)
