"""Where Call Managers are, as `sscp.url` says it: an address, several of them, or a domain in DNS."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from offhook.common.network import is_loopback

DOMAIN = "wss+srv"
"""The scheme of a domain whose SRV records of `_sscp._tcp` name the Call Managers."""

MOST = 16
"""Addresses that may be named: a site of 50,000 phones has a handful of Call Managers."""

_NO_HOST = re.compile(r"[\s\x00-\x1f\"\\^`{|}<>]")
"""What stands in no host's name (RFC 3986 §3.2.2)."""


class AddressProblem(NamedTuple):
    """What is wrong with an address, and what to do."""

    what: str
    fix: str


def split_places(text: str) -> tuple[str, ...]:
    """The addresses in a text, which stand between commas."""
    return tuple(filter(None, (one.strip() for one in text.split(","))))


def domain_of(place: str) -> str:
    """The domain that is to be looked up; "" where the address is one of a Call Manager itself."""
    return urlsplit(place).hostname or "" if place.startswith(f"{DOMAIN}://") else ""


def wrong_places(text: str, *, lowest_port: int = 1) -> AddressProblem | None:
    """What is wrong with them; None when nothing is."""
    places = split_places(text)
    if not places:
        return AddressProblem(
            f"{text!r} is not a WebSocket address", 'write it like "wss://manager.example:7701"'
        )
    if len(places) > MOST:
        return AddressProblem(
            f"names {len(places)} Call Managers, more than {MOST}",
            f'name a domain: "{DOMAIN}://site.example"',
        )
    if len(places) > 1 and any(map(domain_of, places)):
        return AddressProblem(
            "has a domain among several addresses", "leave the domain alone, or name the addresses"
        )
    return next(filter(None, (_wrong(one, lowest_port) for one in places)), None)


def _wrong(place: str, lowest_port: int) -> AddressProblem | None:
    scheme, _, rest = place.partition("://")
    host = rest.partition("/")[0]
    if scheme not in ("ws", "wss", DOMAIN) or not host or "@" in host or _NO_HOST.search(host):
        return AddressProblem(
            f"{place!r} is not a WebSocket address", 'write it like "wss://manager.example:7701"'
        )
    if host.startswith("["):
        name, port = host.partition("]")[0].lstrip("["), host.rpartition("]")[2].partition(":")[2]
    else:
        name, _, port = host.partition(":")
    if scheme == DOMAIN and (port or host.startswith("[") or not name or rest.rstrip("/") != host):
        return AddressProblem(
            f"{place!r} is more than a domain, whose records in DNS have the hosts and ports",
            f'write it like "{DOMAIN}://site.example"',
        )
    if port and not (port.isascii() and port.isdecimal() and lowest_port <= int(port[:6]) < 65536):
        return AddressProblem(f"{port[:20]!r} is not a port", "take one from 1 to 65535")
    if scheme == "ws" and not is_loopback(name):
        return AddressProblem("ws:// to another machine would send passwords in the clear", "use wss://")
    return None
