"""Callers who do not want to be known (RFC 3323, RFC 3325)."""

from __future__ import annotations

from offhook.call import Party, Privacy
from offhook.sip.message import Request, Uri

HIDES = frozenset({"id", "user", "header"})
"""The kinds of privacy that concern who calls."""

WITHHELD = Party(privacy=Privacy.WITHHELD)


def is_anonymous(address: Uri) -> bool:
    """Is this how a phone writes a caller without a name (RFC 3323 §4.1.1.3)?"""
    return address.user.lower() in ("anonymous", "restricted") or address.host.lower() == "anonymous.invalid"


def wants_privacy(request: Request) -> bool:
    """Does the caller not want to be known?"""
    told = {one.strip().lower() for value in request.headers.all("Privacy") for one in value.split(";")}
    return "none" not in told and bool(told & HIDES or is_anonymous(request.from_.uri))
