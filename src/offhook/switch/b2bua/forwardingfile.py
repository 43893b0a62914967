"""`ForwardingStore` in a file."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from offhook.call import Forwarding, ForwardWhen
from offhook.common.privatefile import read_file, write_private
from offhook.errors import UnavailableError
from offhook.switch.b2bua.forwardings import KeptForwarding
from offhook.switch.b2bua.number import callable_number

logger = logging.getLogger(__name__)

MAX_FILE = 16 << 20
"""Bytes that are read: some 80,000 terminals with three forwardings each."""


class FileForwardings:
    """One file, for its owner only, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def read(self) -> Mapping[str, KeptForwarding]:
        """Nothing when there is no file, or it cannot be read: that is logged, and phones ring."""
        try:
            data = json.loads(read_file(self._path, MAX_FILE))
            return {str(terminal): unpacked(one) for terminal, one in data["terminals"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            logger.error("%s: forwardings are lost (%s); set them anew", self._path, error)
            return {}

    def write(self, kept: Mapping[str, KeptForwarding]) -> None:
        """Raises `UnavailableError`."""
        terminals = {terminal: packed(of) for terminal, of in kept.items()}
        try:
            write_private(self._path, json.dumps({"terminals": terminals}))
        except OSError as error:
            raise UnavailableError(
                f"{self._path}: forwardings cannot be kept ({error.strerror or error})", "check the disk"
            ) from error


def packed(of: KeptForwarding) -> dict[str, object]:
    """What is in force for a terminal, for JSON."""
    return {
        "forwardings": [[one.when.value, one.address, one.after_s] for one in of.forwardings],
        "do_not_disturb": of.do_not_disturb,
    }


def unpacked(one: Mapping[str, object]) -> KeptForwarding:
    """The same back. Raises `ValueError`, `TypeError`, `KeyError` and `AttributeError` for what is none."""
    rows = one["forwardings"]
    if not isinstance(rows, list):
        raise ValueError("not a list of forwardings")
    return KeptForwarding(tuple(_forwarding(row) for row in rows), bool(one["do_not_disturb"]))


def _forwarding(row: object) -> Forwarding:
    if not isinstance(row, list):
        raise ValueError("not a forwarding")
    when, address, after_s = row
    if not callable_number(str(address)):
        raise ValueError("not a number to forward to")
    if ForwardWhen(when) is ForwardWhen.UNKNOWN:
        raise ValueError("not a case in which calls are forwarded")
    return Forwarding(ForwardWhen(when), str(address), max(0.0, float(after_s)))
