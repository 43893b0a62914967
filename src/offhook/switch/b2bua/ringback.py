"""A call on hold rings back when its phone has been hung up in another call, so that nobody is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from offhook.call import Cause, Party
from offhook.sip.message import Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.dialer import Dialer, OnePhoneRinging
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner


class HeldCall(LegOwner, Protocol):
    """What it needs of the call on hold."""

    @property
    def dialer(self) -> Dialer:
        """How phones are reached."""
        ...

    def other_party(self, call_id: str) -> Party:
        """Who is on hold."""
        ...

    def put_leg(self, call_id: str, leg: Leg | None) -> None:
        """Set the phone of the terminal."""
        ...

    def end(self, cause: Cause) -> None:
        """End the call."""
        ...


class RingBack(OnePhoneRinging):
    """Rings the phone like any call that comes in; it is not to answer by itself.

    `on_answered` is called when the phone is the call's again, in silence.
    """

    def __init__(self, call: HeldCall, call_id: str, on_answered: Callable[[], None]) -> None:
        super().__init__()
        self._call, self._call_id, self._on_answered = call, call_id, on_answered

    def begin(self, host: LegHost, terminal: str, number: str) -> bool:
        """Ring the terminal, by its number. False if the phone cannot be rung."""
        call = self._call
        attempt = call.dialer.call(number, terminal, call.other_party(self._call_id), self)
        return self._ring(host, attempt, call.dialer.no_answer_s)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._rings_no_more()
        leg.owner = self._call
        leg.ack(leg.last_invite, response, sdp.black_hole(response.body) if response.body else b"")
        self._call.put_leg(self._call_id, leg)
        self._on_answered()

    def on_refused(self, leg: Leg, status: int) -> None:
        self._rings_no_more()
        self._call.end(Cause.NORMAL)

    def _not_answered(self, now: float) -> None:
        self._call.end(Cause.NO_ANSWER)
