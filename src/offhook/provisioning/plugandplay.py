"""Plug and play: a phone out of its box asks its network where its configuration is, and is told.

As Snom began it and Yealink, Fanvil and others do it: a SUBSCRIBE for `ua-profile` (RFC 6080) to SIP's
multicast address, whose From names the MAC address; a 200, and a NOTIFY whose body is the address. That is no
secret, see `grants`. Phones that were not added are not answered: they may be another system's.

What is sent comes once. A phone that has lost it asks again, and is told again.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Callable
from ipaddress import IPv4Address

from offhook.common.network import host_port
from offhook.common.ratelimit import RateLimit, RateLimits
from offhook.provisioning.values import written_mac
from offhook.sip.message import Request, SipParseError, make_response, parse, serialize, tagged
from offhook.sip.values import NameAddr

GROUP, PORT = "224.0.1.75", 5060
"""sip.mcast.net (RFC 3261 §18.1.1)."""

HERE_RATE, HERE_BURST = 1.0, 10.0
"""Questions of one host that are answered, a second and at once: a phone that starts asks some five times."""

RATE, BURST = 50.0, 200.0
"""The same of all hosts together: a floor of phones whose power is back. Who sends from is easily forged."""

MAX_QUESTION = 4096
"""Bytes. They have some 500."""

_MAC = re.compile(r"MAC(?:%3a|[:=])?([0-9a-f]{12})", re.IGNORECASE)


class PlugAndPlay:
    """Answers questions, sans-IO. `address_for` says where the phone with a MAC address is to ask; None: none
    of ours. `note` hears of those, by host. Times are seconds of one clock."""

    def __init__(
        self,
        address_for: Callable[[str], str | None],
        note: Callable[[str, str], None] = lambda _what, _host: None,
    ) -> None:
        self._address_for, self._note = address_for, note
        self._hosts, self._all = RateLimits(HERE_RATE, HERE_BURST), RateLimit(RATE, BURST)

    def answers(
        self, data: bytes, source: tuple[str, int], own: tuple[str, int], now: float
    ) -> list[tuple[bytes, tuple[str, int]]]:
        """What is sent to whom, from our address `own`."""
        here = self._hosts.of(source[0], now)
        if len(data) > MAX_QUESTION or here.wait(now) or self._all.wait(now):
            return []
        here.spend(1, now)
        self._all.spend(1, now)
        try:
            request = parse(data)
            if not isinstance(request, Request) or request.method != "SUBSCRIBE":
                return []
            event = (request.headers.get("Event") or "").partition(";")[0].strip().lower()
            found = _MAC.search(request.headers.get("From") or "")
            contact = NameAddr.parse(request.headers.get("Contact") or "").uri
        except SipParseError:
            return []
        if event != "ua-profile" or found is None:
            return []
        mac = found[1].lower()
        address = self._address_for(mac)
        if address is None:
            self._note(f"a phone {written_mac(mac)} asks for its configuration, and is not known", source[0])
            return []
        tag = f"{mac}{int(now * 1000):x}"
        told = make_response(request, 200, to_tag=tag)
        told.headers.set("Contact", f"<sip:{host_port(*own)}>")
        told.headers.set("Expires", "0")
        # Only the host that has asked is sent anything, whatever it says of itself.
        port = contact.port or PORT if contact.host == source[0] else source[1]
        notify = _notify(request, tag, own, (source[0], port), address)
        return [(serialize(told), source), (serialize(notify), (source[0], port))]


def _notify(
    request: Request, tag: str, own: tuple[str, int], phone: tuple[str, int], address: str
) -> Request:
    notify = Request("NOTIFY", f"sip:{host_port(*phone)}", body=address.encode())
    headers = notify.headers
    headers.set("Via", f"SIP/2.0/UDP {host_port(*own)};branch=z9hG4bK{tag};rport")
    headers.set("Max-Forwards", "70")
    headers.set("From", tagged(request.headers.get("To") or "", tag))
    headers.set("To", request.headers.get("From") or "")
    headers.set("Call-ID", request.call_id)
    headers.set("CSeq", "1 NOTIFY")
    headers.set("Contact", f"<sip:{host_port(*own)}>")
    headers.set("Event", "ua-profile;effective-by=0")
    headers.set("Subscription-State", "terminated;reason=timeout")
    headers.set("Content-Type", "application/url")
    return notify


class PlugAndPlayListener(asyncio.DatagramProtocol):
    """Hears the group in the network of `host`, an IPv4 address of this machine."""

    def __init__(self, answerer: PlugAndPlay, host: str, port: int = PORT) -> None:
        self._answerer, self._host, self._port = answerer, host, port
        self._transport: asyncio.DatagramTransport | None = None
        self._own: socket.socket | None = None

    async def start(self) -> None:
        """Raises `OSError`."""
        loop = asyncio.get_running_loop()
        heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            # The group's port is the switch's as well; both may have it, as the addresses differ.
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            heard.bind((GROUP, self._port))
            member = struct.pack("4s4s", IPv4Address(GROUP).packed, IPv4Address(self._host).packed)
            heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            own.bind((self._host, 0))
            heard.setblocking(False)
            own.setblocking(False)
            transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=heard)
        except BaseException:
            heard.close()
            own.close()
            raise
        self._own, self._transport = own, transport

    def stop(self) -> None:
        """Hear no more."""
        if self._transport is not None:
            self._transport.close()
        if self._own is not None:
            self._own.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._own is not None
        now = asyncio.get_running_loop().time()
        for answer, to in self._answerer.answers(data, addr, self._own.getsockname(), now):
            try:
                self._own.sendto(answer, to)
            except OSError:
                return  # a network that is gone; the phone asks again
