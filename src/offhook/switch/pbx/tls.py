"""The TLS context towards the PBX: its certificate is always checked."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from offhook.common.tlspair import WatchedAuthority, error_text
from offhook.config import PbxSettings
from offhook.errors import ConfigError


def client_context(settings: PbxSettings) -> Callable[[], ssl.SSLContext] | None:
    """Makes the context of a connection for `transport` tls, None for the others. Raises `ConfigError`."""
    if settings.transport != "tls":
        return None
    try:
        return WatchedAuthority(settings.tls_ca_file).context
    except OSError as error:
        raise ConfigError(
            "configuration",
            "switch.pbx.tls_ca_file",
            f"cannot be used: {error_text(error)}",
            "Give the PEM file of the authority that signed the PBX's certificate",
        ) from error
