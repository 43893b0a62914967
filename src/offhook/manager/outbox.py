"""The interface of the webhooks' outbox, which `offhook.manager.stores.outbox` implements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for one webhook. `call` is the call it is about: letters about one call are sent in order.

    `next_at` is when it is tried, and `made` when it was written, in seconds since the epoch; `attempts` how
    often it was tried, and `problem` why that failed. A `dead` one is tried no more.
    """

    id: str
    hook: str
    call: str
    body: bytes
    made: float
    next_at: float
    attempts: int = 0
    problem: str = ""
    dead: bool = False


class Outbox(Protocol):
    """Letters that wait, and dead ones. All methods may block, and raise `UnavailableError`."""

    def add(self, letters: Sequence[Letter]) -> int:
        """Store letters. Above a webhook's limit its oldest become dead; returns how many that were."""
        ...

    def due(self, hook: str, now: float, limit: int) -> Sequence[Letter]:
        """The letters to be sent now: of each call the oldest only, so that no letter overtakes another."""
        ...

    def next_at(self, hook: str) -> float | None:
        """When the next one of the webhook is to be tried; None if nothing waits."""
        ...

    def done(self, letter_id: str) -> None:
        """The letter has arrived; forget it."""
        ...

    def failed(self, letter: Letter) -> None:
        """Store the letter as it is after a failed attempt: to be sent again, or dead."""
        ...
