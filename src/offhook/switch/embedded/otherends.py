"""Who is at the other end of a call with another telephone system of the cluster, as each half tells.

A call may be forwarded, picked up or transferred at the other half. So each says by UPDATE (RFC 3311) whose
phone is there now, in P-Asserted-Identity (RFC 5876 §3.1 allows it there). Somebody who has answered in place
of who was called comes with a Diversion (RFC 5806) of that one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offhook.call import CallState, Party, Privacy, live
from offhook.common.network import bracketed
from offhook.sip.message import NameAddr, Request, Uri
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.diversion import diversion_headers
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.privacy import HIDES, WITHHELD
from offhook.switch.upstream.identity import asserted

TELLS = ("UPDATE", "INVITE")
"""Requests inside of a call that may say who has sent them."""


class OtherEnds:
    """`is_one` says of a leg whether another telephone system is at its end."""

    def __init__(self, is_one: Callable[[Leg], bool]) -> None:
        self._is_one = is_one
        self._told: dict[Leg, Party] = {}

    def expect(self, leg: Leg, party: Party) -> None:
        """The other half takes it that this is who its phone talks to."""
        for over in [one for one in self._told if one.ended]:
            del self._told[over]
        self._told[leg] = party

    def goes_on(self, leg: Leg) -> None:
        """Another node has had the leg's call, and has told what there was to be told."""
        if isinstance(leg.owner, B2buaCall):
            self.expect(leg, _here(leg.owner, leg)[0])

    def tell(self, call: B2buaCall) -> None:
        """Tell the other halves of a call that is up, if somebody else is here now than they take it."""
        if call.call.state is not CallState.CONNECTED or not live(call.call):
            return
        for leg in (call.caller_leg, call.callee_leg):
            if leg is not None and not leg.ended and leg.dialog is not None and self._is_one(leg):
                self._tell(call, leg)

    def _tell(self, call: B2buaCall, leg: Leg) -> None:
        party, diverted = _here(call, leg)
        if self._told.get(leg) == party or not (party.id or party.privacy is not Privacy.NONE):
            return
        self._told[leg] = party
        uri_of = partial(Uri, "sip", host=bracketed(leg.own_address))
        hidden = party.privacy is not Privacy.NONE
        identity = NameAddr(uri_of("anonymous"), "") if hidden else NameAddr(uri_of(party.id), party.name)
        extra = [("P-Asserted-Identity", str(identity))]
        if hidden:
            extra.append(("Privacy", "id"))
        elif diverted:
            lines = diversion_headers(call.called.diversions, party.id, uri_of).get("Diversion", ())
            extra += [("Diversion", line) for line in lines[:1]]
        leg.request("UPDATE", b"", "", lambda _response, _status: None, tuple(extra))

    def heard(self, leg: Leg, request: Request) -> None:
        """The other half may say who is there now. Its request is known to be one of it."""
        call = leg.owner
        if request.method not in TELLS or not isinstance(call, B2buaCall):
            return
        party = _sender(request)
        if party is not None:
            call.identify(leg, party, answered_for="Diversion" in request.headers)


def _here(call: B2buaCall, leg: Leg) -> tuple[Party, bool]:
    """Whom the phone behind this leg talks to; and whether that is somebody who has answered for another."""
    party = call.party_at(call.caller_leg if leg is call.callee_leg else call.callee_leg)
    if party is call.call.callee and call.call.connected_party is not None:
        return call.call.connected_party, True
    return party, False


def _sender(request: Request) -> Party | None:
    """Who a request is of; None if it does not say so."""
    if "P-Asserted-Identity" not in request.headers:
        return None
    told = {one.strip().lower() for line in request.headers.all("Privacy") for one in line.split(";")}
    return WITHHELD if told & HIDES else asserted(request)
