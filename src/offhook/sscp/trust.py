"""Whom a client speaks to: no other machine without TLS, nobody whose certificate is not trusted."""

import ssl

from offhook.config.managerplaces import wrong_places
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
    wrong = wrong_places(url, lowest_port=0)  # where it listens at any port nobody answers, and it is said so
    if wrong is not None:
        raise ConfigError("configuration", "sscp.url", wrong.what, wrong.fix)
