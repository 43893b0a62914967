"""Changes of the audio of a call, step by step: offers to its phones, each awaited (RFC 3264, RFC 6337)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager

from offhook.sip.message import REASONS, Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.direction import direction_of
from offhook.switch.b2bua.leg import Leg

GONE = (404, 408, 410, 480, 481, 503, 504)
"""Statuses that say that there is no phone any more, or none that answers."""


class NotDoneError(Exception):
    """A phone has not done its step; `why` is for people."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def refused(status: int) -> NotDoneError:
    """What a status other than 2xx means."""
    if status in GONE:
        return NotDoneError("the phone does not answer, or the call is over")
    return NotDoneError(f"a phone has refused it ({status} {REASONS.get(status, '')})".replace(" )", ")"))


class Negotiation:
    """The steps. `sending` is for work outside of the endpoint's callbacks (`SipSwitch`)."""

    def __init__(
        self, sending: Callable[[], AbstractContextManager[None]], *, repeats_answers: bool = False
    ) -> None:
        """`repeats_answers`: a phone's offer is answered in the ACK, and the same is offered to it once more
        (`SipSwitch.repeats_answers`)."""
        self._sending, self._repeats_answers = sending, repeats_answers

    async def offer(self, leg: Leg, body: Callable[[], bytes]) -> Response:
        """Offer this to the phone, or ask it for an offer if it is empty; its 2xx.

        Raises `NotDoneError`. If it is cancelled, what the phone says too late is put right again.
        """
        done: asyncio.Future[tuple[Response | None, int]] = asyncio.get_running_loop().create_future()

        def final(response: Response | None, status: int) -> None:
            if not done.done():
                done.set_result((response, status))
            elif response is not None and status < 300 and not leg.ended:
                self._too_late(leg, response)

        with self._sending():
            take_back = leg.change(body, final)
        try:
            response, status = await done
        except asyncio.CancelledError:
            with self._sending():
                if not take_back() and leg.outgoing_invite is not None:
                    leg.outgoing_invite.cancel(leg.now)
            raise
        if response is None or status >= 300:
            raise refused(status)
        return response

    async def join(self, first: Leg, second: Leg) -> None:
        """Let the audio of two phones flow between them: one is asked for an offer, which the other gets.

        Raises `NotDoneError`; then the first one has been given silence.
        """
        offer = await self.offer(first, bytes)
        invite = first.last_invite
        answer = b""
        try:
            first.holds = direction_of(offer.body) in ("sendonly", "inactive")
            if first.holds:
                raise NotDoneError("the call is on hold at the phone itself")
            answer = (await self.offer(second, lambda: offer.body)).body
            second.holds = direction_of(answer) in ("sendonly", "inactive")
        finally:
            with self._sending():
                first.ack(invite, offer, answer or sdp.black_hole(offer.body))
        if self._repeats_answers:
            await self.offer(first, lambda: second.remote_sdp)

    @staticmethod
    def _too_late(leg: Leg, response: Response) -> None:
        if leg.waits_for_answer:
            leg.ack(leg.last_invite, response, sdp.black_hole(response.body))
        if isinstance(leg.owner, B2buaCall):
            leg.owner.renew(leg)
