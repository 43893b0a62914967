"""A connection is cut off."""

from asyncio import WriteTransport
from contextlib import suppress


def abort(transport: WriteTransport) -> None:
    """Close it at once, whatever waits to be written, and whether or not it has been closed before."""
    # Up to Python 3.11.3 a TLS transport that has been closed twice, by us and by asyncio at the peer's end,
    # has nothing left that it could abort.
    with suppress(AttributeError):
        transport.abort()
