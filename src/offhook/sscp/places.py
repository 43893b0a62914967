"""The Call Managers that `sscp.url` means, best first."""

import asyncio
import logging
import random
from collections.abc import Callable

from offhook.common.dnssrv import DNS_S, AskSrv, dns_srv, in_order
from offhook.common.network import host_port
from offhook.config.managerplaces import MOST, domain_of, split_places
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

SERVICE = "_sscp._tcp"
"""As it is announced on a network, too (`offhook.sscp.discovery`)."""


class Places:
    """Several addresses come in an order of chance, so that the clients of a site spread over its nodes; the
    hosts of a domain by priority and weight (RFC 2782).

    A domain's records are not signed. So that nobody leads clients elsewhere by false ones, only hosts within
    the domain count, and each has to show a certificate of its own name.
    """

    def __init__(
        self,
        text: str,
        ask_srv: AskSrv = dns_srv,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._places = split_places(text)
        self._domain = domain_of(text)
        self._ask_srv, self._chance = ask_srv, chance
        self._found: list[str] = []

    async def all(self) -> list[str]:
        """Their addresses. While DNS is away those that were found before. Raises `UnavailableError`."""
        if not self._domain:
            return sorted(self._places, key=lambda _place: self._chance())
        try:
            async with asyncio.timeout(DNS_S):
                records = await self._ask_srv(f"{SERVICE}.{self._domain}")
        except TimeoutError:
            records = ()
        within = [one for one in in_order(records) if _within(one.target, self._domain)]
        if len(within) < len(records):
            logger.warning(
                "DNS names Call Managers of %s outside of it; they are not used, for anybody could do that",
                self._domain,
            )
        self._found = [f"wss://{host_port(one.target, one.port)}" for one in within][:MOST] or self._found
        if not self._found:
            raise UnavailableError(
                f"DNS names no Call Manager for {self._domain} (SRV records of {SERVICE}.{self._domain})",
                "add them, or correct sscp.url",
            )
        return self._found


def _within(host: str, domain: str) -> bool:
    host, domain = host.lower().rstrip("."), domain.lower().rstrip(".")
    return host == domain or host.endswith(f".{domain}")
