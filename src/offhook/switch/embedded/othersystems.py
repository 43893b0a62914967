"""Calls between this telephone system and the others of the cluster: out to their terminals, and in to ours.

Each half is a call of its own at its switch, as with a provider between them; what makes it good is the seal
on the INVITE, and within the call that it comes from where the others are.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from offhook.call import Call, Party, Privacy
from offhook.common.network import bracketed, same_host
from offhook.errors import CallError, Refusal
from offhook.sip.dialog import REFRESHING
from offhook.sip.endpoint import Failure, Flow, ServerTransaction
from offhook.sip.headers import Headers
from offhook.sip.message import NameAddr, Request, SipParseError, Uri
from offhook.sip.tokens import new_token
from offhook.switch.b2bua.call import CallHost
from offhook.switch.b2bua.credentials import NO_CREDENTIALS, Credentials
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.diversion import Diversion, diversion_headers, read_diversions
from offhook.switch.b2bua.leg import Leg, LegOwner
from offhook.switch.b2bua.number import printable
from offhook.switch.b2bua.privacy import ANONYMOUS, WITHHELD, wants_privacy
from offhook.switch.b2bua.useragent import ALLOW, contact_of
from offhook.switch.base import Door, OtherSystems
from offhook.switch.embedded.arrival import Arrival
from offhook.switch.embedded.orphans import HEADER as RUN
from offhook.switch.embedded.orphans import Orphans, run_of
from offhook.switch.embedded.otherends import OtherEnds
from offhook.switch.embedded.seal import HEADER, TAKES, Seals, seal
from offhook.switch.embedded.systemflows import SystemFlows
from offhook.switch.trunk.incoming import Plan
from offhook.switch.upstream.failover import FailoverInvite
from offhook.switch.upstream.identity import MAX_NAME

logger = logging.getLogger(__name__)

SILENT_S = 4.0
"""A telephone system that says nothing for so long is away. By then the INVITE has gone out four times."""

MAX_OF_ONE = 20
"""Calls of the others that a terminal may have at a time: it bounds circles that nobody sees, as of phones
that transfer to each other by themselves."""

MAX_CALLER = 64
"""Characters of the caller's number."""

REFERRED_BY = "Referred-By"

UNREACHABLE = 480
"""What the caller hears when the phone cannot be rung."""


class OtherCalls:
    """`flows` says how they are reached, `host` has the calls."""

    def __init__(self, host: CallHost, flows: SystemFlows) -> None:
        self._host, self.flows = host, flows
        self.key = secrets.token_hex(16)
        self._seals = Seals(self.key)
        self._out: set[Leg] = set()
        self._in: dict[str, set[Leg]] = {}
        self.ends = OtherEnds(self._is_ours)
        self._orphans = Orphans(host.endpoint, lambda: {} if self.systems is None else self.systems.keys())

    @property
    def systems(self) -> OtherSystems | None:
        """The others; None where there are none."""
        return self.flows.systems

    # Out

    def has(self, number: str) -> bool:
        """Is it a terminal of another telephone system?"""
        return self.systems is not None and self.systems.has(number)

    def name(self, number: str) -> str:
        """The name of one of their terminals; "" without."""
        return "" if self.systems is None else self.systems.name(number)

    def calls(self, number: str) -> Collection[Call]:
        """The live calls of one of their terminals."""
        return () if self.systems is None else self.systems.calls(number)

    def reaches(self, number: str) -> bool:
        """Can it be called now, as far as it is known here?"""
        return self._door(number) is not None

    def check(self, number: str) -> None:
        """Raises `CallError` if the number is one of them, and cannot be called now."""
        if self._door(number) is None:
            what = f"the telephone system that has phone {number} cannot be reached just now"
            raise CallError(Refusal.UNAVAILABLE, f"{what}; try again in a moment, and see offhook check")

    def call(
        self,
        number: str,
        caller: Party,
        owner: LegOwner,
        offer: bytes,
        diversions: Sequence[Diversion],
        referred_by: Party | None = None,
        *,
        takes: bool = False,
    ) -> FailoverInvite | None:
        """Call the number, or have the call that rings there (`takes`); None if that cannot be done."""
        door = self._door(number)
        if door is None:
            return None
        try:
            flow = self.flows.to(door)
        except (ValueError, OSError) as error:
            logger.warning("phone %s cannot be called at %s: %s", number, door.host, error)
            return None
        silent = partial(self.flows.silent, flow)
        begun = partial(self._begun, door)
        own_run = run_of(self.key)
        way = _DoorWay(
            *(flow, door, number, caller, offer, diversions, referred_by, own_run, begun, silent), takes=takes
        )
        ways = iter([way])
        self._out.difference_update([leg for leg in self._out if leg.ended])
        attempt = FailoverInvite(self._host, owner, "", lambda: next(ways, None))
        return attempt if attempt.begin() else None

    def _begun(self, door: Door, leg: Leg, caller: Party) -> None:
        self._out.add(leg)
        self.ends.expect(leg, caller)
        self._orphans.watch(run_of(door.key), lambda: _waits(leg), lambda: _comes_to_nothing(leg))

    def _door(self, number: str) -> Door | None:
        return None if self.systems is None else self.systems.door(number)

    # In

    def knocks(self, request: Request) -> bool:
        """Does an INVITE say that it is of another telephone system?"""
        return self.systems is not None and HEADER in request.headers

    def opens(self, request: Request) -> bool:
        """Is it?"""
        return self._seals.opens(request, time.time())

    def opened(self, flow: Flow) -> None:
        """One that is has come by this flow."""
        self.flows.is_known(flow)

    def take(self, transaction: ServerTransaction, dialer: Dialer, terminal: str) -> int:
        """Ring the terminal for an INVITE that is. 0, or the status with which it is to be refused."""
        legs = {leg for leg in self._in.get(terminal, ()) if not leg.ended}
        if len(legs) >= MAX_OF_ONE:
            return 486
        try:
            caller = _caller_of(transaction.request)
            plan = Plan(((terminal,),), UNREACHABLE)
            arrival = Arrival(
                *(self._host, dialer, caller, plan, transaction),
                external=False,
                diversions=read_diversions(transaction.request),
                referred_by=_referred_by(transaction.request),
            )
            leg = arrival.begin(contact_of(transaction.flow, terminal))
        except SipParseError as error:
            return error.status
        self._in[terminal] = {*legs, leg}
        self.ends.expect(leg, dialer.lookup(terminal)[0])
        if run := transaction.request.headers.get(RUN):
            endpoint = self._host.endpoint
            self._orphans.watch(
                run,
                lambda: leg.incoming_invite is transaction and not transaction.final,
                lambda: endpoint.withdraw(transaction, endpoint.now),
            )
        return 0

    @staticmethod
    def takes(request: Request) -> bool:
        """Is an INVITE to take the call that rings at its number?"""
        return TAKES in request.headers

    @staticmethod
    def taker(request: Request) -> Party:
        """Who takes it. Raises `SipParseError`."""
        return _caller_of(request)

    def took(self, terminal: str, leg: Leg, shown: Party) -> None:
        """This leg has the call that rings at the terminal."""
        self._in[terminal] = {leg, *(one for one in self._in.get(terminal, ()) if not one.ended)}
        self.ends.expect(leg, shown)

    # Within calls

    @property
    def has_calls(self) -> bool:
        """May there be calls with other telephone systems? False where there are none of these."""
        return self.systems is not None

    def goes_on(self, leg: Leg) -> None:
        """A call with another telephone system is gone on with, which another node has had."""
        self._out.add(leg)
        self.ends.goes_on(leg)

    def heard(self, leg: Leg, request: Request) -> None:
        """A request inside of a call, in its turn: it may say who is there now."""
        if self._is_ours(leg):
            self.ends.heard(leg, request)

    def expects(self, leg: Leg, flow: Flow) -> bool:
        """Does a request inside of a call come from where the others are? The half at the other end of the
        call may have gone to another node."""
        return self._is_ours(leg) and self._is_at_one(leg, flow)

    def secures(self, leg: Leg) -> bool:
        """Is it a call with another telephone system that goes by TLS? Nothing else is believed in it then:
        whoever is on the way could end it, or turn it elsewhere."""
        return self._is_ours(leg) and leg.dialog is not None and leg.dialog.flow.protocol == "tls"

    def follow(self, leg: Leg, method: str, flow: Flow) -> None:
        """The other half is where its re-INVITE has come from."""
        dialog = leg.dialog
        if method in REFRESHING and dialog is not None and self.expects(leg, flow):
            if flow.protocol == "tls":
                self.flows.is_known(flow)
                dialog.flow = flow
            else:
                dialog.flow = self.flows.udp(flow.remote)

    def _is_ours(self, leg: Leg) -> bool:
        return leg in self._out or any(leg in legs for legs in self._in.values())

    def _is_at_one(self, leg: Leg, flow: Flow) -> bool:
        hosts = () if self.systems is None else self.systems.hosts()
        goes_by = "udp" if leg.dialog is None else leg.dialog.flow.protocol
        return flow.protocol == goes_by and any(same_host(host, flow.remote[0]) for host in hosts)


class _DoorWay:
    """Implements `Way`."""

    credentials: Credentials = NO_CREDENTIALS

    def __init__(
        self,
        flow: Flow,
        door: Door,
        number: str,
        caller: Party,
        offer: bytes,
        diversions: Sequence[Diversion],
        referred_by: Party | None,
        own_run: str,
        begun: Callable[[Leg, Party], None],
        silent: Callable[[], None],
        *,
        takes: bool,
    ) -> None:
        self.flow, self.silent, self.silent_s = flow, silent, SILENT_S
        self._door, self._number, self._caller, self._offer = door, number, caller, offer
        self._diversions, self._begun, self._takes = diversions, begun, takes
        self._referred_by, self._own_run = referred_by, own_run

    def begin(self, leg: Leg) -> Request:
        self._begun(leg, self._caller)
        host, (there, port) = bracketed(self.flow.local[0]), self.flow.remote
        hidden = self._caller.privacy is not Privacy.NONE
        name, caller = self._caller.name, self._caller.id
        identity = ANONYMOUS if hidden else str(NameAddr(Uri("sip", caller, host), name))
        tag, uri = new_token(), str(Uri("sip", self._number, bracketed(there), port))
        headers = Headers(
            {
                "from": f"{identity};tag={tag}",
                "to": f"<{uri}>",
                "call-id": new_token(),
                "cseq": "1 INVITE",
                "contact": contact_of(self.flow, self._number),
                "allow": ALLOW,
                "user-agent": "Offhook",
                "max-forwards": "70",
            }
        )
        headers.set(RUN, self._own_run)
        if hidden:
            headers.set("Privacy", "id")
        if self._takes:
            headers.set(TAKES, "it")
        by = self._referred_by
        if by is not None and by.id and by.privacy is Privacy.NONE:
            headers.set(REFERRED_BY, str(NameAddr(Uri("sip", by.id, host), by.name)))
        uri_of = partial(Uri, "sip", host=host)
        for header, lines in diversion_headers(self._diversions, self._number, uri_of).items():
            headers.set(header, lines)
        request = Request("INVITE", uri, headers)
        if self._offer:
            request.set_body(self._offer)
        seal(request, self._door.key, time.time())
        return request

    def fails(self, status: int, *, responded: bool) -> bool:
        return False


def _waits(leg: Leg) -> bool:
    """Has nobody answered our INVITE yet?"""
    return not leg.ended and leg.dialog is None and leg.outgoing_invite is not None


def _comes_to_nothing(leg: Leg) -> None:
    if leg.outgoing_invite is not None:
        leg.outgoing_invite.fail(Failure.TRANSPORT)


def _referred_by(request: Request) -> Party | None:
    """Who has transferred the caller to us, as the other telephone system says (RFC 3892 §2.1)."""
    try:
        shown = NameAddr.parse(request.headers.get(REFERRED_BY) or "")
    except SipParseError:
        return None
    return Party(printable(shown.display)[:MAX_NAME], printable(shown.uri.user)[:MAX_CALLER])


def _caller_of(request: Request) -> Party:
    """Who calls, as the other telephone system says. Raises `SipParseError`."""
    if wants_privacy(request):
        return WITHHELD
    shown = request.from_
    return Party(printable(shown.display)[:MAX_NAME], printable(shown.uri.user)[:MAX_CALLER])
