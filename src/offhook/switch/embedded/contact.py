"""The Contacts of a REGISTER, and whether one is of a phone that is registered already.

A phone is recognised by its instance (`+sip.instance`), each of its flows by a `reg-id` (RFC 5626 §6). One
that names none is recognised by its Contact, and by the Call-ID that it uses as long as it is on (RFC 3261
§10.2): it may come back with another port, and nobody answers at the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from offhook.sip.endpoint import Flow
from offhook.sip.message import NameAddr, Request, Uri
from offhook.sip.timers import Timer
from offhook.sip.values import same_uri


@dataclass(frozen=True, slots=True)
class Binding:
    """A registered phone: the URI to call, how to reach it, until when (the endpoint's clock).

    `talks`: it has said that it answers when it is told to (`Event: talk`).
    `phone`: which one it is, if it has logged in as one of those with a login of their own.
    `expiry` runs while it is registered, for the registrar.
    """

    uri: str
    flow: Flow
    expires_at: float
    call_id: str
    cseq: int
    instance: str = ""
    reg_id: str = ""
    talks: bool = False
    phone: str = ""
    expiry: Timer | None = field(default=None, compare=False, repr=False)

    def contact(self, now: float) -> str:
        """Its Contact value in the answer to a REGISTER; a phone finds itself by its instance."""
        value = f"<{self.uri}>;expires={max(int(self.expires_at - now), 1)}"
        if self.instance:
            value += f';+sip.instance="<{self.instance}>"'
        return f"{value};reg-id={self.reg_id}" if self.reg_id else value


@dataclass(frozen=True, slots=True)
class Contact:
    """One Contact of a REGISTER, for so many `seconds`; 0 removes it."""

    uri: Uri
    seconds: int
    instance: str
    reg_id: str

    def replaces(self, old: Binding, request: Request, reach: Flow) -> bool:
        """Is `old` of the phone that registers now, and at `reach`?"""
        there = Uri.parse(old.uri)
        same_place = same_uri(self.uri, there)
        if self.instance and old.instance and not (same_place and old.flow == reach):
            if self.instance != old.instance or (self.reg_id and old.reg_id and self.reg_id != old.reg_id):
                return False
            # A Contact that is removed is this very one: the phone may have registered a newer one before.
            return bool(self.seconds or self.reg_id) or same_place
        if same_place or not self.seconds:
            return same_place
        return (
            old.call_id == request.call_id
            and self.uri.user == there.user
            and (self.uri.host == there.host or old.flow.remote[0] == reach.remote[0])
        )


def read_contacts(request: Request, default: int) -> Sequence[Contact]:
    """The Contacts of a REGISTER; those that are not SIP URIs are left out. Raises `SipParseError`."""
    found = [NameAddr.parse(contact) for contact in request.headers.all("Contact")]
    return [
        Contact(
            one.uri,
            seconds(one.params.get("expires"), default),
            (one.params.get("+sip.instance") or "").strip('"<> ').lower(),
            (one.params.get("reg-id") or "").strip('" '),
        )
        for one in found
        if one.uri.scheme in ("sip", "sips")
    ]


def seconds(text: str | None, default: int) -> int:
    """A number of seconds; an invalid one counts as missing (RFC 3261 §10.2.1.1)."""
    text = (text or "").strip('" ')
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
