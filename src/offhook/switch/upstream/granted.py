"""What a registrar's answer says of a registration: whose it is, and for how long."""

from __future__ import annotations

from offhook.sip.message import NameAddr, Response, SipParseError

MANY = 16
"""Values of a header that are looked at: an account has a few phones, and a way few proxies."""


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


def granted(response: Response, contact: str) -> int:
    """For how many seconds this Contact of ours is registered, by the answer to its REGISTER (§10.2.1.1): a
    parameter of the Contact, else Expires; 0 where neither says.

    Some write another address in our place than the one that we registered. Then it is the Contact that ends
    first: renewed too early is better than too late.
    """
    told = response.headers.all("Contact")[:MANY]
    ours = [one for one in told if contact_address(one) == contact_address(contact)]
    ends = [end for one in ours or told if (end := contact_expires(one))]
    return min(ends, default=0) or seconds(response.headers.get("Expires") or "")


def service_route(response: Response) -> list[str]:
    """The Route of all that we send from now on, by the answer to a REGISTER (RFC 3608 §5)."""
    return response.headers.all("Service-Route")[:MANY]


def seconds(text: str) -> int:
    """The number that a header begins with, 0 without one: a comment or parameters may follow (RFC 3261
    §20.33)."""
    digits = text.strip('" ').partition(";")[0].partition("(")[0].strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
