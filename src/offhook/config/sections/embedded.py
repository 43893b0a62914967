"""`[switch.embedded]`: the SIP switch that is built in."""

from ipaddress import IPv6Network
from pathlib import Path
from typing import Literal

from offhook.config.kinds import (
    Address,
    Choice,
    File,
    ListOf,
    Number,
    OptionalAddress,
    PrivateKey,
    Text,
    accepted,
    check_pair,
)
from offhook.config.listen import Listen
from offhook.config.sections.driver import RECALL_S, DriverSettings
from offhook.config.setting import section, setting
from offhook.config.table import Table

FromElsewhere = Literal["authenticate", "refuse"]

DIGESTS = ("SHA-256", "MD5")


@section
class EmbeddedSettings(DriverSettings):
    """The SIP switch that is built in."""

    listen: Listen = setting(
        Listen("127.0.0.1", 5060), Address(), "where SIP is spoken over UDP and TCP", environment=True
    )
    tls_listen: Listen | None = setting(None, OptionalAddress(), "where SIP is spoken over TLS")
    tls_certificate: Path | None = setting(None, File(), "PEM file of the certificate that phones are shown")
    tls_key: Path | None = setting(
        None, PrivateKey(), "PEM file of its key", shown="in the certificate's file"
    )
    tls_client_ca: Path | None = setting(
        None,
        File(),
        "phones that show a certificate need one of this authority; they need not show one",
    )
    realm: str = setting(
        "offhook",
        Text(r'[^"\\]{1,64}', "1 to 64 characters without quotes"),
        "the realm of digest authentication",
    )
    from_elsewhere: FromElsewhere = setting(
        "authenticate",
        Choice(("authenticate", "refuse")),
        "a request inside of a call (BYE, REFER, re-INVITE ...) from a host that is neither the call's nor "
        "one where its phone is registered: asked for the terminal's password, or refused",
    )
    digest_algorithms: tuple[str, ...] = setting(
        ("MD5",),
        ListOf(accepted(DIGESTS.__contains__), f"a list of {' and '.join(DIGESTS)}"),
        '`["SHA-256", "MD5"]` where all phones know RFC 8760; baresip 1.0 gives up on SHA-256',
    )

    pickup_code: str = setting(
        "",
        Text(r"[*#][0-9*#]{1,7}", 'a code that begins with * or #, like "*8"'),
        "what is dialled at a phone to take a call that rings in one of its groups (`[[group]]`); with the "
        "number behind it, that one's",
        shown="none",
    )
    music_on_hold: str = setting(
        "",
        Text(r"[0-9A-Za-z+*#._-]{0,64}", "a number that can be called, at most 64 characters"),
        "a terminal that answers by itself and plays; who is on hold hears it",
        shown="what the phones do",
    )
    recall_s: float = setting(
        RECALL_S,
        Number(0, 600),
        "seconds that the target of a transfer may ring before who has transferred is rung again; so it is "
        "when the target refuses; `0`: never, the call ends",
    )

    qualify_s: float = setting(
        60.0,
        Number(0, 3600),
        "how often each registered phone is asked by OPTIONS whether it is there; `0`: never",
    )
    silent_s: float = setting(
        5.0,
        Number(2, 32),
        "seconds after which a phone that says nothing to a call, not even that it tries, is given up; it is "
        "called again once something is heard of it",
    )

    min_expires: int = 30
    """Registrations last as long as the phone asks for, from this to `max_expires` seconds."""

    max_expires: int = 3600

    max_calls: int = 10_000

    max_calls_of_one: int = 100
    """Calls of one terminal at a time: a PBX behind one account, with three primary rates. A phone has two or
    three. The whole switch has 10,000, which a hundred terminals would have to use up together."""

    max_dialled_of_one: int = 1000
    """The same where programs dial for the terminal: a dialler makes more calls than anybody by hand. Ten
    such terminals fill the switch, and whose user it is stands in the audit log."""

    local_networks: tuple[IPv6Network, ...] = ()
    """Where failures are counted by host, see `common.network.RateLimitKeys`."""

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if not self.digest_algorithms:
            raise table.error("digest_algorithms", "is empty, no phone could register", "name at least one")
        check_pair(table, "tls_certificate", "tls_key")
        if self.tls_listen is not None and self.tls_certificate is None:
            raise table.error("tls_certificate", "is missing while tls_listen is set", "set it and tls_key")

    @property
    def registrar(self) -> Listen | None:
        """Phones register here."""
        return self.listen

    @property
    def phone_certificate(self) -> tuple[Path, Path | None] | None:
        """Of the port for TLS."""
        if self.tls_listen is None or self.tls_certificate is None:
            return None
        return self.tls_certificate, self.tls_key
