"""Hosts that peers come from, as far as they are counted by them."""

from ipaddress import IPv6Address, ip_address


def network(address: str) -> str:
    """By what an address is counted: an IPv4 one by itself, an IPv6 one by its /64, which is one site's."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped) if ip.ipv4_mapped else ip.exploded[:19]
    return address


def same_host(one: str, other: str) -> bool:
    """Are these two the same address, however they are written?"""
    return one == other or _plain(one) == _plain(other)


def _plain(address: str) -> object:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip
