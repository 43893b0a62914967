"""What a PBX and a provider are told alike: where their servers are, and what SIP goes over."""

from pathlib import Path
from typing import Literal

from offhook.config.hosts import HOST, Host, Hosts
from offhook.config.kinds import Choice, File, Text
from offhook.config.setting import setting
from offhook.config.table import Table

Transport = Literal["udp", "tcp", "tls"]


def servers(*, missing: tuple[str, str]) -> tuple[str, ...]:
    """Its servers; `missing` is what is wrong without any, and the fix."""
    return setting(
        (),
        Hosts(),
        "host, with or without port, or a list of them, best first; without a port DNS SRV is asked "
        "(RFC 3263)",
        key="server",
        shown="",
        missing=missing,
    )


def transport() -> Transport:
    """What SIP goes over."""
    usual: Transport = "udp"
    return setting(usual, Choice(("udp", "tcp", "tls")), "what SIP goes over")


def tls_ca_file(whose: str) -> Path | None:
    """Who signs its certificate."""
    return setting(None, File(), f"PEM file of the authority that signed {whose}", shown="the system's")


def domain(example: str) -> str:
    """Its domain."""
    return setting(
        "", Text(HOST, f'a domain, like "{example}"'), "what stands behind the @", shown="the first server"
    )


def outbound_proxy() -> str:
    """Its proxy."""
    return setting("", Host(), "where all requests go, when it is not the server")


def check_transport(table: Table, ca_file: Path | None, chosen: Transport) -> None:
    """An authority is of use with TLS alone. Raises `ConfigError`."""
    if ca_file is not None and chosen != "tls":
        raise table.error("tls_ca_file", f'is set while transport is "{chosen}"', 'set transport = "tls"')
