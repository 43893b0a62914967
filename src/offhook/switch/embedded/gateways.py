"""Where the ways out are: no phone may be called there, or who calls it would dial by the provider.

A gateway that knows this site by its address asks nobody for a password. To it an INVITE for the Contact
`sip:0900123@gateway` is a number that is dialled, past the dial rules and the limits.
"""

from __future__ import annotations

from typing import Protocol

from offhook.sip.endpoint import Flow
from offhook.sip.message import Uri


class Gateways(Protocol):
    """The providers, as far as their servers have been found."""

    def are_at(self, host: str, port: int) -> bool:
        """Is this address, or name and port, one of their servers?"""
        ...

    def are_from(self, host: str) -> bool:
        """Is a provider at this address, at whatever port?"""
        ...


class NoGateways:
    """Implements `Gateways` where there are none."""

    def are_at(self, _host: str, _port: int) -> bool:
        return False

    def are_from(self, _host: str) -> bool:
        return False


def leads_to(gateways: Gateways, contact: Uri, reach: Flow) -> bool:
    """Would a phone with this Contact, reached there, be called at a provider?"""
    port = contact.port or (5061 if _is_secure(contact) else 5060)
    hosts = [contact.host, contact.params.get("maddr") or contact.host]
    return gateways.are_at(*reach.remote) or any(gateways.are_at(_plain(host), port) for host in hosts)


def _is_secure(contact: Uri) -> bool:
    return contact.scheme == "sips" or (contact.params.get("transport") or "").lower() == "tls"


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()
