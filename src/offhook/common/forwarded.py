"""Whose connection a reverse proxy passes on: the address of the client, as the proxy's header tells it.

Only a proxy that the configuration names is believed: anybody can send the header. Sources: RFC 7239
(`Forwarded`), and the older `X-Forwarded-For`, to which each proxy adds whom it was asked by.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

MAX_HOPS = 16
"""Proxies one behind another that are followed; real chains have one to three."""

_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*(?:"([^"]*)"|([^;"\s]*))', re.IGNORECASE)
_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


def networks(texts: Collection[str]) -> tuple[Network, ...]:
    """The addresses and networks (`10.0.0.0/24`). Raises `ValueError`."""
    return tuple(ip_network(text) for text in texts)


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Which peers pass on others' connections, and in which header they say whose.

    One header only: a proxy sets the one that it knows and hands on the other as the client wrote it.
    """

    networks: tuple[Network, ...] = ()
    header: str = "X-Forwarded-For"

    def source(self, peer: str, values: Sequence[str]) -> str:
        """The address of the client: the nearest one in the header's `values` that is no trusted proxy.

        What cannot be read ends the search: whoever wrote it is as near as can be told.
        """
        source = peer
        hops = [hop for value in values for hop in value.split(",")][-MAX_HOPS:]
        while self.trusts(source) and hops:
            found = self._address(hops.pop())
            if found is None:
                break
            source = found
        return source

    def trusts(self, source: str) -> bool:
        """Is this peer a trusted proxy?"""
        try:
            address = ip_address(source.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in one for one in self.networks)

    def _address(self, hop: str) -> str | None:
        if self.header == "Forwarded":
            found = _FOR.search(hop)
            if found is None:
                return None
            hop = found[1] or found[2] or ""
        hop = hop.strip()
        if with_port := _PORT.fullmatch(hop):
            hop = with_port[1] or with_port[2]
        try:
            address = ip_address(hop)
        except ValueError:
            return None
        return str(getattr(address, "ipv4_mapped", None) or address)
