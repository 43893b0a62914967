"""Why a server elsewhere cannot be reached, and what to do about it. `key` is the table of its settings."""

from __future__ import annotations

import ssl


def no_answer(key: str) -> tuple[str, str]:
    """It is silent."""
    return "does not answer", f"check {key}.server, its port and transport, and firewalls between"


def no_address(key: str) -> tuple[str, str]:
    """Its name leads nowhere."""
    return "has no address", f"correct {key}.server, or its entry in the DNS"


def connection_problem(error: Exception, key: str) -> tuple[str, str]:
    """Why a connection could not be made."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"has a certificate that is not trusted ({error.verify_message})",
            f"set {key}.tls_ca_file to its authority's certificate, and server to a name that is in it",
        )
    if isinstance(error, ssl.SSLError):
        return (
            f"does not speak TLS as it has to ({error.reason or error})",
            f"allow TLS 1.2 or later there, and set {key}.server to its TLS port",
        )
    if isinstance(error, ConnectionRefusedError):
        return ("takes no connections there", f"correct the port of {key}.server, and the transport")
    return no_answer(key)
