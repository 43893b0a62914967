"""The sessions that have logged in: how many each user may have, and which one is ended to make room."""

from collections.abc import Callable
from typing import Generic, TypeVar

from offhook.errors import CallError, Refusal

T = TypeVar("T")

MAX_OF_USER = 500
"""Sessions of one user: one that a whole site's gateways share, with room to spare."""

USER_SHARE = 4
"""One user's sessions are at most one in so many of all that there may be."""


class Sessions(Generic[T]):
    """The sessions of each user, oldest first. `shed` ends a session to make room."""

    def __init__(self, most: int, shed: Callable[[T], None]) -> None:
        self._most, self._shed = most, shed
        self._most_of_user = max(2, min(MAX_OF_USER, most // USER_SHARE))
        self._by_user: dict[str, dict[T, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, user: str, session: T) -> None:
        """Add a session. Raises `CallError` OVERLOADED if this user has too many.

        If there is no room, the user with the most sessions loses the oldest one, unless it is this user.
        """
        own = self._by_user.get(user, {})
        if len(own) >= self._most_of_user:
            raise CallError(
                Refusal.OVERLOADED, f"user {user} has {len(own)} sessions open; end some, then log in again"
            )
        if self._count >= self._most:
            most = max(self._by_user.values(), key=len)
            if len(most) < len(own) + 2:
                raise CallError(
                    Refusal.OVERLOADED, "the Call Manager has no room for more sessions; try later"
                )
            oldest = next(iter(most))
            self.discard(next(one for one, theirs in self._by_user.items() if theirs is most), oldest)
            self._shed(oldest)
        self._by_user.setdefault(user, {})[session] = None
        self._count += 1

    def discard(self, user: str, session: T) -> None:
        """Remove a session, if it is there."""
        own = self._by_user.get(user, {})
        if session in own:
            del own[session]
            self._count -= 1
            if not own:
                del self._by_user[user]
