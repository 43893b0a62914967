"""Where a description says that media are received, and whether they can be sent there from elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_CONNECTION = re.compile(rb"^c=IN IP[46] ([^\s/]+)", re.MULTILINE)
_STREAM = re.compile(rb"^m=\S+ +([0-9]+)", re.MULTILINE)

PRIVATE = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",  # RFC 1918
        "100.64.0.0/10",  # RFC 6598: behind the translation of a carrier
        "169.254.0.0/16",  # RFC 3927
        "fc00::/7",  # RFC 4193
        "fe80::/10",
    )
)
"""Addresses that are reached from their own network only."""

Place = tuple[str, int]


def media_place(description: bytes) -> Place | None:
    """Address and port of the first stream that is on; None where nothing is received anywhere."""
    head, *streams = re.split(rb"^(?=m=)", description, flags=re.MULTILINE)
    general = _CONNECTION.search(head)
    for stream in streams:
        found, own = _STREAM.match(stream), _CONNECTION.search(stream) or general
        if found is None or own is None:
            continue
        host, port = own[1].decode("ascii", "replace"), int(found[1][:6])
        address = _address(host)
        # Port 9 (discard) and 0.0.0.0 are silence (RFC 3264 §8.4).
        if port not in (0, 9) and address is not None and not address.is_unspecified:
            return host, port
    return None


@lru_cache(maxsize=1024)
def is_private(host: str) -> bool:
    """Is this an address that only its own network reaches?"""
    address = _address(host)
    return address is not None and any(address in network for network in PRIVATE)


@lru_cache(maxsize=1024)
def is_public(host: str) -> bool:
    """Is this an address out in the Internet?"""
    address = _address(host)
    return address is not None and not (
        address.is_loopback or address.is_unspecified or address.is_multicast or is_private(host)
    )


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
