"""The session timer (RFC 4028) of one leg: UPDATEs or re-INVITEs show that the call still exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from offhook.sip.endpoint import ClientTransaction, Endpoint
from offhook.sip.message import Request, Response
from offhook.sip.sessiontimer import SessionTimer
from offhook.switch.b2bua.sdp import Origin

OnFinal = Callable[[Response | None, int], None]
"""Gets the final response (None: there was none) and its status, or the one that stands for it."""


class RefreshedLeg(Protocol):
    """What the refresh needs of its leg."""

    origin: Origin

    def request(self, method: str, body: bytes, content_type: str, on_final: OnFinal) -> ClientTransaction:
        """Send a request inside of the dialog."""
        ...

    def refresh(self, on_final: OnFinal) -> None:
        """Send a re-INVITE with what was described last."""
        ...

    def expired(self) -> None:
        """Nobody has refreshed the session: the call is over."""
        ...


class SessionRefresh:
    """Sets the timer from requests and responses, and refreshes the session if that is our part.

    After `stop` it does nothing.
    """

    def __init__(self, endpoint: Endpoint, leg: RefreshedLeg) -> None:
        self._leg: RefreshedLeg | None = leg
        self._timer: SessionTimer | None = SessionTimer(endpoint, self._refresh, leg.expired)
        self._allowed: Sequence[str] = ()  # the methods that the phone says it knows
        self._refused_update = False

    @property
    def state(self) -> tuple[tuple[str, ...], int, bool]:
        """The methods that the phone knows, the interval in seconds (0: no timer), and whether we refresh."""
        return tuple(self._allowed), *((0, False) if self._timer is None else self._timer.state)

    def restore(self, allowed: Sequence[str], seconds: int, *, ours: bool) -> None:
        """Go on with the session of an earlier run of the program, as if it were refreshed now."""
        self._allowed = allowed
        if self._timer is not None:
            self._timer.restore(seconds, ours=ours)

    def propose(self, request: Request) -> None:
        """Add our proposal for the timer to our INVITE or UPDATE."""
        if self._timer is not None:
            self._timer.propose(request)

    def again(self, request: Request, response: Response) -> Request | None:
        """The request to be sent again, if it was refused because of its timer; else None."""
        return None if self._timer is None else self._timer.again(request, response)

    def stop(self) -> None:
        """The leg has ended: let go of it."""
        timer, self._timer, self._leg = self._timer, None, None
        # Timer and leg refer to each other through this one, and would wait for the garbage collector.
        if timer is not None:
            timer.stop()

    def note_allowed(self, message: Request | Response) -> None:
        """Note the methods that the phone knows, if the message says so (Allow, RFC 3261 §20.5)."""
        if "Allow" in message.headers:
            self._allowed = message.headers.all("Allow")
            self._refused_update = False

    def agreed(self, response: Response) -> None:
        """Take the agreed timer from a 2xx to our INVITE or UPDATE."""
        self.note_allowed(response)
        if self._timer is not None:
            self._timer.agreed(response)

    def answer(self, request: Request, response: Response) -> None:
        """Add the agreed timer to our 2xx to an INVITE or UPDATE."""
        self.note_allowed(request)
        if self._timer is not None:
            self._timer.answer(request, response)

    def _refresh(self) -> None:
        leg = self._leg
        if leg is None:
            return
        # An UPDATE needs no offer (RFC 4028 §7.4). A phone that does not know it gets the last one once more.
        if self._knows_update or not leg.origin.described:
            leg.request("UPDATE", b"", "", self._refreshed)
        else:
            leg.refresh(self._refreshed)

    def allows(self, method: str) -> bool:
        """Has the phone said that it knows this method?"""
        return any(method == one.upper() for one in self._allowed)

    @property
    def _knows_update(self) -> bool:
        return not self._refused_update and self.allows("UPDATE")

    def _refreshed(self, response: Response | None, status: int) -> None:
        timer = self._timer
        if timer is None or (response is not None and status < 300):
            return
        if status in (405, 501) and self._knows_update:
            self._refused_update = True
            self._refresh()
        else:
            timer.try_later()
