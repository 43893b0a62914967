"""`[sscp]`."""

from pathlib import Path

from offhook.config.kinds import (
    Address,
    File,
    ListOf,
    PrivateKey,
    Secret,
    Text,
    accepted,
    check_pair,
)
from offhook.config.listen import Listen
from offhook.config.managerplaces import split_places, wrong_places
from offhook.config.sections.proxies import ProxyHeader, proxy_header, trusted_proxies
from offhook.config.setting import section, setting
from offhook.config.table import Table


def _is_origin(text: str) -> bool:
    scheme, mark, host = text.partition("://")
    return scheme in ("http", "https") and bool(mark and host) and "/" not in host


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
    trusted_proxies: tuple[str, ...] = trusted_proxies()
    proxy_header: ProxyHeader = proxy_header()
    url: str = setting(
        "",
        Text(),
        'a Call Manager that runs elsewhere, `"wss://manager.example:7701"`: only the Smart Messenger runs '
        "here. [Several of a cluster](cluster.md#where-clients-go), with commas between them, or a domain "
        'whose SRV records name them, `"wss+srv://site.example"`',
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

    @property
    def places(self) -> tuple[str, ...]:
        """The addresses in `url`, of which one may be a domain (`offhook.config.managerplaces`)."""
        return split_places(self.url)

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        check_pair(table, "tls_certificate", "tls_key")
        if not self.listen.loopback and self.tls_certificate is None:
            raise table.error(
                "tls_certificate",
                f"is missing while {self.listen} is open to other machines",
                "set tls_certificate and tls_key, or listen on 127.0.0.1",
            )
        wrong = wrong_places(self.url) if self.url else None
        if wrong is not None:
            raise table.error("url", wrong.what, wrong.fix)
