"""`[provisioning]`."""

from pathlib import Path
from typing import Literal

from offhook.config.kinds import (
    HOST_NAME,
    Choice,
    File,
    Flag,
    OptionalAddress,
    Place,
    PrivateKey,
    Text,
    check_pair,
)
from offhook.config.listen import Listen
from offhook.config.setting import section, setting
from offhook.config.table import Table

PhoneTransport = Literal["auto", "udp", "tcp", "tls"]


@section
class ProvisioningSettings:
    """Phones that fetch their configuration here: [provisioning.md](provisioning.md)."""

    listen: Listen | None = setting(
        None,
        OptionalAddress(),
        'switches it on, over HTTP: `"192.0.2.10:8088"`; who listens in on that network reads passwords',
        shown="off",
    )
    tls_listen: Listen | None = setting(
        None, OptionalAddress(), 'switches it on, over HTTPS: `"192.0.2.10:8443"`', shown="off"
    )
    tls_certificate: Path | None = setting(None, File(), "PEM file of the certificate that is shown there")
    tls_key: Path | None = setting(
        None, PrivateKey(), "PEM file of its key", shown="in the certificate's file"
    )
    client_authorities: Path | None = setting(
        None,
        File(),
        "PEM file of vendors' authorities: over HTTPS a phone is known by its certificate's MAC address",
    )
    host: str = setting(
        "",
        Text(rf"{HOST_NAME}|[0-9A-Fa-f:]+", "a name or address of this machine"),
        "by which name or address phones reach this machine",
        shown="where `[switch.embedded]` listens; if everywhere, the address that the phone has asked",
    )
    transport: PhoneTransport = setting(
        "auto",
        Choice(("auto", "udp", "tcp", "tls")),
        "how they register; `auto` TLS where `switch.embedded.tls_listen` is set and the phone can, else UDP",
    )
    authority: Path | None = setting(
        None, File(), "PEM file of the authority of `switch.embedded.tls_certificate`, which phones are given"
    )
    templates: Path = setting(Path(), Place(), "a folder with templates of the site's own", shown="none")
    language: str = setting("en", Text("[a-z]{2}", 'a language of two letters, like "ko"'), "on the display")
    time_zone: str = setting(
        "Etc/UTC",
        Text("[A-Za-z0-9_+/-]{1,64}", 'a name of the IANA database, like "Asia/Seoul"'),
        "where the phones are",
    )
    ntp_server: str = setting(
        "", Text(rf"{HOST_NAME}|[0-9A-Fa-f:]+", "a host"), "which clock they go by", shown="the phone's own"
    )
    plug_and_play: bool = setting(
        False,
        Flag(),
        "whether phones that ask their network by multicast (224.0.1.75) are told where to fetch",
    )
    voicemail: str = setting(
        "", Text(r"[0-9*#+]{1,32}", "a number"), "what the message key dials", shown="none"
    )

    @property
    def on(self) -> bool:
        """Does it listen anywhere?"""
        return self.listen is not None or self.tls_listen is not None

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        check_pair(table, "tls_certificate", "tls_key")
        if self.tls_listen is not None and self.tls_certificate is None:
            raise table.error("tls_certificate", "is missing while tls_listen is set", "set it and tls_key")
