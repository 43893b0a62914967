"""The Call Manager as a service of Windows: made, started, stopped and removed by the service manager."""

import ctypes
import hashlib
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from offhook.windows.ports import TelephonyError
from offhook.windows.service import START, STATUS, Services, code, failed
from offhook.windows.win32 import last_error

NAME: Final = "Offhook"

SHOWN: Final = "Offhook Call Manager"

ACCOUNT: Final = rf"NT SERVICE\{NAME}"
"""A virtual account: the service's own, without a password, with a user's rights and no more (Windows 7 and
later: Service User Accounts)."""

LOCAL_SERVICE: Final = r"NT AUTHORITY\LocalService"
"""Where there are no virtual accounts. The service's files are its own all the same, by its SID."""

START_S: Final = 90.0
"""A service that has not told that it runs by then hangs: a certificate or PBX is waited for 30 s at most."""

PRESHUTDOWN_MS: Final = 20_000
"""How long a computer that is shut down waits for it: calls are ended and written, phones are told."""

RESTARTS_MS: Final = (5_000, 30_000, 60_000)
"""After how long it is started again that has crashed, for the first, the second and every further time."""

HEALTHY_S: Final = 86_400
"""Without a crash for so long, the next one counts as the first."""

PRIVILEGES: Final = ("SeChangeNotifyPrivilege",)
"""Of the privileges of its account it keeps the one that everybody has, to pass through folders."""

STATES: Final = {1: "stopped", 2: "starting", 3: "stopping", 4: "running", 7: "paused"}

_CREATE: Final = 0x0002
_ALL: Final = 0xF01FF
_DELETE: Final = 0x10000
_OWN_PROCESS: Final = 0x10
_AUTOMATIC: Final = 2
_LOG_ERRORS: Final = 1
_EXISTS, _MARKED, _BAD_ACCOUNT = 1073, 1072, 1057
_DESCRIPTION, _FAILURES, _DELAYED, _SID, _PRIVILEGES, _PRESHUTDOWN = 1, 2, 3, 5, 6, 7
_UNRESTRICTED: Final = 1
_RESTART: Final = 1
_POLL_S: Final = 0.1


class _Action(ctypes.Structure):
    """SC_ACTION."""

    _fields_ = (("kind", ctypes.c_uint32), ("delay", ctypes.c_uint32))


class _Failures(ctypes.Structure):
    """SERVICE_FAILURE_ACTIONSW."""

    _fields_ = (
        ("reset", ctypes.c_uint32),
        ("message", ctypes.c_wchar_p),
        ("command", ctypes.c_wchar_p),
        ("count", ctypes.c_uint32),
        ("actions", ctypes.POINTER(_Action)),
    )


class _Text(ctypes.Structure):
    """SERVICE_DESCRIPTIONW."""

    _fields_ = (("text", ctypes.c_wchar_p),)


class _Texts(ctypes.Structure):
    """SERVICE_REQUIRED_PRIVILEGES_INFOW: texts, each with its end, and one more end."""

    _fields_ = (("texts", ctypes.c_void_p),)


class _Number(ctypes.Structure):
    """SERVICE_DELAYED_AUTO_START_INFO, SERVICE_SID_INFO, SERVICE_PRESHUTDOWN_INFO."""

    _fields_ = (("number", ctypes.c_uint32),)


def service_sid(name: str = NAME) -> str:
    """The SID of a service, by which it is given rights: of its name alone (`sc showsid`)."""
    digest = hashlib.sha1(name.upper().encode("utf-16-le"), usedforsecurity=False).digest()
    return "-".join(("S-1-5-80", *(str(part) for part in struct.unpack("<5I", digest))))


def quoted(command: list[str]) -> str:
    """A command line. Each part stands in quotation marks: in a path with a blank that has none, Windows
    would first look for programs that are named like its beginning, `C:\\Program.exe`.

    Raises `TelephonyError` for a part that cannot be written so.
    """
    for part in command:
        if '"' in part or part.endswith("\\"):
            raise TelephonyError(f"{part!r} cannot be in a service's command; name another path")
    return " ".join(f'"{part}"' for part in command)


class OwnService(Services):
    """Raises `TelephonyError`."""

    busy = "a call may just be ending"

    def state(self) -> str:
        """How it is; "" where it is not installed."""
        with self._open(NAME, STATUS) as service:
            return "" if service is None else STATES.get(self._state(service), "unknown")

    def install(self, command: str, description: str) -> list[str]:
        """Make it, or change what there is to this. What this Windows does not take is returned."""
        with self._manager() as manager:
            service = self._create(manager, command, ACCOUNT)
            if not service and code(last_error()) == _BAD_ACCOUNT:
                service = self._create(manager, command, LOCAL_SERVICE)
            error = last_error()
            if not service and code(error) == _EXISTS:
                service = self._change(manager, command)
                error = last_error()
            if not service:
                if code(error) == _MARKED:
                    raise TelephonyError(
                        f"the service {NAME} is just being removed; close the window of services, and repeat"
                    )
                raise failed(NAME, "be made", error)
            try:
                return self._configure(service, description)
            finally:
                self._api.CloseServiceHandle(service)

    def start(self) -> None:
        """Start it, and wait until it runs."""
        with self._open(NAME, START | STATUS) as service:
            if service is None:
                raise TelephonyError("it is not installed; see: offhook service install")
            self._start(NAME, service)
            end = time.monotonic() + START_S
            while (state := STATES.get(self._state(service))) != "running":
                if state == "stopped":
                    raise TelephonyError("it has ended at once; see why: offhook service status")
                if time.monotonic() > end:
                    raise TelephonyError(f"it does not run after {START_S:g} s; see why in its log")
                time.sleep(_POLL_S)

    def stop(self) -> None:
        """Stop it, and wait until it has."""
        self.stop_other(NAME)

    def remove(self) -> bool:
        """Stop it and remove it; False if there is none."""
        self.stop()
        with self._open(NAME, _DELETE) as service:
            if service is None:
                return False
            if not self._api.DeleteService(service) and code(last_error()) != _MARKED:
                raise failed(NAME, "be removed", last_error())
        return True

    def _create(self, manager: ctypes.c_void_p, command: str, account: str) -> ctypes.c_void_p:
        self._api.CreateServiceW.restype = ctypes.c_void_p
        made = self._api.CreateServiceW(
            *(manager, NAME, SHOWN, _ALL, _OWN_PROCESS, _AUTOMATIC, _LOG_ERRORS, command),
            *(None, None, None, account, None),
        )
        return ctypes.c_void_p(made)

    def _change(self, manager: ctypes.c_void_p, command: str) -> ctypes.c_void_p:
        service = ctypes.c_void_p(self._api.OpenServiceW(manager, ctypes.c_wchar_p(NAME), _ALL))
        if service and not self._api.ChangeServiceConfigW(
            *(service, _OWN_PROCESS, _AUTOMATIC, _LOG_ERRORS, command),
            *(None, None, None, None, None, SHOWN),
        ):
            error = last_error()
            self._api.CloseServiceHandle(service)
            raise failed(NAME, "be changed", error)
        return service

    def _configure(self, service: ctypes.c_void_p, description: str) -> list[str]:
        actions = (_Action * len(RESTARTS_MS))(*(_Action(_RESTART, delay) for delay in RESTARTS_MS))
        privileges = ctypes.create_unicode_buffer("\0".join(PRIVILEGES) + "\0")
        wanted: tuple[tuple[int, Any, str], ...] = (
            (_DESCRIPTION, _Text(description), "its description"),
            (_FAILURES, _Failures(HEALTHY_S, None, None, len(actions), actions), "to be started again"),
            (_DELAYED, _Number(1), "to be started late"),
            (_SID, _Number(_UNRESTRICTED), "a SID of its own"),
            (_PRIVILEGES, _Texts(ctypes.addressof(privileges)), "to have few privileges"),
            (_PRESHUTDOWN, _Number(PRESHUTDOWN_MS), "to be told before a shutdown"),
        )
        return [
            what
            for kind, value, what in wanted
            if not self._api.ChangeServiceConfig2W(service, kind, ctypes.byref(value))
        ]

    @contextmanager
    def _manager(self) -> Iterator[ctypes.c_void_p]:
        manager = ctypes.c_void_p(self._api.OpenSCManagerW(None, None, 1 | _CREATE))
        if not manager:
            raise failed(NAME, "be made", last_error())
        try:
            yield manager
        finally:
            self._api.CloseServiceHandle(manager)
