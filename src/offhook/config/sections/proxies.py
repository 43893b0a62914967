"""The settings of a server behind reverse proxies, which `[sscp]` and `[http]` have alike."""

from ipaddress import ip_network
from typing import Literal

from offhook.config.kinds import Choice, ListOf, accepted
from offhook.config.setting import setting

ProxyHeader = Literal["X-Forwarded-For", "Forwarded"]


def trusted_proxies() -> tuple[str, ...]:
    """The field `trusted_proxies`."""
    return setting(
        (),
        ListOf(accepted(ip_network), 'a list of addresses, like ["127.0.0.1", "10.0.0.0/24"]'),
        "reverse proxies in front of it, as addresses or networks: failed logins count against whom they "
        "speak for",
    )


def proxy_header() -> ProxyHeader:
    """The field `proxy_header`."""
    return setting(
        "X-Forwarded-For",
        Choice(("X-Forwarded-For", "Forwarded")),
        "the header in which they name the client; `Forwarded` is RFC 7239's",
    )
