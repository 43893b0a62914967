"""Server transactions (RFC 3261 §17.2, RFC 6026 §8.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offhook.sip.message import Request, make_response, serialize
from offhook.sip.timers import Timer
from offhook.sip.transaction import Flow, Key, Layer, State, Transaction

OnAckTimeout = Callable[["ServerTransaction", float], None]


class ServerTransaction(Transaction):
    """A request to be answered with `Endpoint.respond`.

    `flow` is that of the request, `reply_flow` that of responses. `local_tag` is the To tag of all responses.

    `doubtful`: the source of a UDP packet may be forged. Then the request is answered once and forgotten (RFC
    3261 §26.3.2.4): so retransmissions do not flood a victim, and the request takes up no memory. A real peer
    repeats the request if the response is lost.
    """

    __slots__ = ("_last", "doubtful", "local_tag", "reply_flow", "request")

    def __init__(
        self, layer: Layer, key: Key, flow: Flow, reply_flow: Flow, request: Request, local_tag: str
    ) -> None:
        super().__init__(layer, key, flow, State.TRYING)
        self.request, self.reply_flow, self.local_tag = request, reply_flow, local_tag
        self._last = b""
        self.doubtful = False

    @property
    def final(self) -> bool:
        """Has a final response been sent?"""
        return self.state not in (State.TRYING, State.PROCEEDING)

    def respond(self, status: int, data: bytes, now: float) -> None:
        """Send a response; ignored after the final one."""
        raise NotImplementedError

    def repeated(self) -> None:
        """Handle a retransmission of the request: repeat the last response."""
        if self._last:
            self._layer.send(self.reply_flow, self._last)

    def _send(self, data: bytes) -> None:
        self._last = data
        self._layer.send(self.reply_flow, data)


class NonInviteServer(ServerTransaction):
    """Any request but INVITE and ACK: TRYING, PROCEEDING, COMPLETED (figure 8; timer J)."""

    __slots__ = ()

    def respond(self, status: int, data: bytes, now: float) -> None:
        if self.final:
            return
        self._send(data)
        if status < 200:
            self.state = State.PROCEEDING
        elif self.doubtful and not self.reliable:
            self.terminate()
        else:
            self._linger(State.COMPLETED, 0 if self.reliable else self._layer.timing.timeout, now)


class InviteServer(ServerTransaction):
    """INVITE: PROCEEDING, then COMPLETED and CONFIRMED, or ACCEPTED (figure 7, RFC 6026; timers G, H, I, L).

    In ACCEPTED it also does what §13.3.1.4 requires of the UAS core: it repeats the 2xx until the ACK.
    `cancel_reason` is what a CANCEL of it says about why (RFC 3326).
    """

    __slots__ = ("_on_ack_timeout", "_repeat", "_timeout", "acked", "cancel_reason", "says_again")

    def __init__(
        self,
        layer: Layer,
        key: Key,
        flow: Flow,
        reply_flow: Flow,
        request: Request,
        local_tag: str,
        on_ack_timeout: OnAckTimeout,
    ) -> None:
        super().__init__(layer, key, flow, reply_flow, request, local_tag)
        self.state = State.PROCEEDING
        self.acked = False
        self.says_again = True  # a provisional response, every minute
        self.cancel_reason: Sequence[str] = ()
        self._on_ack_timeout = on_ack_timeout
        self._repeat: Timer | None = None
        self._timeout: Timer | None = None

    def start(self, now: float) -> None:
        """Send 100 Trying automatically if there is no response within 200 ms (§17.2.1)."""
        self._repeat = self._layer.timers.start(self._layer.timing.trying, now, self._trying)

    def respond(self, status: int, data: bytes, now: float) -> None:
        if self.final:
            return
        self._stop_repeating()
        self._send(data)
        if status < 200:
            if status > 100 and self.says_again:
                self._say_again_later(now)
            return
        if self.doubtful and not self.reliable and status >= 300:
            self.terminate()
            return
        timing = self._layer.timing
        self.state = State.ACCEPTED if status < 300 else State.COMPLETED
        self._timeout = self._layer.timers.start(timing.timeout, now, self._timed_out, patient=True)
        # A 2xx is end to end: repeated over TCP as well, because a proxy may use UDP further on (§13.3.1.4).
        if status < 300 or not self.reliable:
            self._repeat_after(timing.t1, now)

    def repeated(self) -> None:
        """Handle a retransmission of the INVITE. Absorbed in ACCEPTED:
        the 2xx has its own timer (RFC 6026)."""
        if self.state in (State.PROCEEDING, State.COMPLETED):
            super().repeated()

    def ack(self, now: float) -> None:
        """Handle the ACK: of a rejection (matched by branch), or of the 2xx (matched by dialog)."""
        self.acked = True
        self._stop_repeating()
        if self.state is State.COMPLETED:
            if self._timeout is not None:
                self._timeout.cancel()
            self._linger(State.CONFIRMED, 0 if self.reliable else self._layer.timing.t4, now)
        self._last = b""

    def _timed_out(self, now: float) -> None:
        unanswered = self.state is State.ACCEPTED and not self.acked
        self._stop_repeating()
        self.terminate()
        if unanswered:
            self._on_ack_timeout(self, now)

    def _trying(self, now: float) -> None:
        self._send(serialize(make_response(self.request, 100)))

    def _say_again_later(self, now: float) -> None:
        self._repeat = self._layer.timers.start(self._layer.timing.progress, now, self._say_again)

    def _say_again(self, now: float) -> None:
        self._layer.send(self.reply_flow, self._last)
        self._say_again_later(now)

    def _repeat_after(self, interval: float, now: float) -> None:
        def again(later: float) -> None:
            self._layer.send(self.reply_flow, self._last)
            self._repeat_after(min(2 * interval, self._layer.timing.t2), later)

        self._repeat = self._layer.timers.start(interval, now, again)

    def _stop_repeating(self) -> None:
        if self._repeat is not None:
            self._repeat.cancel()
            self._repeat = None
