"""Whom a client speaks to: no other machine without TLS, nobody whose certificate is not trusted."""

import ssl
from urllib.parse import urlsplit

from offhook.common.network import is_loopback
from offhook.errors import ConfigError


def certificate_problem(error: ssl.SSLCertVerificationError) -> str:
    """In plain words, with what to do: it may be new, made anew, or of somebody who listens in."""
    return (
        f"its certificate is not trusted ({error.verify_message}), and nothing was said to it. If it is new,"
        " or its administrator made a new one, compare and confirm it: offhook cert trust. Otherwise"
        " somebody pretends to be this Call Manager"
    )


def check_url(url: str) -> None:
    """Raises `ConfigError` for an invalid URL, or one that would carry secrets in the clear."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ConfigError(
            "configuration", "sscp.url", f"{url!r} is not a ws:// or wss:// address", "correct it"
        )
    if parts.scheme == "ws" and not is_loopback(parts.hostname):
        raise ConfigError(
            "configuration",
            "sscp.url",
            f"{url} would carry passwords and calls in the clear",
            "use wss://, or a Call Manager on 127.0.0.1",
        )
