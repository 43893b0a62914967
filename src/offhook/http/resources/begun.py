"""Calls that a request begins once, however often it is repeated.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

from urllib.parse import quote

from offhook.call import Call
from offhook.http.answers import Answer
from offhook.http.problems import BASE, bad_request
from offhook.http.requests import Asked
from offhook.http.services import Services

MAX_KEY = 64
"""Characters of an `Idempotency-Key`, as of SSCP's `dial_id`."""

ONCE = {"Idempotency-Key": "the same one again begins no second call"}
"""The header, for the description of an endpoint."""


def idempotency_key(asked: Asked) -> str:
    """The request's key, "" without one. It may stand in quotes, as a structured field does."""
    found = asked.request.headers.getlist("idempotency-key")
    if not found:
        return ""
    key = found[0].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if len(found) > 1 or not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise bad_request(f"Idempotency-Key has to be one of 1 to {MAX_KEY} printable characters")
    return key


def begun(services: Services, call: Call, repeated: bool) -> Answer:
    """201 for a call that has just begun, 200 for one that an earlier request has begun."""
    location = f"{BASE}/calls/{quote(call.id, safe='')}"
    return Answer(200 if repeated else 201, services.values.of(call), {"Location": location})
