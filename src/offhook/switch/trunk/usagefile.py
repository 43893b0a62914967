"""`UsageStore` in a file."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from offhook.common.privatefile import read_file, write_private
from offhook.errors import UnavailableError
from offhook.switch.trunk.limits import TrunkUsage

logger = logging.getLogger(__name__)

MAX_FILE = 4 << 20
"""Bytes that are read: a trunk takes 2 KB at most, 61 minutes of an hour with a count."""

UNREADABLE = (ArithmeticError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading it raises where it is something else."""


class FileUsage:
    """Keeps the usage in one file, which only its owner can read, and which is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return str(self._path)

    def read(self) -> Mapping[str, TrunkUsage]:
        """The usage in the file. Empty without a file; also if it cannot be read: that is logged, and the
        limits count from zero."""
        try:
            data = json.loads(read_file(self._path, MAX_FILE))
            return {str(name): unpacked(one) for name, one in data["trunks"].items()}
        except FileNotFoundError:
            return {}
        except (OSError, *UNREADABLE) as error:
            logger.error("%s: what trunks have used is lost (%s); their limits begin anew", self._path, error)
            return {}

    def write(self, usages: Mapping[str, TrunkUsage]) -> None:
        """Raises `UnavailableError`."""
        trunks = {name: packed(usage) for name, usage in usages.items()}
        try:
            write_private(self._path, json.dumps({"trunks": trunks}))
        except OSError as error:
            raise UnavailableError(error.strerror or str(error), "check the disk") from error


def packed(usage: TrunkUsage) -> dict[str, object]:
    """The usage as it is written to the file, in JSON."""
    return {"day": usage.day.isoformat(), "seconds": usage.seconds, "begun": usage.begun}


def unpacked(written: Mapping[str, object]) -> TrunkUsage:
    """The usage that was written. Raises one of `UNREADABLE`."""
    rows, seconds = written["begun"], written["seconds"]
    if not isinstance(rows, list) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
        raise ValueError("not what a trunk has used")
    begun = tuple((int(minute), int(count)) for minute, count in rows)
    if any(count < 0 for _, count in begun):
        raise ValueError("not a number of calls")
    return TrunkUsage(date.fromisoformat(str(written["day"])), float(seconds), begun)
