"""The MAC address in the certificate that a phone was made with.

Vendors write it into the subject, each in its own way: most as the common name or in it, Cisco in the common
name or the serial number, with the model beside it.
"""

from __future__ import annotations

import re
import ssl
from typing import cast

_MAC = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{12}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![0-9a-z])", re.IGNORECASE
)

Subject = tuple[tuple[tuple[str, str], ...], ...]
"""As Python gives it."""

NAMES = ("commonName", "serialNumber")
"""Parts of a subject that are looked at."""


def mac_of(tls: ssl.SSLObject | None) -> str | None:
    """The one MAC address that the other end has proved to have; None without, or where there are several.

    Python has verified the certificate: it gives none that is not of the authorities.
    """
    certificate = None if tls is None else tls.getpeercert()
    if not certificate:
        return None
    subject = [pair for part in cast(Subject, certificate.get("subject", ())) for pair in part]
    found = {
        re.sub("[:-]", "", one).lower()
        for name, value in subject
        if name in NAMES
        for one in _MAC.findall(value)
    }
    return found.pop() if len(found) == 1 else None
