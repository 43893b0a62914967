"""Hosts: which are this machine, and by what those that peers come from are counted."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network, ip_address

LOCAL = (IPv6Network("fe80::/10"), IPv6Network("fc00::/7"))
"""Addresses that only a site's own network has (RFC 4291 §2.5.6, RFC 4193)."""


class Places:
    """By what addresses are counted: an IPv4 one by itself, an IPv6 one by its /64, which is one site's.

    In our own site's networks, where one /64 is a whole office, hosts are counted one by one. `local` names
    those that cannot be told by their address.
    """

    def __init__(self, local: Iterable[IPv6Network] = ()) -> None:
        self._local = (*LOCAL, *local)

    def of(self, address: str) -> str:
        """What stands for the address."""
        host, _, zone = address.partition("%")
        try:
            ip = ip_address(host)
        except ValueError:
            return address
        if not isinstance(ip, IPv6Address):
            return address
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        if any(ip in local for local in self._local):
            return f"{ip}%{zone}" if zone else str(ip)
        return ip.exploded[:19]


_PLACES = Places()


def network(address: str) -> str:
    """The same, where no networks are named."""
    return _PLACES.of(address)


def bracketed(host: str) -> str:
    """A host as it stands in a URL or a SIP URI: an IPv6 address in brackets (RFC 3986 §3.2.2)."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def host_port(host: str, port: int) -> str:
    """`host:port`, for people and in URLs."""
    return f"{bracketed(host)}:{port}"


def same_host(one: str, other: str) -> bool:
    """Are these two the same address, however they are written?"""
    return one == other or _plain(one) == _plain(other)


def _plain(address: str) -> object:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip


def is_loopback(host: str) -> bool:
    """Is this host, a name or an address, this machine and nothing else? An empty one is every address.

    A name that begins with `127.` is a name: whoever runs its domain says where it leads.
    """
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
