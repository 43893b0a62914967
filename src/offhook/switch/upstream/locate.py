"""Where a SIP server is: RFC 3263 without NAPTR, since the transport is configured.

Names without SRV records are looked up as all other programs do it (hosts file, mDNS).
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
from typing import NamedTuple

from offhook.common.dnssrv import DNS_S, AskSrv, dns_srv, in_order
from offhook.common.network import same_host
from offhook.sip.transaction import Transport

logger = logging.getLogger(__name__)

MAX_ADDRESSES = 16
"""Addresses of one server that are used, the best ones."""

_SERVICES: dict[Transport, str] = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}
_PORTS: dict[Transport, int] = {"udp": 5060, "tcp": 5060, "tls": 5061}


class Address(NamedTuple):
    """Where to send: an IP address and port, and the name that its certificate has to have."""

    ip: str
    port: int
    name: str


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
