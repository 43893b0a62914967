"""Who sends a leg's requests, where the other side wants to know (RFC 3261 §22)."""

from __future__ import annotations

from typing import Protocol

from offhook.sip.message import Request, Response

CREDENTIALS = ("Authorization", "Proxy-Authorization")
"""The header fields in which a request says who sends it."""


class Credentials(Protocol):
    """An account, for the requests that are sent in its name."""

    def sign(self, request: Request) -> None:
        """Put in credentials if a challenge is known already."""
        ...

    def again(self, request: Request, response: Response) -> Request | None:
        """The request once more after a 401 or 407; None when that is of no use."""
        ...

    def learn(self, response: Response) -> None:
        """A 2xx: it may say with which nonce to go on."""
        ...


class NoCredentials:
    """For phones that do not ask who calls them."""

    def sign(self, request: Request) -> None:
        pass

    def again(self, request: Request, response: Response) -> Request | None:
        return None

    def learn(self, response: Response) -> None:
        pass


NO_CREDENTIALS = NoCredentials()
