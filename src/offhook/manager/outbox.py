"""What waits to be told to programs elsewhere, as an interface: `offhook.manager.stores.outbox` keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """Something for one webhook. `call` is what it is about: letters about one call go out in their order.

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
        """Keep these. Above the limit of a webhook its oldest become dead; how many that were."""
        ...

    def due(self, hook: str, now: float, limit: int) -> Sequence[Letter]:
        """Those to be tried now: of each call only the oldest, so that nothing overtakes."""
        ...

    def next_at(self, hook: str) -> float | None:
        """When the next one of the webhook is to be tried; None if nothing waits."""
        ...

    def done(self, letter_id: str) -> None:
        """It has arrived."""
        ...

    def failed(self, letter: Letter) -> None:
        """Keep the letter as it now is: to be tried again, or dead."""
        ...
