"""Who is given a phone's files, and with them its password: a MAC address is not a password.

Three things let somebody in: a window that an administrator has opened for the MAC address, the secret path
that the phone's files told it, and a certificate of its vendor with its MAC address. The first two are good
for one host only, the first that comes. Who comes second gets nothing, the password is made new when the
phone next fetches, and the administrator is told.

No I/O and no clock: times are seconds since the epoch.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import replace
from enum import Enum

from offhook.config import PHONE_MARK
from offhook.manager.phones import ProvisionedPhone

WINDOW_S = 600.0
"""How long a window is open unless told otherwise: a phone has started, and asks, in two minutes."""

MAX_WINDOW_S = 86_400.0
"""A window that is open for more than a day has been forgotten."""

AGAIN_S = 60.0
"""How often one stranger who asks on and on is written down."""

MAX_USER_AGENT = 120
"""Characters of a User-Agent that are kept."""


class Via(Enum):
    """What somebody has shown who asks for a phone's file."""

    NAME = "its MAC address"
    PATH = "its secret path"
    CERTIFICATE = "its certificate"


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def login_of(phone: ProvisionedPhone) -> str:
    """What the phone logs in as."""
    return f"{phone.terminal}{PHONE_MARK}{phone.mac}"


def password_of(phone: ProvisionedPhone) -> str:
    """What it logs in with."""
    return _derived(phone, f"sip {phone.generation}", 24)


def path_of(phone: ProvisionedPhone) -> str:
    """The secret in the path of its files."""
    return _derived(phone, "path", 32)


def admin_password_of(phone: ProvisionedPhone) -> str:
    """That of its own web page. Short: some phones take no more."""
    return _derived(phone, "admin", 12)


def opened(phone: ProvisionedPhone, until: float, *, path_only: bool = False) -> ProvisionedPhone:
    """An administrator lets it in, from wherever it comes first; with `path_only` by its secret path only."""
    return replace(
        phone,
        window_until=until,
        path_only=path_only,
        source="",
        fetched=0,
        stranger="",
        stranger_at=0,
    )


def closed(phone: ProvisionedPhone) -> ProvisionedPhone:
    """Nobody is let in by the MAC address any more."""
    return replace(phone, window_until=0)


def open_by_name(phone: ProvisionedPhone, now: float) -> bool:
    """Is its window open to whoever knows its MAC address?"""
    return phone.window_until > now and not phone.path_only


def asked(
    phone: ProvisionedPhone, source: str, via: Via, user_agent: str, now: float
) -> tuple[ProvisionedPhone, bool]:
    """The phone after somebody has asked for its files, and whether they are given to him."""
    in_window = phone.window_until > now
    if via is not Via.CERTIFICATE:
        if via is Via.NAME and not open_by_name(phone, now):
            return phone, False  # anybody may try that at any time: it says nothing
        if not in_window and not phone.source:
            return phone, False
        if phone.source and phone.source != source:
            if phone.stranger == source and now - phone.stranger_at < AGAIN_S and phone.renew:
                return phone, False
            return replace(phone, stranger=source, stranger_at=now, renew=True), False
    return (
        replace(
            phone,
            source=source,
            fetched=now,
            user_agent="".join(filter(str.isprintable, user_agent))[:MAX_USER_AGENT],
            generation=phone.generation + phone.renew,
            renew=False,
        ),
        True,
    )


def registered(phone: ProvisionedPhone, now: float) -> ProvisionedPhone:
    """It has logged in. Once it has done so with what it has fetched, the window is closed."""
    return replace(phone, registered=now, window_until=0 if phone.fetched else phone.window_until)


def _derived(phone: ProvisionedPhone, what: str, length: int) -> str:
    """So much of an HMAC, 5 bits a character: letters and digits, which no format quotes."""
    made = hmac.digest(phone.secret.encode(), f"{phone.mac} {what}".encode(), "sha256")
    return base64.b32encode(made).decode().lower()[:length]
