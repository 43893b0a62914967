"""How a driver reaches phones, as far as calls have to know it."""

from __future__ import annotations

from typing import Protocol

from offhook.call import Party
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request
from offhook.switch.b2bua.leg import Leg, LegOwner


class EarlyLegOwner:
    """Base of the owners of legs before the answer, when there is no dialog and none of these can happen."""

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        leg.answer(transaction, 481)

    def on_ack(self, leg: Leg, request: Request) -> None:
        pass

    def on_cancel(self, leg: Leg) -> None:
        pass

    def on_lost(self, leg: Leg) -> None:
        leg.end()


class DialAttempt(Protocol):
    """An attempt to call phones; its result is reported to the `LegOwner`."""

    @property
    def phone_responded(self) -> bool:
        """Has any of the phones responded at all?"""
        ...

    def cancel(self) -> None:
        """Stop ringing the phones. No effect if one has answered."""
        ...


class Dialer(Protocol):
    """How a driver reaches phones. `owner` gets the leg of the phone that answers."""

    @property
    def no_answer_s(self) -> float:
        """How long a called phone may ring, in seconds."""
        ...

    @property
    def terminal_answer_s(self) -> float:
        """How long the phone of the user who dials may ring, in seconds."""
        ...

    def lookup(self, number: str) -> tuple[Party, str | None]:
        """The party with this number, and the id of its terminal if it is one of ours."""
        ...

    def ring_own_phone(self, terminal: str, callee: Party, owner: LegOwner) -> DialAttempt | None:
        """Ring the phone of the user who dials: an INVITE without an offer that asks the phone to answer
        automatically, and shows it `callee`. None if it cannot be rung.
        """
        ...

    def call(
        self, number: str, terminal: str, caller: Party, owner: LegOwner, offer: bytes = b""
    ) -> DialAttempt | None:
        """Call a number on behalf of the terminal, and show `caller`. None if it cannot be reached."""
        ...
