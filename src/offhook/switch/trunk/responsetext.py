"""Why a provider refuses, in its own words, as people may read them."""

from __future__ import annotations

from offhook.sip.message import Response
from offhook.switch.b2bua.number import printable

MAX_TEXT = 160
"""Characters of what a provider says: two lines of a terminal."""


def response_text(response: Response) -> str:
    """`403 Forbidden, "Account not paid"`: status and reason, and the texts of Warning and Reason
    (RFC 3261 §20.43, RFC 3326)."""
    said = f"{response.status} {printable(response.reason)}".strip()
    texts = []
    for name in ("Warning", "Reason"):
        for value in response.headers.all(name):
            text = value.partition('"')[2].rpartition('"')[0]
            if text := printable(text):
                texts.append(f'"{text}"')
    return ", ".join([said, *texts])[:MAX_TEXT]
