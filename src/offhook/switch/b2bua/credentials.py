"""Digest credentials for a leg's requests, for peers that ask for them (RFC 3261 §22)."""

from __future__ import annotations

from typing import Final, Protocol

from offhook.sip.message import Request, Response

CREDENTIALS: Final = ("Authorization", "Proxy-Authorization")
"""The header fields that hold the credentials of a request."""


class Credentials(Protocol):
    """An account that signs requests."""

    def sign(self, request: Request) -> None:
        """Add credentials, if a challenge is known."""
        ...

    def again(self, request: Request, response: Response) -> Request | None:
        """The request to be sent again after a 401 or 407; None if another attempt would fail, too."""
        ...

    def learn(self, response: Response) -> None:
        """Take the next nonce from a 2xx, if it has one."""
        ...


class NoCredentials:
    """For phones, which do not ask for credentials."""

    def sign(self, request: Request) -> None:
        pass

    def again(self, request: Request, response: Response) -> Request | None:
        return None

    def learn(self, response: Response) -> None:
        pass


NO_CREDENTIALS = NoCredentials()
