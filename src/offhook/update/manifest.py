"""The list of the newest version: read, checked and written. No I/O, the clock is handed in.

The first line is `offhook-update-1 SIGNATURE`, all after it is JSON, and signed as it stands:

    {"version": "0.2.0", "published": "2026-11-01T12:00:00Z", "expires": "2027-01-30T12:00:00Z",
     "notes": "https://example.org/0.2.0", "files": {"windows-x64": {"url": ..., "size": ..., "sha256": ...}}}

An old list, shown again to keep somebody at an old version, is known by `published`; one that is shown
for ever by `expires`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from offhook.config.sections.update import is_https
from offhook.errors import OffhookError

FORMAT = "offhook-update-1"

MAX_MANIFEST = 65_536
"""Bytes of a list: a hundred times what one has."""

MAX_FILE = 500_000_000
"""Bytes of a setup: four times what one may have."""

WINDOWS = "windows-x64"
"""The system for which there is a setup."""

Size = Annotated[int, msgspec.Meta(gt=0, le=MAX_FILE)]
Sum = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class UpdateError(OffhookError):
    """A list, or a file of it, that is not to be believed; nothing was changed."""


class Download(msgspec.Struct, frozen=True):
    """A file: where it is, its bytes, its SHA-256 in hexadecimal."""

    url: str
    size: Size
    sha256: Sum


class Manifest(msgspec.Struct, frozen=True):
    """The newest version. `notes` is a page that tells what is new; `files` are by system."""

    version: str
    published: Moment
    expires: Moment
    notes: str
    files: dict[str, Download]


@dataclass(frozen=True)
class Offer:
    """A version that is newer than this one; `download` is None where there is no setup for this system."""

    version: str
    notes: str
    download: Download | None


def read_manifest(data: bytes, *public_keys: str) -> Manifest:
    """What the owner of one of the keys has signed; nothing else is looked at. Raises `UpdateError`."""
    first, _, signed = data.partition(b"\n")
    name, _, signature = first.decode("ascii", "replace").strip().partition(" ")
    if name != FORMAT:
        raise UpdateError("this is no list of updates", "see whether update.url is right")
    from offhook.certificates.signatures import is_signed  # takes long, and the window starts without it

    if not any(is_signed(_domain(signed), signature, key) for key in public_keys):
        raise UpdateError(
            "the list of updates is not signed by the owner of update.public_key",
            "ask who publishes it; install nothing that it names",
        )
    try:
        manifest = msgspec.json.decode(signed, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UpdateError(f"the list of updates is wrong ({error})", "ask who publishes it") from None
    if _numbers(manifest.version) is None:
        raise UpdateError(f"{manifest.version[:40]!r} is no version", "ask who publishes the list of updates")
    for url in (manifest.notes, *(one.url for one in manifest.files.values())):
        if not is_https(url):
            raise UpdateError(
                f"{url[:100]!r} in the list of updates is no https:// address", "ask who publishes it"
            )
    return manifest


def write_manifest(manifest: Manifest, sign: Callable[[bytes], str]) -> bytes:
    """The list as a file; `sign` gives the signature of bytes as base64."""
    signed = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    return f"{FORMAT} {sign(_domain(signed))}\n".encode() + signed


def choose(
    manifest: Manifest, version: str, now: datetime, newest: datetime | None, system: str
) -> Offer | None:
    """What of it is newer than `version`. Raises `UpdateError` for an old list.

    `newest` is when the newest list was published that was ever seen here.
    """
    if newest is not None and manifest.published < newest:
        raise UpdateError(
            f"the list of updates is of {_date(manifest.published)}, older than one seen here before",
            "somebody may be keeping this computer at an old version: ask who publishes it",
        )
    if manifest.expires <= now:
        raise UpdateError(
            f"the list of updates ended on {_date(manifest.expires)}",
            "see whether this computer's clock is right; else ask who publishes it for a new one",
        )
    if not is_newer(manifest.version, version):
        return None
    return Offer(manifest.version, manifest.notes, manifest.files.get(system))


def is_newer(version: str, than: str) -> bool:
    """By their numbers: 0.10 is newer than 0.9, and the same as 0.10.0."""
    one, other = _numbers(version), _numbers(than)
    return one is not None and other is not None and one > other


def _numbers(version: str) -> tuple[int, ...] | None:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", version, re.ASCII):
        return None
    found = [int(one) for one in version.split(".")]
    return tuple(found + [0] * (4 - len(found)))


def _domain(signed: bytes) -> bytes:
    """With the format's name before it: a signature of something else is none of a list."""
    return FORMAT.encode() + b"\n" + signed


def _date(moment: datetime) -> str:
    return moment.isoformat(" ", "minutes")
