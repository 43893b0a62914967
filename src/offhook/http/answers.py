"""What a request is answered with, and the headers that every answer has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
from starlette.types import Send

JSON = "application/json"

API_CSP = "default-src 'none'; frame-ancestors 'none'"
"""Of answers that are no pages: should a browser show one, nothing in it runs, and no page shows it in a
frame."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and a body that is written as JSON unless it is bytes already. None is no body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON


NO_CONTENT = Answer(204)


class Streamed(Protocol):
    """An answer that is sent bit by bit."""

    async def run(self, send: Send, headers: Mapping[str, str]) -> None:
        """Send it, with these headers besides its own."""
        ...


def encode(value: Any) -> bytes:
    """The value as JSON."""
    return _encoder.encode(value)


def raw_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them, with those that every answer has; a name given twice is the caller's."""
    own = {name.lower(): value for name, value in headers.items()}
    every = {name.lower(): value for name, value in ALWAYS.items()}
    every.setdefault("cache-control", "no-store")
    every.setdefault("content-security-policy", API_CSP)
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in (every | own).items()]


async def send_answer(answer: Answer, send: Send, more: Mapping[str, str]) -> None:
    """Send it; `more` are headers besides its own."""
    body = answer.body
    headers = raw_headers({**answer.headers, **more})
    if body is None:
        content = b""
    else:
        content = body if isinstance(body, bytes) else encode(body)
        headers.append((b"content-type", answer.media_type.encode()))
    if answer.status not in (204, 304):  # RFC 9110 §8.6
        headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
