"""Dials whose reply never came: the next session withdraws them, so that no phone rings on for them."""

from collections.abc import Iterable

from offhook.call import Withdraw
from offhook.sscp.fields import MAX_WITHDRAWN
from offhook.sscp.messages import WITHDRAW

MAX_FAILED_DIALS = 1024
"""Dials that are remembered for it: more than can be under way in one session."""


class FailedDials:
    """The `dial_id`s of these dials."""

    def __init__(self) -> None:
        self._dial_ids: dict[str, None] = {}

    def add(self, dial_id: str) -> None:
        """Remember a dial: the session broke before its reply."""
        self._dial_ids[dial_id] = None
        while len(self._dial_ids) > MAX_FAILED_DIALS:
            del self._dial_ids[next(iter(self._dial_ids))]

    def withdrawals(self, features: frozenset[str]) -> list[Withdraw]:
        """The `Withdraw` commands for a server with these features.

        One that knows no `withdraw` is asked for nothing: which of the calls there are ours cannot be known.
        """
        if WITHDRAW not in features:
            self._dial_ids.clear()
        waiting = list(self._dial_ids)
        return [Withdraw(waiting[at : at + MAX_WITHDRAWN]) for at in range(0, len(waiting), MAX_WITHDRAWN)]

    def withdrawn(self, dial_ids: Iterable[str]) -> None:
        """Forget these dials: the server has withdrawn them."""
        for dial_id in dial_ids:
            self._dial_ids.pop(dial_id, None)
