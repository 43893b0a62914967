"""Client transactions (RFC 3261 §17.1, RFC 6026 §8.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from offhook.sip.message import Request, Response, serialize
from offhook.sip.timers import Timer
from offhook.sip.transaction import Failure, Flow, Key, Layer, State, Transaction

MAX_FORKS = 32
"""Phones that can answer one INVITE, each with its own To tag (forking). Each costs an ACK and a BYE,
and a peer could invent any number."""

_ENDING: Final = ("BYE", "CANCEL")
"""What a phone that never hears of it talks or rings on for."""

_WAITING: Final = (State.CALLING, State.TRYING, State.PROCEEDING)
_UNHEARD: Final = (State.CALLING, State.TRYING)
"""Looked up once, as it is asked for a dozen times a call: up to Python 3.11 a member of an enumeration takes
six times as long as a name of the module."""

OnResponse = Callable[[Response], None]
OnFailure = Callable[[Failure], None]
SendCancel = Callable[["InviteClient", float], None]


def _ignore(_: object) -> None:
    """The callback of a finished transaction."""


class ClientTransaction(Transaction):
    """A client transaction. `request` is the request as it was sent."""

    __slots__ = ("_data", "_on_failure", "_on_response", "_repeat", "_repeated", "_timeout", "request")

    def __init__(
        self,
        layer: Layer,
        key: Key,
        flow: Flow,
        request: Request,
        on_response: OnResponse,
        on_failure: OnFailure,
    ) -> None:
        super().__init__(layer, key, flow, State.TRYING)
        self.request = request
        self._data = serialize(request)
        self._on_response, self._on_failure = on_response, on_failure
        self._repeat: Timer | None = None
        self._timeout: Timer | None = None
        self._repeated = False

    @property
    def waiting(self) -> bool:
        """Is the final response still missing?"""
        return self.state in _WAITING

    @property
    def size(self) -> int:
        """Bytes of the request."""
        return len(self._data)

    @property
    def unheard(self) -> bool:
        """Has the peer said nothing at all so far, and does anybody still wait for it?"""
        return self.state in _UNHEARD

    def carry_by(self, flow: Flow) -> None:
        """Send the request, whose Via has changed, on another flow from now on; `start` does so."""
        self._stop_timers()
        self.flow, self._data = flow, serialize(self.request)

    def not_sent(self, data: bytes) -> None:
        """This datagram could not be sent: `Failure.TRANSPORT`, if it is the request's first copy.

        Of a later one the peer may have had the first, and may have answered it; and BYE and CANCEL are to
        arrive, however late: there it is a datagram that was lost, like any other.
        """
        method, branch = self.request.method, self.key[0]
        first = not self._repeated and method not in _ENDING
        if first and data.startswith(f"{method} ".encode()) and str(branch).encode() in data:
            self.fail(Failure.TRANSPORT)

    def start(self, now: float) -> None:
        """Send the request for the first time."""
        layer, t1 = self._layer, self._layer.timing.t1
        layer.send(self.flow, self._data)
        self._timeout = layer.timers.start(layer.timing.timeout, now, self._timed_out)
        if not self.reliable:
            self._repeat = layer.timers.start(t1, now, lambda later: self._send_again(later, t1))

    def receive(self, response: Response, now: float) -> None:
        """Handle a matching response."""
        raise NotImplementedError

    @property
    def rings(self) -> bool:
        """May the other side have a call that it does not know to have ended? Only after an INVITE."""
        return False

    def cancel(self, now: float, reason: str = "") -> None:
        """Cancel. Does nothing here: only an INVITE can be cancelled (§9.1)."""

    def answers_to(self, on_response: OnResponse) -> None:
        """Who hears from now on of further answers, by other phones that took the same INVITE.

        Who made it need not stay for as long as they may come.
        """
        if self.state is State.ACCEPTED:
            self._on_response = on_response

    def fail(self, failure: Failure) -> None:
        """Give up: no final response will come."""
        if self.waiting:
            report = self._on_failure
            self._stop_timers()
            self.terminate()
            report(failure)

    def terminate(self, now: float = 0.0) -> None:
        super().terminate(now)
        self._let_go()

    def _let_go(self) -> None:
        """Release the callbacks: they refer to the user, which refers to
        this, so both would stay in memory."""
        self._on_response = self._on_failure = _ignore

    def _timed_out(self, now: float) -> None:
        self.fail(Failure.TIMEOUT)

    def _send_again(self, now: float, interval: float) -> None:
        self._repeated = True
        self._layer.send(self.flow, self._data)
        interval = self._next_interval(interval)
        self._repeat = self._layer.timers.start(
            interval, now, lambda later: self._send_again(later, interval)
        )

    def _next_interval(self, interval: float) -> float:
        # Timer E doubles up to T2; a provisional response slows it down to T2 at once (§17.1.2.2).
        t2 = self._layer.timing.t2
        return t2 if self.state is State.PROCEEDING else min(2 * interval, t2)

    def _stop_timers(self) -> None:
        for timer in (self._repeat, self._timeout):
            if timer is not None:
                timer.cancel()
        self._repeat = self._timeout = None
        self._data = b""  # it is not sent again, and the transaction may stay for half a minute


class NonInviteClient(ClientTransaction):
    """Any request but INVITE and ACK: TRYING, PROCEEDING, COMPLETED (figure 6; timers E, F, K)."""

    __slots__ = ()

    def receive(self, response: Response, now: float) -> None:
        if not self.waiting:
            return
        report = self._on_response
        if response.status < 200:
            self.state = State.PROCEEDING
        else:
            self._stop_timers()
            self._linger(State.COMPLETED, 0 if self.reliable else self._layer.timing.t4, now)
            self._let_go()
        report(response)


class InviteClient(ClientTransaction):
    """INVITE: CALLING, PROCEEDING, COMPLETED or ACCEPTED (figure 5 and RFC 6026; timers A, B, D, M)."""

    __slots__ = ("_acks", "_cancelled", "_rejected_ack", "_rings", "_send_cancel", "reason")

    def __init__(
        self,
        layer: Layer,
        key: Key,
        flow: Flow,
        request: Request,
        on_response: OnResponse,
        on_failure: OnFailure,
        send_cancel: SendCancel,
    ) -> None:
        super().__init__(layer, key, flow, request, on_response, on_failure)
        self.state = State.CALLING
        self._send_cancel = send_cancel
        self._cancelled = self._rings = False
        self.reason = ""
        # To tag of each 2xx seen, with its ACK once the transaction user has made it.
        self._acks: dict[str, tuple[Flow, bytes] | None] = {}
        self._rejected_ack = b""

    @property
    def unheard(self) -> bool:
        return self.state is State.CALLING and not self._cancelled

    @property
    def rings(self) -> bool:
        return self._rings

    def receive(self, response: Response, now: float) -> None:
        status, report = response.status, self._on_response
        if self.waiting:
            self._rings = status < 200
            self._stop_repeating()
            if status < 200:
                self._provisional(now)
            elif status < 300:
                self._stop_timers()
                self._linger(State.ACCEPTED, self._layer.timing.timeout, now)
                self._acks[response.to_tag] = None
                self._on_failure = _ignore
                if self.request.to_tag:  # in a dialog: no other phone can answer it
                    self._on_response = _ignore
            else:
                self._stop_timers()
                self._rejected_ack = serialize(_ack_of_rejection(self.request, response))
                self._layer.send(self.flow, self._rejected_ack)
                self._linger(State.COMPLETED, 0 if self.reliable else self._layer.timing.d, now)
                self._let_go()
            report(response)
        elif self.state is State.COMPLETED and status >= 300:
            self._layer.send(self.flow, self._rejected_ack)
        elif self.state is State.ACCEPTED and 200 <= status < 300:
            self._repeated_2xx(response)

    def cancel(self, now: float, reason: str = "") -> None:
        """Send CANCEL as soon as there is a provisional response (§9.1). `reason` is its Reason (RFC 3326).

        A final response still comes: usually 487, or a 2xx that crossed the CANCEL (which needs ACK and BYE).
        Before a provisional response the INVITE is repeated for some seconds yet, as the response may have
        been lost, and no longer: a peer that is back later would ring for a call that nobody makes any more.
        """
        if self.waiting and not self._cancelled:
            self._cancelled, self.reason = True, reason
            if self.state is State.PROCEEDING:
                self._cancel_now(now)

    def cancel_again(self, now: float) -> None:
        """Instead of `start`: repeat only the CANCEL of an INVITE that rang and was given up."""
        self.state, self._rings, self._cancelled = State.PROCEEDING, True, True
        self._cancel_now(now)

    def cancel_answered(self) -> None:
        """The other side has received the CANCEL, whether it still rang (200) or not (481)."""
        self._rings = False

    def keep_ack(self, tag: str, flow: Flow, data: bytes) -> None:
        """Keep the ACK of the 2xx with this To tag; it is repeated for every
        retransmission of the 2xx (§13.2.2.4)."""
        if self.state is State.ACCEPTED:
            self._acks[tag] = (flow, data)

    def _provisional(self, now: float) -> None:
        first = self.state is State.CALLING
        self.state = State.PROCEEDING
        if first:
            self._stop_timers()
            if self._cancelled:
                self._cancel_now(now)

    def _cancel_now(self, now: float) -> None:
        # If the peer sends no 487, the INVITE counts as cancelled 64*T1 after the CANCEL (§9.1).
        self._stop_timers()
        self._timeout = self._layer.timers.start(self._layer.timing.timeout, now, self._timed_out)
        self._send_cancel(self, now)

    def _send_again(self, now: float, interval: float) -> None:
        if not self._cancelled or interval < self._layer.timing.t2:
            super()._send_again(now, interval)

    def _repeated_2xx(self, response: Response) -> None:
        tag = response.to_tag
        if tag not in self._acks:
            if len(self._acks) >= MAX_FORKS:
                return
            self._acks[tag] = None
            self._on_response(response)
        elif (kept := self._acks[tag]) is not None:
            self._layer.send(*kept)

    def _stop_repeating(self) -> None:
        if self._repeat is not None:
            self._repeat.cancel()
            self._repeat = None

    def _next_interval(self, interval: float) -> float:
        # Timer A doubles without an upper bound; timer B ends it (§17.1.1.2).
        return 2 * interval


def _ack_of_rejection(invite: Request, response: Response) -> Request:
    """The hop-by-hop ACK of a 3xx to 6xx (§17.1.1.3)."""
    ack = sibling(invite, "ACK")
    if to := response.headers.get("To"):
        ack.headers.set("To", to)
    return ack


def sibling(invite: Request, method: str) -> Request:
    """The CANCEL of an INVITE, or the ACK of its rejection: same branch, Route, ids (§9.1, §17.1.1.3)."""
    headers = invite.headers.copy("Via", "Max-Forwards", "Route", "From", "To", "Call-ID")
    headers.set("CSeq", f"{invite.cseq} {method}")
    return Request(method, invite.uri, headers)
