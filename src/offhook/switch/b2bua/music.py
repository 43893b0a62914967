"""Music for a party on hold: a source that is called like any phone (RFC 7088 is the same by the phone).

The switch has no audio. So the source is a number of the site, or of the PBX, that answers and plays; its
audio goes to the party on hold directly.
"""

from __future__ import annotations

from offhook.call import Party
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.dialer import DialAttempt, Dialer, EarlyLegOwner
from offhook.switch.b2bua.direction import directed
from offhook.switch.b2bua.leg import Leg


class Music(EarlyLegOwner):
    """What is played to `listener` until `stop`. Whatever goes wrong, there is silence."""

    def __init__(self, listener: Leg) -> None:
        self._listener = listener
        self._leg: Leg | None = None
        self._attempt: DialAttempt | None = None
        self._stopped = False

    def begin(self, dialer: Dialer, number: str, terminal: str, shown: Party) -> None:
        """Call the source, on behalf of the terminal that holds. It may only send."""
        offer = directed(self._listener.remote_sdp, "recvonly")
        self._attempt = dialer.call(number, terminal, shown, self, offer)

    def stop(self) -> None:
        """The party is on hold no more."""
        self._stopped = True
        attempt, self._attempt = self._attempt, None
        leg, self._leg = self._leg, None
        if attempt is not None:
            attempt.cancel()
        if leg is not None:
            leg.end()

    # `LegOwner` of the source

    def on_progress(self, leg: Leg, response: Response) -> None:
        """It may play before it has answered, but is not heard yet."""

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._attempt, leg.owner = None, self
        leg.ack(leg.last_invite, response)
        if self._stopped:
            leg.end()
            return
        self._leg = leg
        self._play(response.body)

    def on_refused(self, leg: Leg, status: int) -> None:
        self._attempt = None

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """It plays what it first said, from where it first said; and it may hang up."""
        if request.method == "BYE":
            leg.answer(transaction, 200)
            leg.bye_received()
            self._leg = None
        elif request.method in ("OPTIONS", "INFO") or (request.method == "UPDATE" and not request.body):
            leg.answer(transaction, 200)
        else:
            leg.answer(transaction, 488 if request.method in ("INVITE", "UPDATE") else 405)

    def on_lost(self, leg: Leg) -> None:
        leg.end()
        self._leg = None

    def _play(self, description: bytes) -> None:
        self._listener.offer(directed(description, "sendonly"), lambda _response, _status: None)
