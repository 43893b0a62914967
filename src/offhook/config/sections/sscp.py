"""`[sscp]`."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from offhook.config.kinds import (
    Address,
    Choice,
    File,
    ListOf,
    PrivateKey,
    Secret,
    Text,
    accepted,
    check_pair,
)
from offhook.config.listen import Listen
from offhook.config.setting import section, setting
from offhook.config.table import Table

ProxyHeader = Literal["X-Forwarded-For", "Forwarded"]


def _is_origin(text: str) -> bool:
    scheme, mark, host = text.partition("://")
    return scheme in ("http", "https") and bool(mark and host) and "/" not in host


_NO_HOST = re.compile(r"[\s\x00-\x1f\"\\^`{|}<>]")
"""What stands in no host's name (RFC 3986 §3.2.2)."""


@section
class SscpSettings:
    """The session between Smart Messenger and Call Manager."""

    listen: Listen = setting(
        Listen("127.0.0.1", 7701), Address(), "off loopback only with a certificate", environment=True
    )
    tls_certificate: Path | None = setting(None, File(), "PEM file of the certificate that is shown")
    tls_key: Path | None = setting(
        None, PrivateKey(), "PEM file of its key", shown="in the certificate's file"
    )
    origins: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_is_origin), 'a list of origins, like ["https://phone.example"]'),
        'web pages that may connect, as `"https://phone.example"`',
    )
    trusted_proxies: tuple[str, ...] = setting(
        (),
        ListOf(accepted(ip_network), 'a list of addresses, like ["127.0.0.1", "10.0.0.0/24"]'),
        "reverse proxies in front of it, as addresses or networks: failed logins count against whom they "
        "speak for",
    )
    proxy_header: ProxyHeader = setting(
        "X-Forwarded-For",
        Choice(("X-Forwarded-For", "Forwarded")),
        "the header in which they name the client; `Forwarded` is RFC 7239's",
    )
    url: str = setting(
        "",
        Text(),
        'a Call Manager that runs elsewhere, `"wss://manager.example:7701"`: only the Smart Messenger runs '
        "here",
        environment=True,
    )
    user: str = setting("", Text(), "the login at that Call Manager (`offhook user add` there)")
    password: str = setting("", Secret(), "the password of that login")
    ca_file: Path | None = setting(
        None,
        File(),
        "PEM file of the authority that signed that Call Manager's certificate",
        shown="what `offhook cert trust` confirmed, or the system's",
    )

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        check_pair(table, "tls_certificate", "tls_key")
        if not self.listen.loopback and self.tls_certificate is None:
            raise table.error(
                "tls_certificate",
                f"is missing while {self.listen} is open to other machines",
                "set tls_certificate and tls_key, or listen on 127.0.0.1",
            )
        if self.url:
            self._check_url(table)

    def _check_url(self, table: Table) -> None:
        scheme, _, rest = self.url.partition("://")
        host = rest.partition("/")[0]
        if scheme not in ("ws", "wss") or not host or "@" in host or _NO_HOST.search(host):
            raise table.error(
                "url",
                f"{self.url!r} is not a WebSocket address",
                'write it like "wss://manager.example:7701"',
            )
        name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        port = host.rpartition("]")[2].partition(":")[2] if host.startswith("[") else host.partition(":")[2]
        if port and not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
            raise table.error("url", f"{port[:20]!r} is not a port", "take one from 1 to 65535")
        if scheme == "ws" and not Listen(name, 0).loopback:
            raise table.error(
                "url", "ws:// to another machine would send passwords in the clear", "use wss://"
            )
