"""What phones ask for, and say that they are: as public reports have it."""

import pytest

from offhook.provisioning.models import Models

MODELS = Models()
VENDORS = MODELS.vendors

USER_AGENTS = [
    ("yealink", "T31G", "805ec0d57d72", "Yealink SIP-T31G 124.85.257.55 80:5e:c0:d5:7d:72"),
    ("yealink", "T54W", "805e0c123456", "Yealink SIP-T54W 96.86.0.45 80:5e:0c:12:34:56"),
    ("yealink", "T46S", "0015655e167c", "yealink SIP-T46S 66.86.0.15 00:15:65:5e:16:7c"),
    (
        "snom",
        "D785",
        "000413922d24",
        "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 000413922D24 SXM:0 UXM:0)",
    ),
    (
        "snom",
        None,  # the 715 is not the D715
        "000413741767",
        "Mozilla/4.0 (compatible; snom715-SIP 8.9.3.80 1.1.5-IFX-05.01.12 000413741767)",
    ),
    ("snom", "D785", None, "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33)"),
    (
        "grandstream",
        "GXP2170",
        "000b82462d97",
        "Grandstream Model HW GXP2170 V1.0A SW 1.0.9.127 DevId 000b82462d97",
    ),
    ("grandstream", "GRP2614", "c074ad0b63ee", "Grandstream Model HW GRP2614 SW 1.0.5.15 DevId c074ad0b63ee"),
    ("grandstream", "GRP2614", None, "Grandstream Model HW GRP2614 SW 1.0.5.15"),
    ("poly", "VVX 450", None, "FileTransport PolycomVVX-VVX_450-UA/6.3.1.8427 Type/Application"),
    ("poly", "Edge E350", None, "FileTransport PolyEdge-Edge_E350-UA/8.0.1.4150 Type/Application"),
    ("cisco", "7832", "00562b043615", "Cisco-CP-7832-3PCC/11.0.1 (00562b043615)"),
    ("cisco", "8851", "a4114e0641c2", "Cisco-CP-8851-3PCC/12.0.1 (A4114E0641C2)"),
    ("fanvil", "X4", "0c383e07e16c", "Fanvil X4 2.10.2.6887 0c383e07e16c"),
    ("fanvil", "X5U", "0c383e12ab34", "Fanvil X5U 2.4.10 0c383e12ab34"),
    ("fanvil", None, "0c383e12ab34", "Fanvil X99 2.4.10 0c383e12ab34"),
]


@pytest.mark.parametrize("vendor, model, mac, user_agent", USER_AGENTS)
def test_a_phone_says_by_its_user_agent_what_it_is(
    vendor: str, model: str | None, mac: str | None, user_agent: str
) -> None:
    assert [name for name, one in VENDORS.items() if one.says(user_agent) is not None] == [vendor]
    asking = MODELS.asking("", user_agent)
    assert asking is not None
    assert (asking.vendor.name, asking.model, asking.mac) == (vendor, model, mac)


@pytest.mark.parametrize(
    "user_agent", ["", "curl/8.5.0", "Mozilla/5.0 (X11; Linux x86_64)", "Yealink", "xYealink SIP-T54W 1 2"]
)
def test_nothing_else_is_taken_for_a_phone(user_agent: str) -> None:
    assert MODELS.asking("805ec0123456.cfg", user_agent) is None


def test_the_file_says_which_phone_it_is_where_the_user_agent_does_not() -> None:
    asking = MODELS.asking(
        "0004f2abcdef.cfg", "FileTransport PolycomVVX-VVX_450-UA/6.3.1.8427 Type/Application"
    )
    assert asking is not None and asking.mac == "0004f2abcdef"


def test_a_user_agent_without_end_is_looked_at_for_a_bit_only() -> None:
    assert MODELS.asking("", "Fanvil X4 " + "2." * 100_000 + " 0c383e07e16c") is None


FILES = [
    ("yealink", "805ec0123456.cfg", "805ec0123456", "yealink.cfg"),
    ("yealink", "y000000000096.cfg", None, None),
    ("yealink", "805ec0123456.boot", None, None),
    ("snom", "snomD785-000413922D24.htm", "000413922d24", "snom.xml"),
    ("snom", "snomD865-000413922D24.xml", "000413922d24", "snom.xml"),
    ("snom", "000413922D24.xml", "000413922d24", "snom.xml"),
    ("snom", "snomD785.htm", None, None),
    ("snom", "snomD785-firmware.xml", None, None),
    ("grandstream", "cfgc074ad0b63ee.xml", "c074ad0b63ee", "grandstream.xml"),
    ("grandstream", "cfgc074ad0b63ee", None, None),
    ("grandstream", "cfg.xml", None, None),
    ("poly", "0004f2abcdef.cfg", "0004f2abcdef", "poly-first.xml"),
    ("poly", "0004f2abcdef-offhook.cfg", "0004f2abcdef", "poly.xml"),
    ("poly", "0004f2abcdef-directory.xml", None, None),
    ("cisco", "00562b043615.xml", "00562b043615", "cisco.xml"),
    ("cisco", "00562B043615.xml", "00562b043615", "cisco.xml"),
    ("cisco", "CP-8851-3PCC.xml", None, "cisco.xml"),
    ("fanvil", "0c383e07e16c.cfg", "0c383e07e16c", "fanvil.xml"),
    ("fanvil", "f0X5hw1.100.cfg", None, None),
]


@pytest.mark.parametrize("vendor, name, mac, template", FILES)
def test_a_file_is_known_by_the_name_that_phones_ask_for(
    vendor: str, name: str, mac: str | None, template: str | None
) -> None:
    asked = VENDORS[vendor].asked_for(name)
    assert (None if asked is None else asked[0].template) == template
    assert (None if asked is None else asked[1]) == mac
