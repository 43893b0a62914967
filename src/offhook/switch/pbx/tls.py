"""The TLS context towards the PBX: its certificate is always checked."""

from __future__ import annotations

import ssl

from offhook.errors import ConfigError
from offhook.switch.pbx.settings import PbxSettings


def client_context(settings: PbxSettings) -> ssl.SSLContext | None:
    """The context for `transport` tls, None for the others. Raises `ConfigError`."""
    if settings.transport != "tls":
        return None
    try:
        return ssl.create_default_context(cafile=settings.tls_ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            "configuration",
            "switch.sip.tls_ca_file",
            f"cannot be used: {error}",
            "Give the PEM file of the authority that signed the PBX's certificate",
        ) from error
