"""Hosts: whether one is this machine, how they are written, and by which key their peers are rate-limited."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network, ip_address

LOCAL = (IPv6Network("fe80::/10"), IPv6Network("fc00::/7"))
"""Link-local and unique local addresses, which only a site's own network has (RFC 4291 §2.5.6, RFC 4193)."""


class RateLimitKeys:
    """The keys by which hosts are rate-limited: an IPv4 address, or the /64 of an IPv6 one.

    A /64 is usually one site, within which a host can choose its address. In the site's own networks a /64 is
    a whole office, so there the address is the key. `local` are such networks besides `LOCAL`.
    """

    def __init__(self, local: Iterable[IPv6Network] = ()) -> None:
        self._local = (*LOCAL, *local)

    def of(self, address: str) -> str:
        """The key of an address. Text that is no address is its own key."""
        if ":" not in address:
            return address  # no IPv6 address: nothing to look at, and this is asked for every request
        host, _, zone = address.partition("%")
        try:
            ip = IPv6Address(host)
        except ValueError:
            return address
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        if any(ip in local for local in self._local):
            return f"{ip}%{zone}" if zone else str(ip)
        return ip.exploded[:19]


_DEFAULT = RateLimitKeys()


def rate_limit_key(address: str) -> str:
    """The key of an address, with no local networks but `LOCAL`."""
    return _DEFAULT.of(address)


def bracketed(host: str) -> str:
    """The host for a URL or a SIP URI: an IPv6 address in brackets (RFC 3986 §3.2.2)."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def host_port(host: str, port: int) -> str:
    """`host:port`, for people and in URLs."""
    return f"{bracketed(host)}:{port}"


def same_host(one: str, other: str) -> bool:
    """Are these the same address, maybe in different spellings?"""
    return one == other or _plain(one) == _plain(other)


def _plain(address: str) -> object:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def is_loopback(host: str) -> bool:
    """Is this host, a name or an address, only this machine? An empty one means every address, so is not.

    A name that begins with `127.` is not: its domain's owner decides where it leads.
    """
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
