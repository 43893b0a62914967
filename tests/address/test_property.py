"""Whatever text comes in: what is dialled is a reading of digits that stand together, or it is refused."""

import re

import phonenumbers
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat as Format

from offhook.address import AddressRules, normalise
from offhook.address.plain import plain
from offhook.address.vanity import KEYPAD
from offhook.address.words import EXTENSIONS, LABELS
from offhook.errors import AddressError
from tests.address.sites import BERLIN, CALIFORNIA, NOWHERE, ROME, SEOUL

SITES = (SEOUL, BERLIN, CALIFORNIA, ROME, NOWHERE)

NUMBERS = [
    "02-568-3848",
    "+82 2 568 3848",
    "010-1234-5678",
    "4001",
    "4002",
    "1-800-FLOWERS",
    "(0)",
    "+44",
    "00",
]
SIGNS_AND_WORDS = """9, 9 0 W T p x ext. # * / ~ - , ; or oder ^ | ( ) [ ] Axel (Axel)
tel: sip: callto: @pbx.example : . %20 %2B \u200e \u2068 \uff10 \uff0b \u0661 \u00b2 \u2460 ;ext=12
;phone-context=+82-2 내선 번 Kim € $ ="""
PIECES = st.one_of(
    st.sampled_from([*NUMBERS, *SIGNS_AND_WORDS.split(), " ", " - ", " or ", " / ", "\n", "\t", "\u00a0"]),
    st.text(alphabet="0123456789+*# ()/.,;-", max_size=12),
    st.characters(),
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)

SIGNS = re.compile(r"[\s\-./()~,;!@$?TPWtpw\"'<>]*")
"""What may stand between two digits of one number."""


def runs(text: str) -> list[str]:
    """The digits of the text that no more than signs of a number stand between."""
    looked = re.sub(r"%[0-9A-Fa-f]{2}", lambda code: chr(int(code[0][1:], 16)), plain(text))
    context = re.search(r"phone-context=([+0-9\-]*)", looked)
    local = "".join(re.findall("[0-9]", context[1])) if context else ""
    found, run = [], ""
    for piece in re.findall(r"[0-9*#+]+|[^0-9*#+]+", looked):
        if re.match(r"[0-9*#+]", piece):
            run += re.sub(r"\+", "", piece)
        elif not SIGNS.fullmatch(piece):
            found.append(run)
            run = ""
    keyed = "".join(re.findall("[0-9]", looked.translate(KEYPAD)))
    found += [run, keyed] if re.search(r"[0-9][A-Za-z .()-]*[A-Za-z]{3}", looked) else [run]
    return [one for one in found if one] + [local + one for one in found if local]


def stands(dialled: str, text: str, site: AddressRules) -> bool:
    """Is there a run of which the dialled number is the reading?

    Prefixes and the area go, and zeros that are not dialled are passed over.
    """
    return any(_reads(number, run) for number in bare(dialled, site) for run in runs(text))


def bare(dialled: str, site: AddressRules) -> list[str]:
    """The number without what the site's rules may have set before it."""
    found = [dialled.lstrip("+")]
    for prefix in (
        site.outside_prefix,
        "001",
        "00",
        "011",
        "82",
        "49",
        "1",
        "39",
        "0",
        site.area.lstrip("0"),
    ):
        found += [one.removeprefix(prefix) for one in found if prefix and one.startswith(prefix)]
    return [one for one in found if one]


def _reads(number: str, run: str) -> bool:
    """Does the number stand in the run, but for zeros behind a country's code?"""
    if number in run:
        return True
    pattern = "".join(f"0*{sign}" if sign.isdecimal() else re.escape(sign) for sign in number)
    return re.search(pattern, run) is not None


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SITES), TEXTS)
@example(SITES[0], "\uff0b%20")
@example(SITES[1], "90A4001AA")
def test_the_digits_dialled_stand_together_in_the_text(site: AddressRules, text: str) -> None:
    try:
        dialled = normalise(text, site)
    except AddressError:
        return
    assert set(dialled) <= set("+0123456789*#")
    assert stands(dialled, text, site), (dialled, runs(text))


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SITES), st.text(alphabet=st.characters(categories=["L", "Z", "P"]), max_size=20))
def test_a_text_without_digits_is_never_dialled(site: AddressRules, text: str) -> None:
    if any(sign in "*#" for sign in plain(text)):
        return
    with pytest.raises(AddressError):
        normalise(text, site)


@pytest.mark.parametrize("word", sorted(EXTENSIONS | LABELS))
def test_no_word_is_dialled(word: str) -> None:
    for text in (f"02-568-3848 {word}", f"{word} 02-568-3848", f"02-568-3848 ({word}) "):
        try:
            assert normalise(text, SEOUL) == "9025683848", text
        except AddressError:
            assert word in EXTENSIONS, text


REGIONS = ("KR", "DE", "US", "IT", "GB", "FR", "RU", "AR", "MX", "BR", "SG", "JP", "HU")
"""Trunk prefixes of every kind, also 06 and 8, and none; odd writings of mobile numbers."""

HOW = (
    "{}",
    "Tel: {}",
    "{} (Axel)",
    "{} ext. 12",
    "\u202a{}\u202c",
    "{}\n+1 650 253 0000",
    "{} or +1 650 253 0000",
)


@pytest.mark.parametrize("home", REGIONS)
@pytest.mark.parametrize("region", REGIONS)
def test_every_writing_of_a_valid_number_is_read_as_its_international_one(home: str, region: str) -> None:
    site = AddressRules(country=home, outside_prefix="9", extension_lengths=(4,))
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        dialled = normalise(phonenumbers.format_number(number, Format.E164), site)
        formats = [Format.INTERNATIONAL, Format.RFC3966] + [Format.NATIONAL] * (home == region)
        for written in (phonenumbers.format_number(number, one) for one in formats):
            for how in HOW:
                text = how.format(written)
                assert normalise(text, site) == dialled, text


@pytest.mark.parametrize("region", ["KR", "DE", "GB", "FR", "JP", "AU", "ZA", "NL"])
def test_a_trunk_zero_in_any_writing_is_the_same_number(region: str) -> None:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.FIXED_LINE)
    assert number is not None
    code, national = number.country_code, phonenumbers.national_significant_number(number)
    for site in SITES:
        dialled = normalise(f"+{code}{national}", site)
        for text in (
            f"+{code} 0{national}",
            f"+{code} (0) {national}",
            f"(+{code}) 0{national}",
            f"+{code} [0]{national}",
            f"+{code}-0-{national}",
        ):
            assert normalise(text, site) == dialled, text
