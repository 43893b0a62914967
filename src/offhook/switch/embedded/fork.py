"""All phones of one terminal are called at once; the first that answers has the call (RFC 3261 §16.7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.dialer import WITHDRAW_S, EarlyLegOwner
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner
from offhook.switch.b2bua.reason import ELSEWHERE

_GONE = frozenset({408, 480, 503, 504})
"""Statuses of a phone that cannot be reached or is not answered: those of the other phones say more."""

GONE = 504
"""The status of a phone that has said nothing (RFC 3261 §8.1.3.1 would have 408, which is one that rang)."""

SHOWS_S = 2.0
"""How long a phone may take for its first response, where another one of the terminal has given a final one:
by then its INVITE has gone out three times. A phone that is off would else keep the caller waiting for 32 s
(timer B)."""

OnSilence = Callable[[str, Flow], None]
"""Is told the terminal, and how its phone is reached that says nothing."""


class Fork(EarlyLegOwner):
    """Owns the legs until one is answered, and hands that one to `owner`.

    `owner.on_refused` is called once, with the best of the statuses, when no phone is left that may answer.
    `phone_responded`: has any phone responded at all? One that says nothing for `silent_s`, not even that it
    tries, is told of, and where none says more the call is given up.
    """

    def __init__(
        self, host: LegHost, owner: LegOwner, terminal: str, silent_s: float, on_silence: OnSilence
    ) -> None:
        self._host, self._endpoint = host, host.endpoint
        self._owner, self._terminal = owner, terminal
        self._silent_s, self._on_silence = silent_s, on_silence
        self._flows: dict[Leg, Flow] = {}
        self._patience: Timer | None = None
        self._legs: list[Leg] = []
        self._statuses: list[int] = []
        self._responsive: set[Leg] = set()
        self._silence: Timer | None = None
        self._withdrawing: Timer | None = None
        self._withdrawn: Callable[[], None] | None = None
        self._talking: set[Leg] = set()
        self._patience_over = False
        self.phone_responded = False

    def call(self, invitations: Sequence[tuple[Request, Flow]], talking: Sequence[bool] = ()) -> None:
        """Invite every phone; `talking`: which of them are known to answer when they are told to."""
        self._silence = self._endpoint.after(SHOWS_S, self._silent)
        self._legs = [Leg(self._host, self, self._terminal, flow.local[0]) for _, flow in invitations]
        self._talking = {leg for leg, talks in zip(self._legs, talking, strict=False) if talks}
        self._patience = self._endpoint.after(self._silent_s, self._give_up)
        for leg, (request, flow) in zip(self._legs, invitations, strict=True):
            self._flows[leg] = flow
            leg.invite(request, flow)

    def cancel(self, reason: str = "") -> None:
        """Let no phone ring any more."""
        legs, self._legs = self._legs, []
        self._withdrawn = None
        self._talking.clear()
        self._flows.clear()
        self._responsive.clear()  # a leg has its owner: both would wait for the garbage collector
        for timer in (self._silence, self._patience, self._withdrawing):
            if timer is not None:
                timer.cancel()
        for leg in legs:
            leg.end(reason=reason)

    def withdraw(self, reason: str, silent: Callable[[], None]) -> None:
        self._withdrawn = silent
        self._withdrawing = self._endpoint.after(WITHDRAW_S, lambda _now: self._is_withdrawn(reason))
        for leg in list(self._legs):
            leg.withdraw(reason)

    def talk(self, done: Callable[[bool], None]) -> bool:
        def answered(_response: Response | None, status: int) -> None:
            done(200 <= status < 300)

        return any(leg.talk(answered, known=leg in self._talking) for leg in self._legs)

    def _is_withdrawn(self, reason: str = "") -> None:
        silent = self._withdrawn
        self.cancel(reason)
        if silent is not None:
            silent()

    def on_progress(self, leg: Leg, response: Response) -> None:
        self.phone_responded = True
        self._responsive.add(leg)
        self._owner.on_progress(leg, response)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._legs.remove(leg)
        self.cancel(ELSEWHERE)
        leg.owner = self._owner
        self._owner.on_answer(leg, response)

    def on_refused(self, leg: Leg, status: int) -> None:
        self._legs.remove(leg)
        self._flows.pop(leg, None)
        self._responsive.discard(leg)
        if self._withdrawn is not None:
            if not self._legs:
                self._is_withdrawn()
            return
        self._statuses.append(status)
        self.phone_responded = self.phone_responded or leg.refusal is not None
        if status >= 600 or (self._patience_over and self.phone_responded and not self._responsive):
            self.cancel()
        self._refused(leg)

    def _silent(self, _now: float) -> None:
        """A phone that is silent by now is off: it does not outweigh what the others responded."""
        self._patience_over = True
        if self._withdrawn is None and self.phone_responded and not self._responsive and self._legs:
            leg = self._legs[0]
            self.cancel()
            self._refused(leg)

    def _give_up(self, _now: float) -> None:
        """A phone that has not said anything by now has no power, or no network."""
        silent = [leg for leg in self._legs if leg not in self._responsive]
        for leg in silent:
            self._on_silence(self._terminal, self._flows[leg])
        if silent and not self._responsive and self._withdrawn is None:
            self._statuses.append(GONE)
            self.cancel()
            self._refused(silent[0])

    def _refused(self, leg: Leg) -> None:
        if not self._legs:
            for timer in (self._silence, self._patience):
                if timer is not None:
                    timer.cancel()
            self._owner.on_refused(leg, min(self._statuses, key=_badness))


def _badness(status: int) -> tuple[bool, bool, int]:
    """6xx holds for all phones of a person; then comes what a phone has responded; then silence."""
    return (status < 600, status in _GONE, status)
