"""What phones are told of a time zone: few of them know the IANA database."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from offhook.errors import PhoneError


@dataclass(frozen=True, slots=True)
class TimeZone:
    """A time zone. `offset_s` is without daylight saving, `posix` has its rules."""

    name: str
    offset_s: int
    posix: str


def time_zone(name: str, now: datetime | None = None) -> TimeZone:
    """The time zone of this name. Raises `PhoneError`."""
    try:
        zone = zoneinfo.ZoneInfo(name)
        posix = _footer(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise PhoneError(
            f"time zone {name[:64]!r} is not known", 'take one of the IANA database, like "Asia/Seoul"'
        ) from error
    day = (now or datetime.now(UTC)).astimezone(zone)
    offsets = [(day + timedelta(days=30 * month)).utcoffset() or timedelta() for month in range(12)]
    return TimeZone(name, int(min(offsets).total_seconds()), posix)


def _footer(name: str) -> str:
    """The last line of its file (RFC 9636 §3.3). Raises `OSError`, `ValueError`."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / name
        if path.is_file():
            data = path.read_bytes()
            break
    else:
        data = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    footer = data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    if not data.startswith(b"TZif") or not footer.isprintable():
        raise ValueError(f"{name} has no rules")
    return footer
