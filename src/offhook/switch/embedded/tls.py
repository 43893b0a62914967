"""The TLS context of the phones' side: our certificate, theirs optional."""

from __future__ import annotations

import ssl

from offhook.errors import ConfigError
from offhook.switch.embedded.settings import EmbeddedSettings


def server_context(settings: EmbeddedSettings) -> ssl.SSLContext | None:
    """The context for `tls_listen`, None without it. Raises `ConfigError`."""
    if settings.tls_listen is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = "switch.embedded.tls_certificate"
    if settings.tls_certificate is None:
        raise ConfigError("configuration", key, "is needed for tls_listen", "Name a certificate file")
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
        if settings.tls_client_ca is not None:
            key = "switch.embedded.tls_client_ca"
            context.load_verify_locations(settings.tls_client_ca)
            context.verify_mode = ssl.CERT_OPTIONAL
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            "configuration", key, f"cannot be used: {error}", "Give PEM files of a certificate and its key"
        ) from error
    return context
