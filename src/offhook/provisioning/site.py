"""What all phones of the site are told alike, and how one of them is described for its templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from offhook.config import ProvisioningSettings
from offhook.errors import PhoneError
from offhook.manager.phones import ProvisionedPhone
from offhook.provisioning.grants import admin_password_of, login_of, password_of
from offhook.provisioning.models import Vendor
from offhook.provisioning.phonebook import BOOK
from offhook.provisioning.timezones import TimeZone
from offhook.provisioning.values import Key, Phone, Transport

AUTHORITY = "authority.pem"
"""What the file with the TLS authority is called, beside a phone's own."""

EXPIRES_S = 600
"""How often phones register: as often as a phone that has lost its network is to be missed at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The site. `host` is where phones are told to register, "" for where each has asked. `ports` are the
    switch's, by transport; `names` those of the terminals; `keys` gives a terminal's."""

    settings: ProvisioningSettings
    host: str
    ports: Mapping[Transport, int]
    names: Mapping[str, str]
    zone: TimeZone
    country: str = ""
    emergency_numbers: tuple[str, ...] = ()
    extension_lengths: tuple[int, ...] = ()
    outside_prefix: str = ""
    keys: Callable[[str], tuple[Key, ...]] = lambda _terminal: ()

    def phone(self, kept: ProvisionedPhone, vendor: Vendor, base: str, asked: str = "") -> Phone:
        """The phone, whose files are below `base` from now on; `asked` is the address of ours that it has
        asked. Raises `PhoneError`."""
        transport = self.transport(vendor)
        authority = self.settings.authority if transport == "tls" else None
        return Phone(
            mac=kept.mac,
            vendor=vendor.name,
            model=kept.model,
            terminal=kept.terminal,
            display_name=self.names.get(kept.terminal, "") or kept.terminal,
            server_host=self.host or asked,
            server_port=self.ports[transport],
            transport=transport,
            expires_s=EXPIRES_S,
            user=kept.terminal,
            auth_user=login_of(kept),
            password=password_of(kept),
            authority_url=f"{base}{AUTHORITY}" if authority else None,
            authority_pem=first_certificate(authority) if authority else (),
            auto_answer=True,
            remote_control=True,
            country=self.country,
            language=self.settings.language,
            time_zone=self.zone.name,
            time_zone_offset_s=self.zone.offset_s,
            posix_tz=self.zone.posix,
            ntp_server=self.settings.ntp_server,
            emergency_numbers=self.emergency_numbers,
            extension_lengths=self.extension_lengths,
            outside_prefix=self.outside_prefix,
            admin_password=admin_password_of(kept),
            config_url=base,
            keys=self.keys(kept.terminal) if vendor.presence_keys else (),
            phone_book_url=f"{base}{BOOK}" if vendor.book else None,
            voicemail=self.settings.voicemail or None,
        )

    def transport(self, vendor: Vendor) -> Transport:
        """How a vendor's phones register."""
        wanted = self.settings.transport
        if wanted == "auto":
            return "tls" if vendor.tls and "tls" in self.ports else "udp"
        return wanted


def first_certificate(file: Path) -> tuple[str, ...]:
    """Its lines. Blocks; raises `PhoneError`, `OSError`."""
    found = re.search(
        r"-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----",
        file.read_bytes().decode("latin-1"),
    )
    if found is None:
        raise PhoneError("provisioning.authority has no certificate in PEM", "name a file that has")
    return tuple(found[0].splitlines())
