"""What the phones' side shows on TLS: our certificate; theirs is optional."""

from __future__ import annotations

import ssl

from offhook.common.privatefile import real_file
from offhook.common.tlspair import WatchedPair, error_text
from offhook.config import EmbeddedSettings
from offhook.errors import ConfigError

NOTICE_S = 2.0
"""A new certificate is shown so much later than the other telephone systems of the cluster are told of it."""


def shown_pair(settings: EmbeddedSettings) -> WatchedPair | None:
    """The certificate for `tls_listen`, None without it. Raises `ConfigError`."""
    if settings.tls_listen is None:
        return None
    key = "switch.embedded.tls_certificate"
    if settings.tls_certificate is None:
        raise ConfigError("configuration", key, "is needed for tls_listen", "Name a certificate file")
    try:
        if settings.tls_client_ca is not None:
            key = "switch.embedded.tls_client_ca"
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(real_file(settings.tls_client_ca))
            key = "switch.embedded.tls_certificate"
        return WatchedPair(
            *(settings.tls_certificate, settings.tls_key),
            client_ca=settings.tls_client_ca,
            notice_s=NOTICE_S,
        )
    except OSError as error:
        raise ConfigError(
            "configuration",
            key,
            f"cannot be used: {error_text(error)}",
            "Give PEM files of a certificate and its key",
        ) from error
