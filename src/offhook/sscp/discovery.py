"""The Call Manager announced on the local network, and found there: DNS-SD over multicast DNS.

RFC 6762 and RFC 6763; the service is `_sscp._tcp`. Anybody on the network can announce anything: what is
found is an offer to show to a person, and the certificate check at the login is what proves it.
"""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from zeroconf import (  # type: ignore[attr-defined]  # get_all_addresses
    BadTypeInNameException,
    InterfaceChoice,
    IPVersion,
    NonUniqueNameException,
    ServiceInfo,
    ServiceStateChange,
    Zeroconf,
    get_all_addresses,
)
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

SERVICE = "_sscp._tcp.local."

MAX_FOUND = 64
"""Call Managers that are looked at: a network has one or two, and somebody may announce thousands."""

MAX_NAME = 63
"""Bytes of a name in UTF-8: one label of a DNS name."""

ASK_S = 1.0
"""How long a Call Manager that was heard of may take to say where it is."""

PROBLEMS = (OSError, NonUniqueNameException, BadTypeInNameException, asyncio.TimeoutError)
"""What can keep multicast DNS from working: no network, no right to the port, a name that is taken."""


@dataclass(frozen=True, slots=True)
class Found:
    """A Call Manager that is announced. `host` is a name; `addresses` are where it is at this moment."""

    name: str
    host: str
    port: int
    addresses: tuple[str, ...]
    tls: bool

    @property
    def url(self) -> str:
        """What to put into the configuration as `sscp.url`."""
        return f"{'wss' if self.tls else 'ws'}://{self.host}:{self.port}"


@asynccontextmanager
async def announced(name: str, host: str, listen: str, port: int, *, tls: bool) -> AsyncIterator[None]:
    """Announce a Call Manager while this is open, only where `listen` can be reached.

    `host` is the name on its certificate, "" for this machine's. That it cannot be announced is logged, and
    nothing else: calls go on without it.
    """
    zeroconf = None
    try:
        listen = await _address(listen)
        _is_here(listen)
        interfaces = InterfaceChoice.All if _everywhere(listen) else [listen]
        version = IPVersion.V6Only if ":" in listen and listen != "::" else IPVersion.V4Only
        zeroconf = AsyncZeroconf(interfaces=interfaces, ip_version=version)
        info = _info(name, host, listen, port, tls)
        await (await zeroconf.async_register_service(info, allow_name_change=True))
        logger.info("announced as %s on the local network", info.get_name())
    except PROBLEMS as error:
        logger.warning("the Call Manager is not announced: %s; check network and firewall (UDP 5353)", error)
    try:
        yield
    finally:
        if zeroconf is not None:
            await zeroconf.async_unregister_all_services()
            await zeroconf.async_close()


async def find(listen_s: float) -> list[Found]:
    """The Call Managers that are announced within this time, by name. Raises `UnavailableError`."""
    names: dict[str, None] = {}

    def heard(*, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed:
            names.pop(name, None)
        elif len(names) < MAX_FOUND:
            names[name] = None

    try:
        async with AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.V4Only) as zeroconf:
            browser = AsyncServiceBrowser(zeroconf.zeroconf, SERVICE, handlers=[heard])
            await asyncio.sleep(listen_s)
            found = await asyncio.gather(*(_ask(zeroconf.zeroconf, name) for name in names))
            await browser.async_cancel()
    except PROBLEMS as error:
        raise UnavailableError(
            f"the network cannot be asked: {error}",
            "check network and firewall (UDP 5353)",
        ) from error
    return sorted((one for one in found if one is not None), key=lambda one: one.name)


async def _ask(zeroconf: Zeroconf, name: str) -> Found | None:
    """Where it is; None for what says nothing that could be used."""
    info = AsyncServiceInfo(SERVICE, name)
    if not await info.async_request(zeroconf, ASK_S * 1000) or not info.port or not info.server:
        return None
    properties = {key: value or b"" for key, value in info.properties.items()}
    host = properties.get(b"host", b"").decode("ascii", "ignore") or info.server
    host = host.rstrip(".")
    if not host or not all(part.replace("-", "").replace("_", "").isalnum() for part in host.split(".")):
        return None
    label = name.removesuffix(f".{SERVICE}")
    return Found(
        _printable(label), host, info.port, tuple(info.parsed_addresses()), properties.get(b"tls") == b"1"
    )


def _info(name: str, host: str, listen: str, port: int, tls: bool) -> ServiceInfo:
    machine = socket.gethostname().partition(".")[0] or "offhook"
    label = _printable(name).replace(".", " ").strip() or f"Offhook on {machine}"
    label = label.encode()[:MAX_NAME].decode("utf-8", "ignore")
    properties = {"version": "1", "tls": "1" if tls else "0"}
    if host:
        properties["host"] = host
    addresses = [ipaddress.ip_address(one).packed for one in _addresses(listen)]
    return ServiceInfo(
        SERVICE,
        f"{label}.{SERVICE}",
        addresses=addresses,
        port=port,
        properties=properties,
        server=f"{machine}.local.",
    )


async def _address(listen: str) -> str:
    """The address of a host that is given by its name: of IPv4 where there is one, since `find` asks there.

    On most machines "localhost" is ::1 first, where there is no multicast at all.
    """
    found = await asyncio.get_running_loop().getaddrinfo(listen, None, type=socket.SOCK_DGRAM)
    first = min(found, key=lambda one: one[0] is not socket.AF_INET)
    return str(first[4][0])


def _addresses(listen: str) -> Sequence[str]:
    """The addresses at which a server that listens there is reached from elsewhere, if it is at all."""
    if not _everywhere(listen):
        return [listen]
    found = [one for one in set(get_all_addresses()) if not ipaddress.ip_address(one).is_loopback]
    return found or ["127.0.0.1"]


def _is_here(listen: str) -> None:
    """Raises `OSError` for an address of another machine, with which the library leaves a socket open."""
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((listen, 0))


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)


def _everywhere(listen: str) -> bool:
    return listen in ("0.0.0.0", "::")
