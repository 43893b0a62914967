"""How a driver reaches phones, as far as calls have to know it."""

from __future__ import annotations

from typing import Protocol

from offhook.call import Party
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request
from offhook.switch.b2bua.leg import Leg, LegOwner


class EarlyLegOwner:
    """Base of what owns legs until they are answered: without a dialog none of these can come."""

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        leg.answer(transaction, 481)

    def on_ack(self, leg: Leg, request: Request) -> None:
        pass

    def on_cancel(self, leg: Leg) -> None:
        pass

    def on_lost(self, leg: Leg) -> None:
        leg.end()


class DialAttempt(Protocol):
    """Phones that are being called; what becomes of it is told to its `LegOwner`."""

    @property
    def phone_responded(self) -> bool:
        """Has any of the phones responded at all?"""
        ...

    def cancel(self) -> None:
        """Let none of them ring any more. Nothing happens once one has answered."""
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
        """Whose number it is, and the id of its terminal if it is one of ours."""
        ...

    def ring_own_phone(self, terminal: str, callee: Party, owner: LegOwner) -> DialAttempt | None:
        """Ring the phone of the user who dials: without an offer, to be answered by itself, showing `callee`.

        None when it cannot be rung.
        """
        ...

    def call(
        self, number: str, terminal: str, caller: Party, owner: LegOwner, offer: bytes = b""
    ) -> DialAttempt | None:
        """Call a number for the terminal, showing `caller`. None when there is no way to it."""
        ...
