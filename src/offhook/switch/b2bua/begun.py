"""INVITEs that nobody has answered yet, as they are kept for another run of the program, or another one.

That one cannot go on with such a call: a final response goes to where its INVITE came from (RFC 3261
§18.2.2), which is not here any more, or is a connection that is gone. But it can say that nothing comes of
it. An INVITE of ours is cancelled, by a CANCEL that has the INVITE's Via (§9.1), wherever it comes from; a
phone would else ring until it gives up. Who has sent one to us gets a final response, by which the phone
knows the transaction (§17.1.3), wherever that comes from; else the person would hear it ring for ever.

Neither does harm where the call was answered in the moment before: a CANCEL changes nothing then (§9.2), and
a second final response is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from offhook.sip.endpoint import ClientTransaction, Endpoint, Flow, ServerTransaction
from offhook.sip.message import Request, SipParseError, make_response, parse, serialize
from offhook.sip.tokens import new_token
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.dialer import EarlyLegOwner, LaterLegOwner
from offhook.switch.b2bua.kept import decode_as
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.unanswered import Unanswered, UnansweredRequests
from offhook.switch.b2bua.unheard import UnheardEnd

VERSION = 3
"""Programs that know nothing of this read that it is of a newer version (`kept.decode`), and pass it over."""

OURS = ("Via", "Max-Forwards", "Route", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Type")
THEIRS = ("Via", "From", "To", "Call-ID", "CSeq", "Record-Route")
"""The headers that are kept: never what proves who somebody is."""

STATUS = 500
"""The server of that call is gone. A 503 would be about the one that says it, which takes calls (§21.5.4)."""

Open = ClientTransaction | ServerTransaction


class KeptInvite(msgspec.Struct, frozen=True, omit_defaults=True):
    """An INVITE to or from a phone of this terminal, or a provider by this trunk. `invite` is it as it went,
    or came; `tag` is what our responses have in To, where it came. Where it is being cancelled in vain, its
    call was over `age_s` before this was written."""

    version: int
    terminal: str
    own_address: str
    protocol: str
    host: str
    port: int
    invite: str
    tag: str = ""
    trunk: str = ""
    age_s: float = 0.0

    @property
    def place(self) -> tuple[str, str, int]:
        """By which protocol, and where, the phone was reached."""
        return self.protocol, self.host, self.port


class BegunLegs:
    """The legs whose first INVITE may be open. `trunk_of` is that of `WaysBack`."""

    def __init__(self, trunk_of: Callable[[Credentials], str]) -> None:
        self._trunk_of = trunk_of
        self.legs: set[Leg] = set()
        """Those that have begun; what is over is taken out of it here."""
        self._known: dict[Leg, tuple[str, Open | None]] = {}
        """The key of each that is kept, and the transaction that was open then."""

    def collect(self, *, last: bool = False) -> tuple[dict[str, bytes], set[str]]:
        """What is to be written since the last time, and what need not be kept any more: all, if it is the
        `last` time, as whoever ends in order clears its calls itself."""
        changed: dict[str, bytes] = {}
        gone: set[str] = set()
        for leg in list(self.legs):
            invite = None if last else leg.first_invite
            if invite is None:
                self.legs.discard(leg)
                if leg in self._known:
                    gone.add(self._known.pop(leg)[0])
                continue
            key, known = self._known.get(leg) or (f"invite-{new_token()}", None)
            if known is not invite:
                self._known[leg] = key, invite
                changed[key] = msgspec.json.encode(_kept(leg, invite, self._trunk_of(leg.credentials)))
        return changed, gone

    def not_written(self, keys: Collection[str]) -> None:
        """These could not be written: they are collected again."""
        for leg, (key, _) in self._known.items():
            if key in keys:
                self._known[leg] = key, None


class UnheardCancels(UnansweredRequests[UnheardEnd]):
    """Implements `Cancels`: INVITEs of ours whose leg waits no more, and whose phone rings on. `trunk_of`
    is that of `WaysBack`, `clock` the endpoint's."""

    prefix = "invite"

    def __init__(self, trunk_of: Callable[[Credentials], str], clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._trunk_of = trunk_of
        self._invites: dict[UnheardEnd, Request] = {}

    def begins(self, end: UnheardEnd, invite: Request, own_address: str, credentials: Credentials) -> None:
        self._open[end] = Unanswered(end.terminal, own_address, self._trunk_of(credentials), end.since)
        self._invites[end] = invite
        self._unwritten.add(end)

    def is_over(self, what: UnheardEnd) -> bool:
        return what.heard

    def over(self, what: UnheardEnd) -> None:
        super().over(what)
        self._invites.pop(what, None)

    def encoded(self, what: UnheardEnd, kept: Unanswered, age_s: float) -> bytes:
        about = (kept.terminal, kept.own_address, kept.trunk)
        found = _kept_ours(self._invites[what], what.dialog.flow, *about, age_s=age_s)
        return msgspec.json.encode(found)


def decode(data: bytes) -> KeptInvite | None:
    """What was written; None if it is something else, such as a call that is up."""
    return decode_as(KeptInvite, VERSION, data)


def invite_of(kept: KeptInvite) -> Request:
    """The INVITE itself. Raises `ValueError`."""
    try:
        invite = parse(kept.invite.encode())
    except SipParseError as error:
        raise ValueError(f"it is no INVITE: {error.reason}") from error
    if not isinstance(invite, Request):
        raise ValueError("it is no INVITE")
    return invite


def clear(kept: KeptInvite, invite: Request, leg: Leg, endpoint: Endpoint, flow: Flow) -> None:
    """Say that nothing comes of it, by this flow. `invite` is its `invite_of`, `leg` a new one."""
    if not kept.tag:
        leg.cancel_earlier(invite, flow, kept.age_s)
    elif flow.protocol == "udp":  # by TCP or TLS the phone has seen its connection end (§17.1.4)
        transaction = endpoint.take_up(invite, flow, kept.tag)
        endpoint.respond(transaction, make_response(invite, STATUS), endpoint.now)


class Nobody(EarlyLegOwner, LaterLegOwner):
    """The owner of a leg whose call is over."""


def _kept(leg: Leg, invite: Open, trunk: str) -> KeptInvite:
    about = (leg.terminal, leg.own_address, trunk)
    if isinstance(invite, ClientTransaction):
        return _kept_ours(invite.request, invite.flow, *about)
    request = invite.request
    short = Request("INVITE", request.uri, request.headers.copy(*THEIRS))
    return _as_kept(short, invite.flow, *about, tag=invite.local_tag)


def _kept_ours(
    request: Request, flow: Flow, terminal: str, own_address: str, trunk: str, *, age_s: float = 0.0
) -> KeptInvite:
    short = Request("INVITE", request.uri, request.headers.copy(*OURS), request.body)
    return _as_kept(short, flow, terminal, own_address, trunk, age_s=age_s)


def _as_kept(
    invite: Request,
    flow: Flow,
    terminal: str,
    own_address: str,
    trunk: str,
    *,
    tag: str = "",
    age_s: float = 0.0,
) -> KeptInvite:
    host, port = flow.remote[:2]
    text = serialize(invite).decode("utf-8", "replace")
    return KeptInvite(
        VERSION, terminal, own_address, flow.protocol, host, port, text, tag, trunk, round(age_s, 3)
    )
