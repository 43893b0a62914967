"""Taking a colleague's call by hand at the phone: by a code that is dialled, or with Replaces (RFC 3891)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from offhook.call import Party
from offhook.config import GroupSettings
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, SipParseError
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.incoming import Ringing
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.pickup import PickUpByHand
from offhook.switch.b2bua.referto import DialogKey, replaces_of

NO_OFFER = 488
"""The status for an INVITE without a description: there is nothing that could be answered."""


class PicksByHand:
    """`code` is what is dialled, "" for none. Only calls of the phone's own groups may be taken."""

    def __init__(self, terminals: Collection[str], groups: Iterable[GroupSettings], code: str) -> None:
        self._code = code
        self._groups = [frozenset(terminals if "*" in one.terminals else one.terminals) for one in groups]

    def group_of(self, terminal: str) -> frozenset[str]:
        """The others of the terminal's groups."""
        own = [group for group in self._groups if terminal in group]
        return frozenset().union(*own) - {terminal}

    def is_meant(self, number: str, request: Request) -> bool:
        """Does the INVITE to this number take a call?"""
        return (bool(self._code) and number.startswith(self._code)) or "Replaces" in request.headers

    def take(
        self,
        user: str,
        party: Party,
        number: str,
        transaction: ServerTransaction,
        ringing: Iterable[Ringing],
        legs: Mapping[DialogKey, Leg],
    ) -> int:
        """Let the phone have the call. 0, or the status that says why not. Raises `SipParseError`."""
        request = transaction.request
        group = self.group_of(user)
        if "Replaces" in request.headers:
            leg = _early_leg(request, legs)
            if leg is None:
                return 481
            target = leg.terminal
        else:
            target = number.removeprefix(self._code)
        if not request.body:
            return NO_OFFER
        for call, at, side in ringing:
            own = any(user == one.terminal for one in call.values)
            if own or at.terminal not in group or call.picking is not None:
                continue
            if target in ("", at.terminal):
                picking = PickUpByHand(call, side, party, user)
                _begin(call, picking, transaction)
                call.host.publish(picking.call)
                return 0
        return 403 if target and target not in group else 480

    def give(
        self, taker: Party, terminal: str, transaction: ServerTransaction, ringing: Iterable[Ringing]
    ) -> Leg | None:
        """Let a phone of another telephone system have the call that rings at the terminal; None if there is
        none. Whether it may has been seen to there. Raises `SipParseError`."""
        for call, at, side in ringing:
            if at.terminal == terminal and call.picking is None and call.call.caller.id != taker.id:
                return _begin(call, PickUpByHand(call, side, taker, ""), transaction)
        return None


def _begin(call: B2buaCall, picking: PickUpByHand, transaction: ServerTransaction) -> Leg:
    call.pick_up(picking)
    try:
        return picking.begin(call.host, transaction)
    except SipParseError:
        call.forget_pick_up()
        raise


def _early_leg(request: Request, legs: Mapping[DialogKey, Leg]) -> Leg | None:
    leg = legs.get(replaces_of(request.headers.get("Replaces") or ""))
    return leg if leg is not None and leg.dialog is None and not leg.ended else None
