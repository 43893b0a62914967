"""Where requests may be sent. A name may resolve to any address, so the address itself is checked and used.

Otherwise whoever may set a webhook, or owns the name in it, could have the Call Manager ask what only it
reaches (server-side request forgery): other services of this machine, routers, a cloud's metadata.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from offhook.common.threads import Threads
from offhook.errors import UnavailableError

NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones (RFC 6052)."""

LOOKUPS = 8
"""Names that are looked up at the same time."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address to ask, taken apart. `path` has the query as well."""

    host: str
    port: int
    path: str
    tls: bool

    @classmethod
    def of(cls, url: str) -> "Target":
        """The target of a URL that the configuration has checked."""
        parts = urlsplit(url)
        tls = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        assert parts.hostname is not None
        return cls(parts.hostname, parts.port or (443 if tls else 80), path, tls)

    @property
    def authority(self) -> str:
        """What stands in the `Host` of a request."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


class Resolver:
    """Finds addresses that may be asked. What may hang runs in threads of its own."""

    def __init__(self) -> None:
        self._threads = Threads("webhook names", LOOKUPS)

    async def addresses(self, target: Target, *, allow_private: bool) -> list[str]:
        """The addresses, in the system's order. Raises `UnavailableError` if none may be asked."""
        try:
            found = await self._threads.run(
                socket.getaddrinfo, target.host, target.port, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError) as error:
            raise UnavailableError(
                f"{target.host} cannot be found ({error})", "check the name, and DNS"
            ) from error
        every = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        allowed = every if allow_private else [one for one in every if is_public(one)]
        if not allowed:
            raise UnavailableError(
                f"{target.host} is {', '.join(every) or 'nowhere'}, in no public network",
                "set allow_private = true if that is meant",
            )
        return allowed


def is_public(address: str) -> bool:
    """Is it a public address, also if it contains another one (IPv4 in IPv6)?"""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that it stands for."""
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip.teredo is not None:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour
