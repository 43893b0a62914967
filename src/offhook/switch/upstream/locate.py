"""Where a SIP server is: RFC 3263 without NAPTR, since the transport is configured.

DNS is dnspython's, which reads the system's resolvers on every platform and answers SRV, what the standard
library does not. Names without SRV records are looked up as all other programs do it (hosts file, mDNS).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import random
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from offhook.common.network import same_host
from offhook.sip.transaction import Transport

logger = logging.getLogger(__name__)

DNS_S = 4.0
"""How long one name may take to be resolved."""

MAX_ADDRESSES = 16
"""Addresses of one server that are used, the best ones."""

_SERVICES: dict[Transport, str] = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}
_PORTS: dict[Transport, int] = {"udp": 5060, "tcp": 5060, "tls": 5061}


class Srv(NamedTuple):
    """One SRV record."""

    priority: int
    weight: int
    port: int
    target: str


class Address(NamedTuple):
    """Where to send: an IP address and port, and the name that its certificate has to have."""

    ip: str
    port: int
    name: str


AskSrv = Callable[[str], Awaitable[Sequence[Srv]]]


def split_host(text: str) -> tuple[str, int | None]:
    """`host`, `host:port`, `[v6]`, `[v6]:port`, or a bare IPv6 address, as host and port."""
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    return host, int(port) if port else None


def is_named(server: str, protocol: Transport, host: str, port: int) -> bool:
    """Does `server`, as it is configured, mean this host and port? A name without a port means any, since DNS
    gives it."""
    name, own = split_host(server.lower())
    if _is_ip(name):
        return port == (own or _PORTS[protocol]) and same_host(host, name)
    return host == name and own in (None, port)


async def locate(server: str, protocol: Transport, ask_srv: AskSrv | None = None) -> list[Address]:
    """The addresses of a server, best first; empty when it has none just now (logged)."""
    host, port = split_host(server)
    if _is_ip(host):
        return [Address(host, port or _PORTS[protocol], host)]
    if port is not None:
        return await _addresses(host, port, host)
    try:
        async with asyncio.timeout(DNS_S):
            records = await (ask_srv or dns_srv)(f"{_SERVICES[protocol]}.{host}")
    except TimeoutError:
        records = ()
    if not records:
        return await _addresses(host, _PORTS[protocol], host)
    found: list[Address] = []
    for record in in_order(records):
        # The certificate is the domain's, not the target's (RFC 5922 §7.1).
        found += await _addresses(record.target, record.port, host)
    return found[:MAX_ADDRESSES]


def in_order(records: Iterable[Srv], pick: Callable[[float, float], float] = random.uniform) -> list[Srv]:
    """By priority, and within one by chance according to weight (RFC 2782)."""
    ordered: list[Srv] = []
    left = sorted(records, key=lambda record: (record.priority, record.weight))
    while left:
        group = [record for record in left if record.priority == left[0].priority]
        mark = pick(0, sum(record.weight for record in group))
        for record in group:
            mark -= record.weight
            if mark <= 0:
                break
        ordered.append(record)
        left.remove(record)
    return ordered


async def dns_srv(name: str) -> list[Srv]:
    """The SRV records of a name; none when there are none or nobody knows."""
    # Imported here: only a PBX by name needs it, and it is not small.
    import dns.asyncresolver
    import dns.exception
    from dns.rdtypes.IN.SRV import SRV

    try:
        answer = await dns.asyncresolver.resolve(name, "SRV", lifetime=DNS_S)
    except dns.exception.DNSException as error:
        logger.debug("%s: %s", name, error)
        return []
    return [
        Srv(record.priority, record.weight, record.port, record.target.to_text(omit_final_dot=True))
        for record in answer
        if isinstance(record, SRV) and record.target.to_text() != "."
    ]


async def _addresses(host: str, port: int, name: str) -> list[Address]:
    try:
        async with asyncio.timeout(DNS_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, TimeoutError) as error:
        logger.warning("%s has no address: %s", host, error)
        return []
    return [Address(str(address[0]), port, name) for _, _, _, _, address in found]


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
