"""How a driver reaches phones, as far as calls have to know it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Protocol

from offhook.call import Party
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.diversion import NO_DIVERSIONS, Diversion
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner

WITHDRAW_S = 2.0
"""How long a phone may take to say that it does not ring any more; one that is gone says nothing."""


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


class LaterLegOwner:
    """Base of the owners of legs from the answer on, when the first INVITE is over and none of these can
    happen any more."""

    def on_progress(self, leg: Leg, response: Response) -> None:
        pass

    def on_answer(self, leg: Leg, response: Response) -> None:
        pass

    def on_refused(self, leg: Leg, status: int) -> None:
        pass


class DialAttempt(Protocol):
    """An attempt to call phones; its result is reported to the `LegOwner`."""

    @property
    def phone_responded(self) -> bool:
        """Has any of the phones responded at all?"""
        ...

    def cancel(self, reason: str = "") -> None:
        """Stop ringing the phones, with this Reason (RFC 3326). No effect if one has answered."""
        ...

    def withdraw(self, reason: str, silent: Callable[[], None]) -> None:
        """Stop ringing the phones, but take the call if one is answered at this very moment.

        `silent` is called once none rings any more; no refusal is reported from now on.
        """
        ...

    def talk(self, done: Callable[[bool], None]) -> bool:
        """Tell a phone that rings to answer (`Leg.talk`); `done` is told whether it takes that.

        False if there is none that knows it.
        """
        ...


class Dialer(Protocol):
    """How a driver reaches phones. `owner` gets the leg of the phone that answers."""

    @property
    def no_answer_s(self) -> float:
        """How long a called phone may ring, in seconds."""
        ...

    def rings_s(self, number: str) -> float | None:
        """How long the phone with this number may ring: None if until the caller gives up."""
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
        self,
        number: str,
        terminal: str,
        caller: Party,
        owner: LegOwner,
        offer: bytes = b"",
        *,
        diversions: Sequence[Diversion] = NO_DIVERSIONS,
        auto_answer: bool = False,
        referred_by: Party | None = None,
    ) -> DialAttempt | None:
        """Call a number on behalf of the terminal, and show `caller`. None if it cannot be reached.

        `diversions` are told to the phone; `auto_answer` asks it to answer by itself. `referred_by` has
        transferred the caller there: that is told where the call is another switch's of this site.
        """
        ...

    def reaches(self, number: str) -> bool:
        """Can this number be called now, as far as it is known here?"""
        ...


class OnePhoneRinging(EarlyLegOwner):
    """Base of what rings a phone for a limited time, beside a call that goes on meanwhile."""

    def __init__(self) -> None:
        self._attempt: DialAttempt | None = None
        self._patience: Timer | None = None

    def cancel(self) -> None:
        """Stop ringing."""
        attempt, self._attempt = self._attempt, None
        if self._patience is not None:
            self._patience.cancel()
        if attempt is not None:
            attempt.cancel()

    def on_progress(self, leg: Leg, response: Response) -> None:
        pass

    def _ring(self, host: LegHost, attempt: DialAttempt | None, seconds: float) -> bool:
        """Give the phone so long to answer. False if it cannot be rung: there is no attempt."""
        self._attempt = attempt
        if attempt is not None:
            self._patience = host.endpoint.after(seconds, self._not_answered)
        return attempt is not None

    def _rings_no_more(self) -> None:
        """The phone has answered or refused."""
        self._attempt = None
        self.cancel()

    @abstractmethod
    def _not_answered(self, now: float) -> None:
        """It has rung for so long."""
