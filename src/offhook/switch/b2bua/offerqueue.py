"""Our offers to one phone: one re-INVITE at a time (RFC 3261 §14.1); the others wait for their turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from offhook.sip.endpoint import ClientTransaction, Endpoint
from offhook.sip.message import Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.sessionrefresh import OnFinal

RETRY_S = (2.1, 4.0)
"""After how long a re-INVITE is tried again that met another one of the phone's, if we are the owner of the
Call-ID (§14.1)."""

RETRY_NOT_OWNER_S = (0.0, 2.0)
"""The same if the phone is: it began the call. The shorter time lets one of the two through first."""

MEETING_S = RETRY_S[1]
"""For how long two re-INVITEs that meet may be in each other's way: by then, one of them has been tried again
alone."""

MAX_TRIES = 64
"""So often an offer is made that meets one of the phone's each time, then it fails with 491; §14.1 names no
limit. The shorter waits add up to a minute, in which a phone whose own INVITE was lost has given that up
(timer B, 32 s), the longer ones to three, after which a proxy has (timer C, §16.6)."""

OVER = 481
"""The status of an offer whose leg has ended before its turn."""


class OfferedLeg(Protocol):
    """What the queue needs of its leg."""

    remote_sdp: bytes
    ended: bool
    owns_call_id: bool
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


@dataclass(slots=True, eq=False)
class _Offer:
    body: Callable[[], bytes]
    on_final: OnFinal
    step: bool
    """A step of a change of the call: it is not superseded, and hears of it if the leg ends."""
    relayed: bool = False
    """The other phone's: that one tries again after a 491, and says when this one's 2xx is acknowledged."""
    tries: int = 0


class OfferQueue:
    """Holds what waits until no INVITE is open, or until it is tried again after a 491.

    The leg is an argument and not kept: a cycle of references would delay its being freed.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._waiting: list[_Offer] = []
        self._retry: Timer | None = None
        self._closed = False

    def add(
        self, leg: OfferedLeg, body: Callable[[], bytes], on_final: OnFinal, *, first: bool = False
    ) -> None:
        """Offer what `body` says as soon as no other offer is open; a newer one takes its place until then.

        It is asked each time that this is tried; b"": there is nothing to be offered any more. The 2xx is
        acknowledged here. `first`: before the steps that wait, which are to change what it says.
        """
        self._add(leg, _Offer(body, on_final, False), first=first)

    def add_step(self, leg: OfferedLeg, body: Callable[[], bytes], on_final: OnFinal) -> Callable[[], bool]:
        """Offer what `body` says when its turn comes. `on_final` is always called.

        Without a body the phone is asked for its offer; then the 2xx is left to be acknowledged with the
        answer. Returns what takes it back, as `add_relayed` does: one that is on its way is not tried again.
        """
        return self._add(leg, _Offer(body, on_final, True))

    def add_relayed(self, leg: OfferedLeg, body: bytes, on_final: OnFinal) -> Callable[[], bool]:
        """Offer what the other phone of the call offers. `on_final` is always called, and acknowledges a 2xx.

        Returns what takes it back: True if it was still waiting for its turn, and nobody will hear of it.
        """
        return self._add(leg, _Offer(lambda: body, on_final, True, True))

    @property
    def waits(self) -> bool:
        """Does an offer wait for its turn?"""
        return bool(self._waiting)

    @property
    def retries(self) -> bool:
        """Has an offer met one of the phone's, and waits to be tried again?"""
        return self._retry is not None

    def theirs_is_through(self, leg: OfferedLeg) -> None:
        """An INVITE of the phone is over: what has met it, and waits to be tried again, can go at once."""
        self._cancel_retry()
        self.proceed(leg)

    def proceed(self, leg: OfferedLeg) -> None:
        """An INVITE has ended: send the offer that waits, if it is possible now."""
        if self._waiting and self._retry is None and not (leg.busy or leg.ended or self._closed):
            self._send(leg, self._waiting.pop(0))

    def close(self) -> None:
        """The phone is not there any more: send nothing more until the leg ends, which is about to be."""
        self._closed = True

    def clear(self) -> None:
        """Drop the offers that wait: the leg has ended."""
        waiting, self._waiting = self._waiting, []
        self._cancel_retry()
        for offer in waiting:
            if offer.step:
                offer.on_final(None, OVER)

    def _add(self, leg: OfferedLeg, offer: _Offer, *, first: bool = False) -> Callable[[], bool]:
        take_back = partial(self._take_back, leg, offer)
        if leg.ended:
            if offer.step:
                offer.on_final(None, OVER)
            return take_back
        if not offer.step:
            if all(not one.step for one in self._waiting):
                self._cancel_retry()
            self._waiting = [one for one in self._waiting if one.step]
        self._waiting.insert(0 if first else len(self._waiting), offer)
        self.proceed(leg)
        return take_back

    def _send(self, leg: OfferedLeg, offer: _Offer) -> None:
        body = offer.body()
        if not body and not offer.step:
            self.proceed(leg)
            return
        offer.tries += 1
        leg.reinvite(body, partial(self._answered, leg, offer, bool(body)))

    def _answered(
        self, leg: OfferedLeg, offer: _Offer, offered: bool, response: Response | None, status: int
    ) -> None:
        if response is not None and status < 300 and not offer.relayed:
            leg.remote_sdp = response.body or leg.remote_sdp
            if offered:
                leg.ack(leg.last_invite, response)
        if offer.relayed or leg.ended or status != 491:
            offer.on_final(response, status)
        elif offer.step or all(one.step for one in self._waiting):
            self._met(leg, offer, response)
        self.proceed(leg)

    def _met(self, leg: OfferedLeg, offer: _Offer, response: Response | None) -> None:
        """It has met an offer of the phone, and no newer one has taken its place."""
        if offer.tries >= MAX_TRIES:
            offer.on_final(response, 491)
            return
        self._waiting.insert(0, offer)
        delay = random.uniform(*(RETRY_S if leg.owns_call_id else RETRY_NOT_OWNER_S))
        self._retry = self._endpoint.after(delay, lambda _now: self._retried(leg))

    def _take_back(self, leg: OfferedLeg, offer: _Offer) -> bool:
        if offer not in self._waiting:
            offer.tries = MAX_TRIES  # it is on its way, and this is the last time
            return False
        if offer is self._waiting[0]:  # what waits behind it does not wait for it to be tried again
            self._cancel_retry()
        self._waiting.remove(offer)
        self.proceed(leg)
        return True

    def _retried(self, leg: OfferedLeg) -> None:
        self._retry = None
        self.proceed(leg)

    def _cancel_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
