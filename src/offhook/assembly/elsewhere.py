"""How a Smart Messenger reaches a Call Manager in another process."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from offhook.assembly.tls import client_context, own_context
from offhook.common.network import host_port
from offhook.config import Config
from offhook.sscp.client import Credentials


@dataclass(frozen=True, slots=True)
class ManagerAddress:
    """The address of a Call Manager, with credentials and TLS settings."""

    url: str
    credentials: Credentials
    tls: ssl.SSLContext | Callable[[], ssl.SSLContext | None] | None


def address_elsewhere(config: Config, credentials: Credentials | None = None) -> ManagerAddress:
    """The address in `sscp.url`; without it, of this account's Call Manager on this machine.

    `credentials` replace the configured ones for `sscp.url`. Raises `ConfigError` if they are missing.
    """
    url = config.sscp.url
    if not url:
        here = config.sscp.listen.here
        url = f"{'wss' if config.sscp.tls_certificate else 'ws'}://{host_port(here.host, here.port)}"
    if not config.sscp.url:
        credentials = Credentials(token_file=config.state.local_token)
    elif credentials is None:
        config.check_login()
        credentials = Credentials(config.sscp.user, config.sscp.password)
    trust = partial(client_context, config, url) if config.sscp.url else partial(own_context, config)
    trust()  # report an error now instead of at each attempt
    return ManagerAddress(url, credentials, trust)
