"""Services by Windows' service manager (advapi32), and TapiSrv, which hosts the providers."""

import ctypes
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from offhook.windows.ports import TelephonyError
from offhook.windows.win32 import last_error, load

NAME: Final = "TapiSrv"

STOP_S: Final = 30.0
"""A service may take as long as Windows itself waits for one."""
_POLL_S: Final = 0.1

_CONNECT: Final = 0x0001
STATUS, _DEPENDENTS, START, STOP = 0x0004, 0x0008, 0x0010, 0x0020
_ACTIVE: Final = 1
STOPPED: Final = 1
_CONTROL_STOP: Final = 1
_GONE: Final = frozenset({109, 232, 233})
"""ERROR_BROKEN_PIPE, _NO_DATA, _PIPE_NOT_CONNECTED: its process has just ended by itself."""
_MORE_DATA, _NO_SUCH_SERVICE, _ALREADY_RUNNING, _NOT_ACTIVE = 234, 1060, 1056, 1062


class ServiceStatus(ctypes.Structure):
    """SERVICE_STATUS."""

    _fields_ = tuple(
        (name, ctypes.c_uint32)
        for name in ("kind", "state", "controls", "exit", "specific_exit", "check_point", "wait_hint")
    )


class _Dependent(ctypes.Structure):
    """ENUM_SERVICE_STATUSW."""

    _fields_ = (("name", ctypes.c_wchar_p), ("shown", ctypes.c_wchar_p), ("status", ServiceStatus))


class Services:
    """Those of this computer. Raises `TelephonyError`."""

    busy = "a program may be using it; close the programs that dial"
    """Why one may not stop, and what to do."""

    def __init__(self) -> None:
        self._api: Any = load("advapi32")
        for function in ("OpenSCManagerW", "OpenServiceW"):
            getattr(self._api, function).restype = ctypes.c_void_p

    def stop_other(self, name: str) -> None:
        """See `TelephonyService`."""
        with self._open(name, STATUS | STOP) as service:
            if service is None:
                return
            if not self._api.ControlService(service, _CONTROL_STOP, ctypes.byref(ServiceStatus())):
                error = last_error()
                if code(error) in _GONE:
                    return
                if code(error) != _NOT_ACTIVE:
                    raise failed(name, "be stopped", error)
            end = time.monotonic() + STOP_S
            while self._state(service) != STOPPED:
                if time.monotonic() > end:
                    raise TelephonyError(
                        f"the service {name} does not stop, {self.busy}, or restart Windows, and repeat "
                        "the command"
                    )
                time.sleep(_POLL_S)

    def start_other(self, name: str) -> None:
        """See `TelephonyService`."""
        with self._open(name, START) as service:
            if service is not None:
                self._start(name, service)

    def _start(self, name: str, service: ctypes.c_void_p) -> None:
        if not self._api.StartServiceW(service, 0, None):
            error = last_error()
            if code(error) != _ALREADY_RUNNING:
                raise failed(name, "be started again", error)

    def _state(self, service: ctypes.c_void_p) -> int:
        status = ServiceStatus()
        if not self._api.QueryServiceStatus(service, ctypes.byref(status)):
            raise failed("", "tell its state", last_error())
        return int(status.state)

    @contextmanager
    def _open(self, name: str, rights: int) -> Iterator[ctypes.c_void_p | None]:
        """None when there is no such service."""
        manager = ctypes.c_void_p(self._api.OpenSCManagerW(None, None, _CONNECT))
        if not manager:
            raise failed(name, "be reached", last_error())
        service = ctypes.c_void_p(self._api.OpenServiceW(manager, ctypes.c_wchar_p(name), rights))
        error = last_error() if not service else None
        try:
            if error is not None and code(error) != _NO_SUCH_SERVICE:
                raise failed(name, "be opened", error)
            yield service if service else None
        finally:
            for handle in (service, manager):
                if handle:
                    self._api.CloseServiceHandle(handle)


class TapiService(Services):
    """See `TelephonyService`."""

    def running(self) -> bool:
        """See `TelephonyService`. A Windows without the service has it not running."""
        with self._open(NAME, STATUS) as service:
            return service is not None and self._state(service) != STOPPED

    def dependents(self) -> list[str]:
        """See `TelephonyService`."""
        with self._open(NAME, _DEPENDENTS) as service:
            if service is None:
                return []
            needed, count = ctypes.c_uint32(), ctypes.c_uint32()
            size = 0
            while True:
                room = ctypes.create_string_buffer(max(size, 1))
                done = self._api.EnumDependentServicesW(
                    service, _ACTIVE, room, size, ctypes.byref(needed), ctypes.byref(count)
                )
                if done:
                    entries = ctypes.cast(room, ctypes.POINTER(_Dependent))
                    return [str(entries[position].name) for position in range(count.value)]
                error = last_error()
                if code(error) != _MORE_DATA:
                    raise failed(NAME, "tell what needs it", error)
                size = needed.value

    def stop(self) -> None:
        """See `TelephonyService`."""
        self.stop_other(NAME)

    def start(self) -> None:
        """See `TelephonyService`."""
        self.start_other(NAME)


def code(error: OSError) -> int | None:
    """Windows' number of it."""
    return getattr(error, "winerror", None)  # there is none elsewhere than on Windows


def failed(name: str, what: str, error: OSError) -> TelephonyError:
    """What could not be done with a service."""
    which = f"the service {name}" if name else "the service"
    return TelephonyError(f"{which} cannot {what} ({error.strerror or error}); be an administrator")
