"""Signatures of requests, by the rules of Standard Webhooks (standardwebhooks.com), so that there are
libraries that check them in every language."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
"""Before a secret that is written in Base64."""


def headers(secret: str, letter_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that show who has sent the body, and when."""
    signed = b"%s.%d.%s" % (letter_id.encode(), timestamp, body)
    digest = hmac.digest(_key(secret), signed, hashlib.sha256)
    return {
        "webhook-id": letter_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
