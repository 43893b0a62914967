"""Explains why listening on an address failed: who has the port, which addresses this machine has."""

import errno
import ipaddress
import os
import socket
from collections.abc import Iterator

from offhook.common.processes import holder_of_port

# Windows reports WSA codes instead of the POSIX ones.
NOT_OURS = {errno.EADDRNOTAVAIL, getattr(errno, "WSAEADDRNOTAVAIL", errno.EADDRNOTAVAIL)}
TAKEN = {errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", errno.EADDRINUSE)}
FORBIDDEN = {errno.EACCES, errno.EPERM, getattr(errno, "WSAEACCES", errno.EACCES)}

PRIVILEGED = 1024
"""On Unix, lower ports need an administrator."""

MAX_ADDRESSES = 6
"""Addresses named in the message; a machine with more is a router or a container host."""


def bind_problem(error: OSError | OverflowError, host: str, port: int, key: str) -> tuple[str, str]:
    """What is wrong and what to do, after listening on the address of the setting `key` has failed."""
    code = getattr(error, "errno", None)
    if isinstance(error, socket.gaierror):
        return (
            f"{host} is not an address, and no host of that name is found",
            f"Set {key} to {_own(host, port)}",
        )
    if code in NOT_OURS:
        has = ", ".join(own_addresses(host)) or "none but loopback"
        return f"{host} is not an address of this machine (it has {has})", f"Set {key} = {_own(host, port)}"
    if code in TAKEN:
        who = holder_of_port(host, port)
        if who is not None and who.pid == os.getpid():
            return f"port {port} is what this Offhook listens on already", f"Set {key} to another port"
        return f"port {port} is taken by {who or 'another program'}", f"Stop it, or set {key} to another port"
    if code in FORBIDDEN and port < PRIVILEGED:
        return (
            f"port {port} is the administrator's, as all below {PRIVILEGED} are",
            f"Set {key} to a port of {PRIVILEGED} or more, or give the program CAP_NET_BIND_SERVICE",
        )
    reason = getattr(error, "strerror", None) or str(error)
    return f"cannot listen on {host}:{port}: {reason}", f"Set {key} to another address"


def own_addresses(host: str = "0.0.0.0") -> list[str]:
    """The addresses of this machine without loopback, those of the same IP version as `host` first."""
    six = ":" in host
    found = sorted(_addresses(), key=lambda one: (one.version == 4) is six)
    told = [str(one) for one in found if not (one.is_loopback or one.is_link_local)]
    return list(dict.fromkeys(told))[:MAX_ADDRESSES]


def phone_hosts(host: str) -> list[str]:
    """The addresses at which phones reach a server listening on `host`, which may mean all addresses."""
    return own_addresses(host) if host in ("0.0.0.0", "::") else [host]


def _addresses() -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    import ifaddr  # imported only to explain a mistake

    for adapter in ifaddr.get_adapters():
        for one in adapter.ips:
            yield ipaddress.ip_address(one.ip if isinstance(one.ip, str) else one.ip[0])


def _own(host: str, port: int) -> str:
    """An address that can be listened on, in the form of the configuration."""
    own = next(iter(own_addresses(host)), "127.0.0.1")
    return f'"[{own}]:{port}"' if ":" in own else f'"{own}:{port}"'
