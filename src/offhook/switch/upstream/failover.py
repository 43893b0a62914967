"""One number called through a PBX or a provider: by the best way, and by the next where that one fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.dialer import WITHDRAW_S, EarlyLegOwner
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner


class Way(Protocol):
    """A server by which a number can be called."""

    @property
    def flow(self) -> Flow:
        """How the server is reached now."""
        ...

    @property
    def credentials(self) -> Credentials:
        """Who calls there."""
        ...

    @property
    def silent_s(self) -> float:
        """A server that is silent for so long is passed by."""
        ...

    def begin(self, leg: Leg) -> Request:
        """The INVITE for this flow, and the leg that it is sent by."""
        ...

    def silent(self) -> None:
        """The server has not responded in time."""
        ...

    def fails(self, status: int, *, responded: bool) -> bool:
        """Is this refusal one of the server, so that the next way is worth trying? `responded`: has the
        server responded before?"""
        ...


class FailoverInvite(EarlyLegOwner):
    """Owns the leg until it is answered, and then hands it to `owner`, or until no way is left.

    `next_way` gives the best way that has not been tried. `phone_responded`: has a phone responded, and not
    the server alone (a 100 is its own)?
    """

    def __init__(
        self,
        host: LegHost,
        owner: LegOwner,
        terminal: str,
        next_way: Callable[[], Way | None],
        talk: Callable[[str, Callable[[bool], None]], bool] = lambda _terminal, _done: False,
    ) -> None:
        self._host, self._owner, self._terminal = host, owner, terminal
        self._next_way, self._talk = next_way, talk
        self._way: Way | None = None
        self._leg: Leg | None = None
        self._silence: Timer | None = None
        self._withdrawing: Timer | None = None
        self._withdrawn: Callable[[], None] | None = None
        self._responded = self.phone_responded = False

    def begin(self) -> bool:
        """Call by the best way that has not been tried; False when there is none."""
        self._way = way = self._next_way()
        if way is None:
            return False
        self._responded = False
        flow = way.flow
        self._leg = leg = Leg(self._host, self, self._terminal, flow.local[0], way.credentials)
        self._silence = self._host.endpoint.after(way.silent_s, lambda _now: self._silent(way))
        leg.invite(way.begin(leg), flow)
        return True

    def cancel(self, reason: str = "") -> None:
        """Let it ring no more."""
        self._cancel_silence()
        self._withdrawn = None
        if self._withdrawing is not None:
            self._withdrawing.cancel()
        leg, self._leg = self._leg, None
        if leg is not None:
            leg.end(reason=reason)

    def withdraw(self, reason: str, silent: Callable[[], None]) -> None:
        self._cancel_silence()
        self._withdrawn = silent
        self._withdrawing = self._host.endpoint.after(WITHDRAW_S, lambda _now: self._is_withdrawn(reason))
        if self._leg is not None:
            self._leg.withdraw(reason)

    def talk(self, done: Callable[[bool], None]) -> bool:
        """A server is at the other end, which is no phone; it may pass that on, outside of the dialog."""
        return self._talk(self._terminal, done)

    def _is_withdrawn(self, reason: str = "") -> None:
        silent = self._withdrawn
        self.cancel(reason)
        if silent is not None:
            silent()

    def on_progress(self, leg: Leg, response: Response) -> None:
        self._server_responded()
        self.phone_responded = self.phone_responded or response.status > 100
        if leg is self._leg:
            self._owner.on_progress(leg, response)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._server_responded()
        self._leg = None
        self.cancel()
        leg.owner = self._owner
        self._owner.on_answer(leg, response)

    def on_refused(self, leg: Leg, status: int) -> None:
        if leg is not self._leg:
            return
        self._leg = None
        self._cancel_silence()
        if self._withdrawn is not None:
            self._is_withdrawn()
            return
        fails = self._way is not None and self._way.fails(status, responded=self._responded)
        if fails and not self.phone_responded and self.begin():
            return
        self._owner.on_refused(leg, status)

    def _silent(self, way: Way) -> None:
        leg, self._leg = self._leg, None
        if leg is None:
            return
        way.silent()
        leg.end()
        if not self.begin():
            self._owner.on_refused(leg, 504)

    def _server_responded(self) -> None:
        self._responded = True
        self._cancel_silence()

    def _cancel_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
