"""Each vendor's file: read strictly, by published parameters only, and no value breaks out of its place."""

import os
import re
from pathlib import Path

import pytest

from offhook.provisioning.models import Models
from offhook.provisioning.render import Templates
from offhook.provisioning.values import Key, Phone
from tests.provisioning.phones import NAME, phone
from tests.provisioning.readers import READERS

HERE = Path(__file__).parent
MODELS = {
    "yealink": "T54W",
    "snom": "D785",
    "grandstream": "GXP2170",
    "poly": "VVX 450",
    "cisco": "8851",
    "fanvil": "X5U",
}
PASSWORD = "p\"a'ss<w>&o%rd #;|$1:=\\ü"
PEM = ("-----BEGIN CERTIFICATE-----", "MIIBszCCAVmgAwIBAgIU", "-----END CERTIFICATE-----")

VENDORS = Models().vendors
TEMPLATES = Templates()

Values = dict[str, str]


def whole(vendor: str, **values: object) -> Phone:
    """A phone of the vendor with everything that a template can set."""
    return phone(
        **{
            "vendor": vendor,
            "model": MODELS[vendor],
            "server_host": "phones.example.com",
            "server_port": 5061,
            "transport": "tls",
            "auth_user": "4003-auth",
            "password": PASSWORD,
            "authority_url": "https://192.0.2.10:8443/p/s3cret/authority.pem",
            "authority_pem": PEM,
            "auto_answer": True,
            "remote_control": True,
            "country": "DE",
            "language": "de",
            "time_zone": "Europe/Berlin",
            "time_zone_offset_s": 3600,
            "posix_tz": "CET-1CEST,M3.5.0,M10.5.0/3",
            "ntp_server": "192.0.2.10",
            "emergency_numbers": ("112", "110"),
            "extension_lengths": (4,),
            "outside_prefix": "0",
            "keys": (
                Key("4001", "Ann & Bob; $1"),
                Key("4002", '"The <boss>"', "*84002"),
                *(Key(f"41{at:02}", f"Key {at}", f"*841{at:02}") for at in range(12)),
            ),
            "phone_book_url": "https://192.0.2.10:8443/p/s3cret/phonebook.xml",
            "admin_password": PASSWORD,
            "config_url": "https://192.0.2.10:8443/p/s3cret/",
            "voicemail": "*97",
            **values,
        }
    )


def text_of(vendor: str, **values: object) -> str:
    return TEMPLATES.render(VENDORS[vendor].files[0].template, whole(vendor, **values)).decode("utf-8")


def read(vendor: str, **values: object) -> Values:
    return READERS[vendor](text_of(vendor, **values))


@pytest.fixture(params=sorted(MODELS))
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_vendor_s_file_is_the_one_that_was_looked_at(vendor: str) -> None:
    """After a change: `OFFHOOK_WRITE_EXPECTED=1 pytest tests/provisioning/test_vendors.py`, then look at the
    difference, and at the vendor's document for each line of it."""
    expected = HERE / "expected" / f"{vendor}.txt"
    if os.environ.get("OFFHOOK_WRITE_EXPECTED"):
        expected.write_text(text_of(vendor), encoding="utf-8")
    assert text_of(vendor) == expected.read_text(encoding="utf-8")


def published(vendor: str) -> set[str]:
    """The names of a vendor's parameters, each with its sources; a span of numbers stands for all of them."""
    names: set[str] = set()
    for line in (HERE / "published" / f"{vendor}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, *sources = line.split(" ")
            assert sources and all(source in "1234" for source in sources), line
            span = re.fullmatch(r"(.*)P(\d+)-P(\d+)", name)
            names |= (
                {name}
                if span is None
                else {f"{span[1]}P{at}" for at in range(int(span[2]), int(span[3]) + 1)}
            )
    return names


def plain(vendor: str, name: str) -> str:
    """A parameter's name without what is counted in it."""
    name = re.sub(r":\d+", "", name)
    if vendor in ("yealink", "poly"):
        return re.sub(r"(?<=\.)\d+(?=\.|$)|(?<=Cert)\d", "X", name)
    return re.sub(r"_\d+_", "_X_", name) if vendor == "cisco" else name


def test_every_parameter_is_one_that_the_vendor_publishes(vendor: str) -> None:
    used = {plain(vendor, name) for name in read(vendor)}
    assert used - published(vendor) == set()


def test_every_published_parameter_that_is_listed_is_used(vendor: str) -> None:
    listed = {name for name in published(vendor) if not re.search(r"/P(13|14|23)\d\d", name)}
    used = {plain(vendor, name) for name in read(vendor, posix_tz="EST5EDT,M3.2.0,M11.1.0")}
    used |= {plain(vendor, name) for name in read(vendor, keys=(), transport="udp")}
    assert listed - used == set()


PLACES: dict[str, Values] = {
    "yealink": {
        "name": "account.1.display_name",
        "password": "account.1.password",
        "label": "linekey.3.label",
    },
    "snom": {
        "name": "settings/phone-settings/user_realname:1",
        "password": "settings/phone-settings/user_pass:1",
        "label": "settings/functionKeys/fkey:2@label",
    },
    "grandstream": {
        "name": "gs_provision/config/P3",
        "password": "gs_provision/config/P34",
        "label": "gs_provision/config/P1469",
    },
    "poly": {
        "name": "polycomConfig@reg.1.displayName",
        "password": "polycomConfig@reg.1.auth.password",
        "label": "polycomConfig@attendant.resourceList.2.label",
    },
    "cisco": {
        "name": "flat-profile/Display_Name_1_",
        "password": "flat-profile/Password_1_",
        "label": "flat-profile/Short_Name_3_",
    },
    "fanvil": {
        "name": "sysConf/sip/line:1/DisplayName",
        "password": "sysConf/sip/line:1/RegisterPswd",
        "label": "sysConf/dsskey/internal:1/Fkey:2/Title",
    },
}


def test_what_people_write_arrives_as_it_was_written(vendor: str) -> None:
    values, places = read(vendor), PLACES[vendor]
    assert values[places["name"]] == NAME
    assert values[places["password"]] == PASSWORD
    assert values[places["label"]] == '"The <boss>"'


def test_what_people_write_changes_no_other_value(vendor: str) -> None:
    """With harmless words there are the same parameters, and only those differ that have the words."""
    keys = tuple(Key(key.terminal, "harmless", key.pickup) for key in whole(vendor).keys)
    harmless = read(
        vendor, display_name="harmless", password="harmless", admin_password="harmless", keys=keys
    )
    awkward = read(vendor)
    assert list(awkward) == list(harmless)
    assert all("harmless" in harmless[name] for name in awkward if awkward[name] != harmless[name])


@pytest.mark.parametrize("transport, said", [("udp", 0), ("tcp", 1), ("tls", 2)])
def test_the_transport_is_told_in_each_vendor_s_words(vendor: str, transport: str, said: int) -> None:
    words = {
        "yealink": ("account.1.sip_server.1.transport_type", ["0", "1", "2"]),
        "grandstream": ("gs_provision/config/P130", ["0", "1", "2"]),
        "poly": ("polycomConfig@reg.1.server.1.transport", ["UDPOnly", "TCPOnly", "TLS"]),
        "cisco": ("flat-profile/SIP_Transport_1_", ["UDP", "TCP", "TLS"]),
        "fanvil": ("sysConf/sip/line:1/Transport", ["0", "1", "3"]),
        "snom": (
            "settings/phone-settings/user_outbound:1",
            [f"phones.example.com:5061;transport={name}" for name in ("udp", "tcp", "tls")],
        ),
    }
    place, values = words[vendor]
    assert read(vendor, transport=transport)[place] == values[said]


AUTO_ANSWER = {
    "yealink": ("features.intercom.allow", "1", "0"),
    "snom": ("settings/phone-settings/answer_after_policy", "idle", "off"),
    "grandstream": ("gs_provision/config/P298", "1", "0"),
    "poly": ("polycomConfig@voIpProt.SIP.alertInfo.1.class", "autoAnswer", None),
    "cisco": ("flat-profile/Auto_Answer_Page", "Yes", "No"),
    "fanvil": ("sysConf/call/port:1/EnableIntercom", "1", "0"),
}


def test_auto_answer_is_allowed_only_where_it_is_meant(vendor: str) -> None:
    place, on, off = AUTO_ANSWER[vendor]
    assert read(vendor)[place] == on
    assert read(vendor, auto_answer=False).get(place) == off


DIAL_PLANS = {
    "yealink": ("dialplan.dialnow.rule.3", "[1-8]xxx"),
    "snom": ("settings/phone-settings/user_dp_str:1", r"!^(112|110|[1-8][0-9]{3})$!sip:\1@\d!d"),
    "grandstream": (
        "gs_provision/config/P290",
        r"{ 112 | 110 | [1-8]xxx | x+ | \+x+ | *x+ | *xx*x+ }",
    ),
    "poly": ("polycomConfig@dialplan.digitmap", "112|110|[1-8]xxx|*x.T|+x.T|x.T"),
    "cisco": ("flat-profile/Dial_Plan_1_", "(112S0|110S0|[1-8]xxxS0|[x*].)"),
}


@pytest.mark.parametrize("one", sorted(DIAL_PLANS))
def test_emergency_numbers_and_the_site_s_own_go_out_at_once(one: str) -> None:
    place, plan = DIAL_PLANS[one]
    assert read(one, outside_prefix="9")[place] == plan


@pytest.mark.parametrize("one", sorted(DIAL_PLANS))
def test_without_a_prefix_for_outside_nothing_but_emergency_numbers_does(one: str) -> None:
    place, _ = DIAL_PLANS[one]
    assert "[1-" not in read(one, outside_prefix="").get(place, "")
    assert "112" in text_of(one, outside_prefix="")


CLOCKS: dict[str, dict[str, tuple[str | None, str | None, str | None]]] = {
    "yealink": {
        "local_time.time_zone": ("+1", "-5", "+5:30"),
        "local_time.summer_time": ("1", "1", "0"),
        "local_time.start_time": ("3/5/7/2", "3/2/7/2", None),
        "local_time.end_time": ("10/5/7/3", "11/1/7/2", None),
    },
    "snom": {
        "settings/phone-settings/utc_offset": ("+3600", "-18000", "+19800"),
        "settings/phone-settings/dst": (
            "3600 03.05.07 02:00:00 10.05.07 03:00:00",
            "3600 03.02.07 02:00:00 11.01.07 02:00:00",
            "",
        ),
    },
    "grandstream": {
        "gs_provision/config/P246": (
            "TZA-1TZB-2,M3.5.0/02:00:00,M10.5.0/03:00:00",
            "TZA+5TZB+4,M3.2.0/02:00:00,M11.1.0/02:00:00",
            "TZA-5:30",
        )
    },
    "poly": {
        "polycomConfig@tcpIpApp.sntp.gmtOffset": ("3600", "-18000", "19800"),
        "polycomConfig@tcpIpApp.sntp.daylightSavings.enable": ("1", "1", "0"),
        "polycomConfig@tcpIpApp.sntp.daylightSavings.start.dayOfWeek": ("1", "1", None),
        "polycomConfig@tcpIpApp.sntp.daylightSavings.start.dayOfWeek.lastInMonth": ("1", "0", None),
        "polycomConfig@tcpIpApp.sntp.daylightSavings.start.date": (None, "8", None),
        "polycomConfig@tcpIpApp.sntp.daylightSavings.stop.date": (None, "1", None),
    },
    "cisco": {
        "flat-profile/Time_Zone": ("GMT+01:00", "GMT-05:00", "GMT+05:30"),
        "flat-profile/Daylight_Saving_Time_Rule": (
            "start=3/-1/7/2:0:0;end=10/-1/7/3:0:0;save=1:0:0",
            "start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1:0:0",
            None,
        ),
    },
    "fanvil": {
        "sysConf/phone/date/TimeZone": ("4", "-20", "22"),
        "sysConf/phone/date/TimeZoneName": ("UTC+1", "UTC-5", "UTC+5:30"),
        "sysConf/phone/date/EnableDST": ("2", "2", "0"),
        "sysConf/phone/date/DSTStartWeek": ("5", "2", None),
    },
}


@pytest.mark.parametrize(
    "at, offset_s, posix_tz",
    [(0, 3600, "CET-1CEST,M3.5.0,M10.5.0/3"), (1, -18000, "EST5EDT,M3.2.0,M11.1.0"), (2, 19800, "IST-5:30")],
)
def test_clocks_change_as_the_time_zone_says(vendor: str, at: int, offset_s: int, posix_tz: str) -> None:
    values = read(vendor, time_zone_offset_s=offset_s, posix_tz=posix_tz)
    for place, expected in CLOCKS[vendor].items():
        assert values.get(place) == expected[at], place


def test_a_language_that_a_vendor_s_phones_may_not_have_is_left_to_the_phone(vendor: str) -> None:
    german = set(read(vendor, language="de").items())
    other = {name for name, _ in german - set(read(vendor, language="tlh").items())}
    assert all(re.search("lang|P1362", name, re.IGNORECASE) for name in other)


AUTHORITIES = {
    "yealink": ("static.trusted_certificates.url", "https://192.0.2.10:8443/p/s3cret/authority.pem"),
    "snom": ("settings/certificates/certificate@url", "https://192.0.2.10:8443/p/s3cret/authority.pem"),
    "grandstream": ("gs_provision/config/P8433", "\n".join(PEM)),
    "poly": ("polycomConfig@device.sec.TLS.customCaCert1", "\n".join(PEM)),
    "cisco": ("flat-profile/Custom_CA_Rule", "https://192.0.2.10:8443/p/s3cret/authority.pem"),
}


def test_who_speaks_tls_is_given_the_authority(vendor: str) -> None:
    assert VENDORS[vendor].tls == (vendor in AUTHORITIES)
    if vendor in AUTHORITIES:
        place, value = AUTHORITIES[vendor]
        assert read(vendor)[place] == value
        assert place not in read(vendor, authority_url=None, authority_pem=())


@pytest.mark.parametrize("model", ["GXP2130", "GXP2135", "GXP2140", "GXP2160", "GXP2170"])
def test_a_fixed_key_counts_from_ten(model: str) -> None:
    """Grandstream's template: 11 is a fixed key's BLF, 1 that of a key which is shown below it."""
    fixed = {"GXP2130": 3, "GXP2135": 8, "GXP2140": 4, "GXP2160": 6, "GXP2170": 12}[model]
    values = read("grandstream", model=model)
    modes = [values[f"gs_provision/config/P{1361 + 2 * at}"] for at in range(2, 7)]
    modes += [values[f"gs_provision/config/P{23800 + 4 * (at - 7)}"] for at in range(7, 16)]
    assert modes == ["11" if at <= fixed else "1" for at in range(2, 16)]


def test_a_poly_is_sent_on_to_its_own_file() -> None:
    text = TEMPLATES.render("poly-first.xml", whole("poly")).decode("utf-8")
    assert READERS["poly"](text)["APPLICATION@CONFIG_FILES"] == "805ec0123456-offhook.cfg"
    asked = VENDORS["poly"].asked_for("805ec0123456-offhook.cfg")
    assert asked is not None and asked[0].template == "poly.xml"


KEYS: dict[str, Values] = {
    "yealink": {
        "linekey.3.type": "16",
        "linekey.3.line": "1",
        "linekey.3.value": "4002",
        "linekey.3.extension": "*8",
    },
    "snom": {"settings/functionKeys/fkey:2": "blf 4002|*8"},
    "grandstream": {
        "gs_provision/config/P1367": "11",
        "gs_provision/config/P1470": "4002",
        "gs_provision/config/P1347": "*8",
    },
    "poly": {
        "polycomConfig@attendant.resourceList.2.address": "4002",
        "polycomConfig@attendant.resourceList.2.type": "normal",
        "polycomConfig@call.directedCallPickupMethod": "legacy",
        "polycomConfig@call.directedCallPickupString": "*8",
    },
    "cisco": {
        "flat-profile/Extension_3_": "Disabled",
        "flat-profile/Extended_Function_3_": 'fnc=blf+sd+cp;sub=4002@$PROXY;ext=4002@$PROXY;nme="The <boss>"',
        "flat-profile/Call_Pickup_Code": "*8",
    },
    "fanvil": {
        "sysConf/dsskey/internal:1/Fkey:2/Type": "1",
        "sysConf/dsskey/internal:1/Fkey:2/Value": "4002@1/ba*84002",
    },
}


def test_a_colleague_s_key_is_written_as_it_is_published(vendor: str) -> None:
    """Who is watched, and what is dialled to take a call that rings there; sources: published/."""
    values = read(vendor)
    for place, expected in KEYS[vendor].items():
        assert values[place] == expected, place


EVENTS = {
    "yealink": ("check-sync;reboot=false", "check-sync;reboot=true"),
    "snom": ("check-sync;reboot=false", "check-sync;reboot=true"),
    "grandstream": ("resync", "check-sync;reboot=true"),
    "poly": ("check-sync", ""),
    "cisco": ("resync", "reboot_now"),
    "fanvil": ("check-sync", "check-sync;reboot=true"),
}


def test_each_vendor_s_phones_are_told_to_fetch_and_to_start_anew_by_their_own_events(vendor: str) -> None:
    assert (VENDORS[vendor].resync, VENDORS[vendor].reboot) == EVENTS[vendor]


@pytest.mark.parametrize(
    "model, language, said",
    [
        ("X5U", "ko", "ko"),
        ("X5U", "de", "de"),
        ("X3S", "ko", None),
        ("X3S", "fr", "fr"),
        ("X5U", "tlh", None),
    ],
)
def test_a_newer_fanvil_has_more_languages(model: str, language: str, said: str | None) -> None:
    values = read("fanvil", model=model, language=language)
    assert values.get("sysConf/phone/display/DefaultLanguage") == said
