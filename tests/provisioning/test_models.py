"""Which phones there are, and which file a name means."""

from pathlib import Path

import pytest

from offhook.errors import ConfigError, PhoneError
from offhook.provisioning.models import PACKAGED, Models

ACME = """
title = "Acme"
document = "Acme provisioning guide"
version = "3.2"
models = ["A10", "A20 Pro"]
user_agents = ['^Acme A[0-9]+ ']
[[file]]
names = ["{mac}.cfg", "ACME-{MAC}.cfg", "{model}-all.cfg"]
template = "acme.cfg"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "acme.toml").write_text(ACME, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "name, mac",
    [
        ("805ec0abcdef.cfg", "805ec0abcdef"),
        ("ACME-805EC0ABCDEF.cfg", "805ec0abcdef"),
        ("A20-all.cfg", None),
    ],
)
def test_a_phone_is_understood_by_the_name_that_it_asks_for(site: Path, name: str, mac: str | None) -> None:
    asked = Models(site).vendors["acme"].asked_for(name)
    assert asked is not None
    assert asked[1] == mac


@pytest.mark.parametrize(
    "name",
    ["", "805EC0ABCDEF.cfg", "805ec0abcdefcfg", "805ec0abcdef.cfg\n", "../805ec0abcdef.cfg", "x" * 200],
)
def test_any_other_name_means_nothing(site: Path, name: str) -> None:
    assert Models(site).vendors["acme"].asked_for(name) is None


def test_the_mac_addresses_that_a_name_may_speak_of(site: Path) -> None:
    assert Models(site).macs_in("805ec0abcdef.cfg") == ["805ec0abcdef"]
    assert Models(site).macs_in("A20-all.cfg") == []


def test_a_model_is_found_whatever_its_case(site: Path) -> None:
    vendor, model = Models(site).find("a20 pro")
    assert (vendor.name, model) == ("acme", "A20 Pro")
    with pytest.raises(PhoneError, match="'B1' is not known"):
        Models(site).find("B1")


def test_a_vendor_is_known_by_its_user_agent(site: Path) -> None:
    acme = Models(site).vendors["acme"]
    assert acme.says("Acme A10 3.2.1 805ec0abcdef") == {}
    assert acme.says("curl/8") is None


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('title = "Acme"', "", "title"),
        ("models =", "modells =", "modells"),
        ('"{mac}.cfg"', '"a/{mac}.cfg"', "no file's name"),
        ('"acme.cfg"', '"../acme.cfg"', "no file's name"),
        ("A[0-9]+", "A[0-9", "user_agents"),
        ('title = "Acme"', "title =", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_its_name(site: Path, old: str, new: str, said: str) -> None:
    (site / "acme.toml").write_text(ACME.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as raised:
        Models(site)
    assert str(site / "acme.toml") in str(raised.value)


def test_a_site_s_file_is_taken_instead_of_the_package_s(tmp_path: Path) -> None:
    text = (PACKAGED / "baresip.toml").read_text(encoding="utf-8")
    (tmp_path / "baresip.toml").write_text(text.replace('models = ["baresip"]', 'models = ["mine"]'))
    assert Models(tmp_path).vendors["baresip"].models == ("mine",)


@pytest.mark.parametrize("vendor", sorted(path.stem for path in PACKAGED.glob("*.toml")))
def test_every_vendor_says_where_its_parameters_come_from_and_has_its_templates(vendor: str) -> None:
    one = Models().vendors[vendor]
    assert one.document and one.version and one.models
    assert all((PACKAGED / file.template).is_file() for file in one.files)


def test_no_two_vendors_have_the_same_model() -> None:
    models = [model.lower() for vendor in Models().vendors.values() for model in vendor.models]
    assert len(models) == len(set(models))
