"""`CallStore` in a folder, one file a call: a site's calls change one by one, many a second."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from offhook.common.privatefile import private_folder, read_file
from offhook.common.quiet import Pace
from offhook.errors import UnavailableError
from offhook.switch.embedded.bindings import Moment

logger = logging.getLogger(__name__)

MAX_FILE = 256 << 10
"""Bytes of one call that are read: four descriptions of 64 KB, more than a phone can send in a datagram."""

MAX_CALLS = 100_000
"""Files that are read: more than there can be calls."""

PACE_S = 0.1
"""So long files are written one by one while the event loop rests: each takes it a tenth of a millisecond."""

ALIVE = "alive"
"""The file with the moment of the last write."""

_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")


class FileCalls:
    """The files are for their owner only: there are addresses in them, and keys of encrypted speech."""

    every_s = 1.0
    holds_s = 0.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    async def read(self) -> tuple[dict[str, bytes], float]:
        """Nothing where there is no folder. A file that cannot be read is logged and passed over."""
        return await asyncio.to_thread(self._read)

    async def write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Raises `UnavailableError`."""
        await asyncio.to_thread(self._write, changed, gone)

    def _read(self) -> tuple[dict[str, bytes], float]:
        found: dict[str, bytes] = {}
        try:
            for path in list(self._folder.glob("*.json"))[:MAX_CALLS]:
                if _KEY.fullmatch(path.stem):
                    found[path.stem] = read_file(path, MAX_FILE)
        except OSError as error:
            logger.warning("%s: not all calls that were up are gone on with (%s)", self._folder, error)
        return found, self._away_s()

    def _write(self, changed: Mapping[str, bytes], gone: Collection[str]) -> None:
        pace = Pace(PACE_S)
        try:
            pace.moment()
            alive = json.dumps(Moment.now()).encode()
            try:
                self._put(ALIVE, alive)  # before the calls: it says how old they are
            except FileNotFoundError:
                private_folder(self._folder)
                self._put(ALIVE, alive)
            for key, data in changed.items():
                pace.moment()
                self._put(f"{key}.json", data)
            for key in gone:
                pace.moment()
                (self._folder / f"{key}.json").unlink(missing_ok=True)
        except OSError as error:
            raise UnavailableError(error.strerror or str(error), "check the disk") from error

    def _put(self, name: str, data: bytes) -> None:
        # Not forced to the disk: phones lose their calls as well when the machine loses its power.
        beside = self._folder / f".{name}.new"
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        beside.replace(self._folder / name)

    def _away_s(self) -> float:
        try:
            epoch, steady, boot = json.loads(read_file(self._folder / ALIVE, 1000))
            return Moment.now().since(Moment(float(epoch), float(steady), str(boot)))
        except (OSError, ValueError, TypeError, RecursionError):
            return float("inf")
