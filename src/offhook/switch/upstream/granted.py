"""What a registrar's answer says of a registration: whose it is, and for how long."""

from __future__ import annotations

from offhook.sip.message import NameAddr, SipParseError


def contact_address(contact: str) -> tuple[str, str, int | None] | None:
    """User, host and port of a Contact, by which a registration is known again; None for one without."""
    try:
        uri = NameAddr.parse(contact).uri
    except SipParseError:
        return None
    return uri.user, uri.host, uri.port


def contact_expires(contact: str) -> int:
    """For how many seconds the Contact is registered; 0 where it does not say."""
    try:
        return seconds(NameAddr.parse(contact).params.get("expires") or "")
    except SipParseError:
        return 0


def seconds(text: str) -> int:
    """The number that a header begins with, 0 without one: a comment or parameters may follow (RFC 3261
    §20.33)."""
    digits = text.strip('" ').partition(";")[0].partition("(")[0].strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
