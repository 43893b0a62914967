"""What a phone is told of the site."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from offhook.config import ProvisioningSettings
from offhook.errors import PhoneError
from offhook.manager.phones import ProvisionedPhone
from offhook.provisioning.models import Models
from offhook.provisioning.render import Templates
from offhook.provisioning.site import Site
from offhook.provisioning.timezones import time_zone

BASE = "https://192.0.2.10:8443/p/secret/"


def site(authority: Path | None = None) -> Site:
    return Site(
        settings=replace(ProvisioningSettings(), authority=authority),
        host="192.0.2.10",
        ports={"udp": 5060, "tcp": 5060, "tls": 5061},
        names={"4003": "Kim"},
        zone=time_zone("Asia/Seoul"),
    )


def file(model: str, site: Site) -> str:
    vendor, name = Models().find(model)
    kept = ProvisionedPhone(mac="805ec0123456", model=name, terminal="4003", secret="s3cret")
    return Templates().render(vendor.files[0].template, site.phone(kept, vendor, BASE)).decode()


@pytest.mark.parametrize("model", ["GXP2170", "VVX 450"])
def test_a_phone_that_does_not_fetch_the_authority_is_told_it_in_its_file(model: str, tmp_path: Path) -> None:
    authority = tmp_path / "authority.pem"
    first, second = trustme.CA().cert_pem.bytes(), trustme.CA().cert_pem.bytes()
    authority.write_bytes(b"Subject: CN = Kim\r\n" + first.replace(b"\n", b"\r\n") + second)
    told = file(model, site(authority))
    lines = [line.decode() for line in first.split()[2:-2]]
    assert all(line in told for line in lines)
    assert told.count("BEGIN CERTIFICATE") == 1


def test_no_authority_is_told_where_there_is_none() -> None:
    assert "CERTIFICATE" not in file("GXP2170", site())


def test_an_authority_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    authority = tmp_path / "authority.pem"
    authority.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    with pytest.raises(PhoneError, match=r"provisioning\.authority"):
        file("GXP2170", site(authority))


@pytest.mark.parametrize("model", ["T46U", "D785", "GXP2170", "VVX 450", "8851", "X5U"])
def test_a_phone_is_told_where_its_phone_book_is(model: str) -> None:
    assert "192.0.2.10:8443/p/secret" in file(model, site())
