"""The token that a Login has to contain."""

import hmac
from typing import Final

from offhook.tsp.framing import clean
from offhook.tsp.messages import (
    Login,
)

UNGUESSABLE: Final = 22
"""Characters of a token of 128 random bits."""


class Token:
    """The token of a server, which may change. None: every Login is good."""

    def __init__(self, value: str | None) -> None:
        self.value = value or None

    @property
    def unguessable(self) -> bool:
        """Is it too long to be guessed? Then who has it need not wait for those who try others."""
        return self.value is not None and len(self.value) >= UNGUESSABLE

    def right(self, login: Login) -> bool:
        """Does the Login contain it?"""
        if self.value is None:
            return True
        mine, theirs = clean(self.value), login.token
        return hmac.compare_digest(theirs.encode("utf-8", "replace"), mine.encode("utf-8", "replace"))
