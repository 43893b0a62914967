"""`[http]`."""

import re
from pathlib import Path

from offhook.config.kinds import File, Flag, ListOf, OptionalAddress, PrivateKey, accepted, check_pair
from offhook.config.listen import Listen
from offhook.config.sections.proxies import ProxyHeader, proxy_header, trusted_proxies
from offhook.config.setting import section, setting
from offhook.config.table import Table

_ORIGIN = re.compile(r"https?://[^/\s@]+|(?:chrome|moz|safari-web)-extension://[0-9A-Za-z-]+")
_HOST = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?")


@section
class HttpSettings:
    """The HTTP API of the Call Manager, for browsers and programs: [http.md](http.md)."""

    listen: Listen | None = setting(
        None,
        OptionalAddress(),
        'switches it on: `"127.0.0.1:7780"`; off loopback only with a certificate',
        shown="off",
        environment=True,
    )
    tls_certificate: Path | None = setting(
        None, File(), "PEM file of the certificate that is shown", shown="that of `[sscp]`"
    )
    tls_key: Path | None = setting(
        None, PrivateKey(), "PEM file of its key", shown="in the certificate's file"
    )
    hosts: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_HOST.fullmatch), 'a list of names, like ["phone.example.com"]'),
        "names by which browsers reach it, besides `localhost`, this machine's name and IP addresses",
    )
    origins: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_ORIGIN.fullmatch), 'a list of origins, like ["https://crm.example"]'),
        'pages and extensions elsewhere that may use it, as `"https://crm.example"`',
    )
    change_office: bool = setting(
        True,
        Flag(),
        "administrators may change providers, numbers of phones, groups and what rings from there; "
        "`false`: on the server only",
    )
    trusted_proxies: tuple[str, ...] = trusted_proxies()
    proxy_header: ProxyHeader = proxy_header()

    def check(self, table: Table) -> None:
        """Raises `ConfigError`. Whether there is TLS where it has to be depends on `[sscp]`, too."""
        check_pair(table, "tls_certificate", "tls_key")
