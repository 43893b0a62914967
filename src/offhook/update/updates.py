"""The check for updates: at most once a day, remembered in the state folder; and the download."""

import hashlib
import os
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from offhook import __version__
from offhook.common.privatefile import private_folder, read_file, real_file, write_private
from offhook.config.sections.update import UpdateSettings
from offhook.errors import UnavailableError
from offhook.update.fetch import fetch
from offhook.update.manifest import MAX_MANIFEST, Download, Offer, UpdateError, choose, read_manifest

DAY_S = 24 * 3600

RETRY_S = 3600
"""After a look at which the server did not answer: this computer may have had no network yet."""

MANIFEST_S = 60.0
"""A few kilobytes."""

FILE_S = 3600.0
"""A hundred megabytes at 0.25 Mbit/s."""

MEMORY = "update.json"
"""The file in the state folder."""

MAX_MEMORY = 2 * MAX_MANIFEST
"""Bytes of it: the last list is in it, as base64."""

FOLDER = "update"
"""Where in the state folder the setup is put."""


class _Memory(msgspec.Struct):
    checked: float = 0.0
    published: datetime | None = None
    manifest: bytes = b""
    put_off: float = 0.0


class Updates:
    """What the publisher offers to this computer. `system` is which of the files is for it; "" if none is."""

    def __init__(
        self,
        settings: UpdateSettings,
        folder: Path,
        *,
        version: str = __version__,
        system: str,
        now: Callable[[], float] = time.time,
        limit_s: float = MANIFEST_S,
    ) -> None:
        self._settings, self._folder, self._version, self._system = settings, folder, version, system
        self._now, self._limit_s = now, limit_s

    def due(self) -> bool:
        """Is it a day since the last look, or an hour since one without an answer? Never, if not wanted."""
        age = self._now() - self._remembered().checked
        return self._settings.wanted and not 0 <= age < DAY_S

    async def look(self) -> Offer | None:
        """Ask now what is newer than this version. Raises `UnavailableError`, `UpdateError`."""
        memory = self._remembered()
        # First: a server that fails, or stops this program, is not asked again and again.
        memory.checked = self._now() - DAY_S + RETRY_S
        self._remember(memory)
        got = bytearray()
        await fetch(
            self._settings.url, got.extend, limit=MAX_MANIFEST, limit_s=self._limit_s, context=self._context()
        )
        memory.checked = self._now()
        self._remember(memory)
        manifest = read_manifest(bytes(got), *self._settings.public_keys)
        now = datetime.fromtimestamp(self._now(), UTC)
        offer = choose(manifest, self._version, now, memory.published, self._system)
        memory.published, memory.manifest = manifest.published, bytes(got)
        self._remember(memory)
        if offer is None:
            self._clear()
        return offer

    def latest(self) -> Offer | None:
        """What the last look found, unless it was put off; nothing is asked for it."""
        memory = self._remembered()
        if not self._settings.wanted or not memory.manifest or self._now() < memory.put_off:
            return None
        try:
            manifest = read_manifest(memory.manifest, *self._settings.public_keys)
            now = datetime.fromtimestamp(self._now(), UTC)
            return choose(manifest, self._version, now, memory.published, self._system)
        except UpdateError:
            return None  # it has ended meanwhile, or the configuration has another key

    def put_off(self) -> None:
        """Say nothing of it for a day. Raises `UpdateError`."""
        memory = self._remembered()
        memory.put_off = self._now() + DAY_S
        self._remember(memory)

    async def download(self, offer: Offer, told: Callable[[int], None] = lambda _bytes: None) -> Path:
        """Fetch the setup of the offer, and check its size and sum; `told` hears how many bytes are there.

        Raises `UnavailableError`, `UpdateError`; no file is left then.
        """
        wanted = offer.download
        if wanted is None:
            raise UpdateError(f"there is no setup of Offhook {offer.version} for this system")
        self._clear()
        place = self._folder / FOLDER / f"OffhookSetup-{offer.version}-x64.exe"
        part = place.with_name(f"{place.name}.part")
        try:
            private_folder(place.parent)
            await self._fetch(wanted, part, told)
            os.replace(part, place)
        except OSError as error:
            raise UpdateError(
                f"{place} cannot be written ({error.strerror})",
                "make room on the disk, or end the setup that runs",
            ) from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return place

    async def _fetch(self, wanted: Download, part: Path, told: Callable[[int], None]) -> None:
        total, size = hashlib.sha256(), 0
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:

            def take(piece: bytes) -> None:
                nonlocal size
                try:
                    file.write(piece)
                except OSError as error:
                    fix = "make room on the disk"
                    raise UpdateError(f"{part} cannot be written ({error.strerror})", fix) from None
                total.update(piece)
                size += len(piece)
                told(size)

            await fetch(wanted.url, take, limit=wanted.size, limit_s=FILE_S, context=self._context())
        if size != wanted.size or total.hexdigest() != wanted.sha256:
            raise UpdateError(
                "the file is not the one that the publisher has signed",
                "it was thrown away; ask who publishes it",
            )

    def _context(self) -> ssl.SSLContext:
        file = self._settings.ca_file
        try:
            return ssl.create_default_context(cafile=file and real_file(file))
        except OSError as error:
            raise UnavailableError(f"{file} cannot be read ({error})", "correct update.ca_file") from None

    def _clear(self) -> None:
        """What was fetched before is of no use any more."""
        with suppress(OSError):
            for old in (self._folder / FOLDER).iterdir():
                old.unlink()

    def _remembered(self) -> _Memory:
        """What cannot be read was not remembered."""
        with suppress(OSError, msgspec.MsgspecError, ValueError):
            return msgspec.json.decode(read_file(self._folder / MEMORY, MAX_MEMORY), type=_Memory)
        return _Memory()

    def _remember(self, memory: _Memory) -> None:
        try:
            private_folder(self._folder)
            write_private(self._folder / MEMORY, msgspec.json.encode(memory).decode())
        except OSError as error:
            what = f"{self._folder / MEMORY} cannot be written ({error.strerror})"
            raise UpdateError(what, "make the state folder writable") from None
