"""Our offers to one phone: one re-INVITE at a time (RFC 3261 §14.1), and only the newest offer waits."""

from __future__ import annotations

import random
from typing import Protocol

from offhook.sip.endpoint import ClientTransaction, Endpoint
from offhook.sip.message import Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.sessionrefresh import OnFinal

RETRY_S = (2.1, 4.0)
"""After how long a re-INVITE is tried again that met another one of the phone's (§14.1, for the owner of the
Call-ID)."""


class OfferedLeg(Protocol):
    """What the queue needs of its leg."""

    remote_sdp: bytes
    ended: bool
    last_invite: ClientTransaction

    @property
    def busy(self) -> bool:
        """Is an INVITE open in either direction?"""
        ...

    def reinvite(self, body: bytes, on_final: OnFinal) -> None:
        """Send a re-INVITE."""
        ...

    def ack(self, client: ClientTransaction, response: Response, body: bytes = b"") -> None:
        """Acknowledge its 2xx."""
        ...


class OfferQueue:
    """Holds at most one offer: until no INVITE is open, or until it is tried again after a 491.

    The leg is an argument and not kept: a cycle of references would delay its being freed.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._waiting: tuple[bytes, OnFinal] | None = None
        self._retry: Timer | None = None

    def add(self, leg: OfferedLeg, body: bytes, on_final: OnFinal) -> None:
        """Offer this as soon as no other INVITE is open; a newer offer takes its place until then.

        The 2xx is acknowledged here.
        """
        if leg.ended:
            return
        self._cancel_retry()
        if leg.busy:
            self._waiting = (body, on_final)
            return

        def final(response: Response | None, status: int) -> None:
            if response is not None and status < 300:
                leg.remote_sdp = response.body or leg.remote_sdp
                leg.ack(leg.last_invite, response)
            if status == 491 and not leg.ended and self._waiting is None:
                delay = random.uniform(*RETRY_S)
                self._retry = self._endpoint.after(delay, lambda _now: self.add(leg, body, on_final))
            elif status != 491 or leg.ended:
                on_final(response, status)
            self.proceed(leg)

        leg.reinvite(body, final)

    def proceed(self, leg: OfferedLeg) -> None:
        """An INVITE has ended: send the offer that waits, if it is possible now."""
        if self._waiting is not None and not leg.busy and not leg.ended:
            body, on_final = self._waiting
            self._waiting = None
            self.add(leg, body, on_final)

    def clear(self) -> None:
        """Drop the offer that waits: the leg has ended."""
        self._waiting = None
        self._cancel_retry()

    def _cancel_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
