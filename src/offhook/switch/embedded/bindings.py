"""`RegistrationStore` in a file: without one no phone is reached after a restart until it registers again.

Only registrations over UDP are kept: a connection ends with the program, and its phone comes back by itself.
Hosts where phones have logged in are kept for all, so that others' guesses from there do not keep them out.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from offhook.common.privatefile import read_file, write_private
from offhook.common.throttle import Place
from offhook.errors import UnavailableError
from offhook.sip.message import SipParseError, Uri
from offhook.switch.embedded.ports import KeptBinding

logger = logging.getLogger(__name__)

MAX_FILE = 64 << 20
"""Bytes that are read: some 300,000 phones."""


BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux's id of this start of the machine. Elsewhere there is none, and the steady clock alone decides."""


class Moment(NamedTuple):
    """One moment on the wall clock and on the steady one, which begins anew with the machine (`boot`)."""

    epoch: float
    steady: float
    boot: str

    @classmethod
    def now(cls) -> Moment:
        """This one."""
        boot = ""
        with suppress(OSError):
            boot = BOOT.read_text(encoding="ascii").strip()
        return cls(time.time(), time.monotonic(), boot)

    def since(self, then: Moment) -> float:
        """Seconds since then: by the steady clock, or if the machine was started anew by the wall clock.

        0 if the wall clock was set back.
        """
        if self.boot == then.boot and self.steady >= then.steady:
            return self.steady - then.steady
        return max(0.0, self.epoch - then.epoch)


class FileRegistrations:
    """One file, for its owner only, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def read(self) -> tuple[list[KeptBinding], list[Place]]:
        """Nothing when there is no file, or it cannot be read: phones register anew, which takes a while."""
        return read_bindings(self._path), read_known(self._path)

    def write(self, bindings: Iterable[KeptBinding], known: Iterable[Place]) -> None:
        """Raises `UnavailableError`."""
        try:
            write_bindings(self._path, bindings, known=known)
        except OSError as error:
            raise UnavailableError(error.strerror or str(error), "check the disk") from error


def write_bindings(
    path: Path,
    bindings: Iterable[KeptBinding],
    now: Moment | None = None,
    known: Iterable[tuple[str, str]] = (),
) -> None:
    """Write the file whole or not at all, for its owner only. Raises `OSError`.

    `known` are hosts, each with a terminal.
    """
    moment = now or Moment.now()
    rows = [list(binding) for binding in bindings]
    write_private(path, json.dumps({"written": list(moment), "registrations": rows, "known": list(known)}))


def read_bindings(path: Path, now: Moment | None = None) -> list[KeptBinding]:
    """The registrations, their `expires` by the present wall clock.

    Empty when there is no file, or it cannot be read: phones register anew, which only takes a while.
    """
    try:
        data = json.loads(read_file(path, MAX_FILE))
        if isinstance(data, list):  # as written before the moment was kept
            return [binding_of_row(row) for row in data]
        moment, (epoch, steady, boot) = now or Moment.now(), data["written"]
        then = Moment(float(epoch), float(steady), str(boot))
        later = moment.epoch - then.epoch - moment.since(then)
        kept = [binding_of_row(row) for row in data["registrations"]]
        return [binding._replace(expires=binding.expires + later) for binding in kept]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, RecursionError, SipParseError) as error:
        logger.warning("%s: registrations are not taken over (%s); phones will register anew", path, error)
        return []


def read_known(path: Path) -> list[tuple[str, str]]:
    """The known hosts, each with a terminal; empty when the file cannot be read."""
    try:
        data = json.loads(read_file(path, MAX_FILE))
        return [(str(host), str(terminal)) for host, terminal in data["known"]]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return []  # `read_bindings` logs it; or the file is of a version without them


def binding_of_row(row: object) -> KeptBinding:
    """A registration as it was written in JSON. Raises `ValueError`, `TypeError` or `SipParseError`."""
    known = len(KeptBinding._fields)
    if not isinstance(row, list) or not known - len(KeptBinding._field_defaults) <= len(row) <= known:
        raise ValueError("not a list of registrations")
    terminal, uri, host, port, expires, call_id, cseq, *phone = row
    Uri.parse(str(uri))
    ip_address(str(host))
    if not 0 < int(port) < 1 << 16:
        raise ValueError("no port")
    return KeptBinding(
        *(str(terminal), str(uri), str(host), int(port), float(expires), str(call_id), int(cseq)),
        *map(str, phone),
    )
