"""How a Smart Messenger reaches a Call Manager in another process."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from offhook.assembly.tls import client_context, own_context
from offhook.common.network import host_port
from offhook.config import Config
from offhook.config.managerplaces import split_places
from offhook.sscp.client import Credentials


@dataclass(frozen=True, slots=True)
class ManagerAddress:
    """Where Call Managers are, as `sscp.url` says it; the login, and what is trusted at each address."""

    url: str
    credentials: Credentials
    tls: Callable[[str], ssl.SSLContext | None]


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
    trust = trust_of(config)
    for place in split_places(url):
        trust(place)  # report an error now instead of at each attempt
    return ManagerAddress(url, credentials, trust)


def trust_of(config: Config) -> Callable[[str], ssl.SSLContext | None]:
    """What is trusted at an address. It raises `ConfigError`."""
    if config.sscp.url:
        return lambda url: client_context(config, url)
    return lambda _url: own_context(config)
