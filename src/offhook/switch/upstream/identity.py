"""Who is at the other end, as the PBX says: P-Asserted-Identity (RFC 3325), else Remote-Party-ID
(draft-ietf-sip-privacy-04), which some PBXs still send alone.

Only the PBX is believed: what a phone asserts is its own word (RFC 3325 §5).
"""

from __future__ import annotations

from offhook.call import Party
from offhook.sip.message import NameAddr, Request, Response, SipParseError, Uri
from offhook.sip.values import parse_params
from offhook.switch.b2bua.number import callable_number, printable
from offhook.switch.b2bua.privacy import HIDES, is_anonymous

MAX_NAME = 128
"""Characters of a name: a phone shows twenty or so."""

MANY = 4
"""Values that are looked at: an identity has a sip: and a tel: value (RFC 3325 §9.1)."""

ENOUGH = 7
"""As many last digits the same make two spellings of a number one: +49 30 1234567 and 0 30 1234567."""


def asserted(message: Request | Response) -> Party | None:
    """The party that has sent this through the PBX; None if it says nothing, or does not want to be known."""
    return next(iter(all_asserted(message)), None)


def all_asserted(message: Request | Response) -> list[Party]:
    """The same by each of its names and numbers: some have the account in a sip: value, and the number of who
    calls in a tel: value only."""
    values = message.headers.all("P-Asserted-Identity")[:MANY]
    if values:
        hides = {one.strip().lower() for line in message.headers.all("Privacy") for one in line.split(";")}
        return [] if hides & HIDES else list(filter(None, map(_party, values)))
    values = message.headers.all("Remote-Party-ID")[:MANY]
    return list(filter(None, map(_remote_party, values)))


def number_in(uri: Uri) -> str:
    """The number in the user part: without the parameters that networks put behind it, and with the country
    of a local one (RFC 3966 §5.1.5, RFC 4694). `+49301234;npdi;rn=+4930900` is a ported number, `cpc` and
    `verstat` say of which kind its caller is. Raises `SipParseError`."""
    number, semicolon, rest = uri.user.partition(";")
    params = uri.params if uri.scheme == "tel" else parse_params(semicolon + rest)
    context = params.get("phone-context") or ""
    return context + number if context.startswith("+") and not number.startswith("+") else number


def same_number(one: str, other: str) -> bool:
    """Are these two spellings of one number?"""
    if one == other:
        return True
    ends = [[c for c in number if c.isdigit()][-ENOUGH:] for number in (one, other)]
    return ends[0] == ends[1] and len(ends[0]) == ENOUGH


def _remote_party(text: str) -> Party | None:
    try:
        params = NameAddr.parse(text).params
    except SipParseError:
        return None
    shown = (params.get("privacy") or "off").lower() == "off"
    return _party(text) if shown else None


def _party(text: str) -> Party | None:
    try:
        address = NameAddr.parse(text)
        number = number_in(address.uri)
    except SipParseError:
        return None
    if is_anonymous(address.uri) or not callable_number(number):
        return None
    name = printable(address.display)[:MAX_NAME]
    return Party("" if name == number else name, number)
