"""What the template of a phone's file is given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Literal

from offhook.errors import PhoneError

Transport = Literal["udp", "tcp", "tls"]

MAX_TEXT = 512
"""Characters of a value. The longest are addresses with a secret path in them, of about a hundred."""

MAX_KEYS = 120
"""Keys of a phone. The largest phones with three expansion modules have as many."""

_MAC = re.compile(r"(?:[0-9a-f]{2}([:.-]?))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}[.-]){2}[0-9a-f]{4}")


def read_mac(text: str) -> str:
    """A MAC address as 12 lower-case hexadecimal digits, however it is written. Raises `PhoneError`."""
    plain = text.strip().lower()
    if _MAC.fullmatch(plain) is None:
        raise PhoneError(f"{text[:40]!r} is no MAC address", "take the phone's own, like 80:5e:c0:12:34:56")
    return re.sub("[:.-]", "", plain)


def written_mac(mac: str) -> str:
    """A MAC address as people read it: `80:5e:c0:12:34:56`."""
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))


@dataclass(frozen=True, slots=True)
class Key:
    """A key that shows whether a colleague speaks (RFC 4235), and calls it."""

    terminal: str
    label: str
    pickup: str | None = None
    """What is dialled to take a call that rings there, None where the site has no such code."""

    @property
    def pickup_code(self) -> str | None:
        """The code alone, for phones that put the number behind it themselves; None where that is not how
        `pickup` is made."""
        if self.pickup is None or not self.pickup.endswith(self.terminal):
            return None
        return self.pickup.removesuffix(self.terminal) or None

    def __post_init__(self) -> None:
        """Raises `PhoneError`."""
        _check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One phone. No text in it has a control character, so that none breaks out of its line."""

    mac: str
    """12 lower-case hexadecimal digits."""
    vendor: str
    model: str
    terminal: str
    """Its extension, which is also what the display may show."""
    display_name: str
    server_host: str
    server_port: int
    transport: Transport
    expires_s: int
    user: str
    auth_user: str
    password: str = field(repr=False)
    """What it registers with."""
    authority_url: str | None = None
    """Where the PEM file of the TLS authority is fetched; None: the phone knows it, or there is no TLS."""
    authority_pem: tuple[str, ...] = field(default=(), repr=False)
    """The lines of that file, for phones that take it only in their own."""
    auto_answer: bool = False
    """It answers calls whose Alert-Info or Call-Info asks for it."""
    remote_control: bool = False
    """It does what `Event: talk` and `Event: hold` ask for."""
    country: str = ""
    """ISO 3166, like "KR"; "" where the site has not said it."""
    language: str = "en"
    """ISO 639-1, like "ko"."""
    time_zone: str = "Etc/UTC"
    """By its name in the IANA database, like "Asia/Seoul"."""
    time_zone_offset_s: int = 0
    """Seconds east of Greenwich in winter, without daylight saving."""
    posix_tz: str = "UTC0"
    """The same with its rules for daylight saving, as POSIX writes them: "CET-1CEST,M3.5.0,M10.5.0/3"."""
    ntp_server: str = ""
    """"" leaves the phone its own."""
    emergency_numbers: tuple[str, ...] = ()
    extension_lengths: tuple[int, ...] = ()
    """How many digits the site's own numbers have."""
    outside_prefix: str = ""
    """What is dialled for an outside line, like "9"."""
    keys: tuple[Key, ...] = ()
    phone_book_url: str | None = field(default=None, repr=False)
    """Where colleagues and contacts are searched. Its path is secret."""
    admin_password: str = field(default="", repr=False)
    """Of the phone's own web page; "" leaves the phone's."""
    config_url: str = field(default="", repr=False)
    """What it fetches its files from, ending in /. Its path is secret where it has one."""
    voicemail: str | None = None

    def __post_init__(self) -> None:
        """Raises `PhoneError`, which names the value."""
        _check(self)
        if read_mac(self.mac) != self.mac:
            raise PhoneError(f"mac is {self.mac!r}", "give 12 lower-case hexadecimal digits")
        if len(self.keys) > MAX_KEYS:
            raise PhoneError(f"keys has {len(self.keys)} of them", f"give at most {MAX_KEYS}")


def _check(values: Key | Phone) -> None:
    for each in fields(values):
        value = getattr(values, each.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and not (text.isprintable() and len(text) <= MAX_TEXT):
                raise PhoneError(
                    f"{each.name} has a line break or control character, or more than {MAX_TEXT} characters",
                    "a phone's file could not hold it: write it plainly",
                )
