"""Callers who do not want to be known (RFC 3323, RFC 3325)."""

from __future__ import annotations

from offhook.call import Party, Privacy
from offhook.sip.message import Request, Uri

HIDES = frozenset({"id", "user", "header"})
"""The kinds of privacy that concern who calls."""

ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'
"""Who does not want to be known (RFC 3323 §4.1.1.3)."""

WITHHELD = Party(privacy=Privacy.WITHHELD)


def is_anonymous(address: Uri) -> bool:
    """Is this how a phone writes a caller without a name (RFC 3323 §4.1.1.3)?"""
    return address.user.lower() in ("anonymous", "restricted") or address.host.lower() == "anonymous.invalid"


def wants_privacy(request: Request, shown: Uri | None = None) -> bool:
    """Does the caller not want to be known? `shown` is the address in From, if it has been read already."""
    values = request.headers.all("Privacy")
    if values:
        told = {one.strip().lower() for value in values for one in value.split(";")}
        if "none" in told or told & HIDES:
            return "none" not in told
    return is_anonymous(request.from_.uri if shown is None else shown)
