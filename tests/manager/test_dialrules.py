"""Who may dial what. The site dials 9 for a line and 00 for abroad."""

import pytest

from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.principal import LOCAL, Principal
from tests.manager.helpers import ADMINISTRATOR, KIM

LEE = Principal("lee", administrator=False, terminals=frozenset({"4001"}))


def site(*rules: DialRule) -> DialRules:
    return DialRules(rules, dialled=as_dialled, internal=["4000", "4001", "front-desk"])


def behind_nine(*rules: DialRule, country: str = "") -> DialRules:
    return DialRules(rules, dialled=as_dialled, internal=["4000"], outside_prefix="9", country=country)


def as_dialled(number: str) -> str:
    """What a site with 9 and 00 makes of a number."""
    if number.startswith("+"):
        return "900" + number[1:]
    return number if len(number) == 4 or number.startswith("9") else "9" + number


def test_without_rules_everything_may_be_dialled() -> None:
    assert site().allow(KIM, "4000", "90060900")


def test_a_denied_prefix_denies_what_begins_with_it_and_nothing_else() -> None:
    rules = site(DialRule(deny=("90060",)))
    assert not rules.allow(KIM, "4000", "90060900")
    assert rules.allow(KIM, "4000", "90061")


def test_the_longest_prefix_decides() -> None:
    rules = site(DialRule(deny=("900",), allow=("90082",)), DialRule(deny=("90082060",)))
    assert not rules.allow(KIM, "4000", "9001")
    assert rules.allow(KIM, "4000", "900822")
    assert not rules.allow(KIM, "4000", "90082060123")


def test_of_equally_long_prefixes_the_most_personal_decides() -> None:
    site_rule, role = DialRule(deny=("900",)), DialRule(allow=("900",), roles=frozenset({"user"}))
    terminal = DialRule(deny=("900",), terminals=frozenset({"4000"}))
    user = DialRule(allow=("900",), users=frozenset({"kim"}))
    assert site(site_rule, role).allow(KIM, "4000", "9001")
    assert not site(site_rule, role, terminal).allow(KIM, "4000", "9001")
    assert site(site_rule, role, terminal, user).allow(KIM, "4000", "9001")
    assert not site(site_rule, user).allow(LEE, "4001", "9001")


def test_of_equal_prefixes_the_denial_decides() -> None:
    assert not site(DialRule(deny=("9",), allow=("9",))).allow(KIM, "4000", "9001")


def test_a_personal_allowance_does_not_open_a_longer_denial() -> None:
    rules = site(DialRule(deny=("90060",)), DialRule(allow=("9",), users=frozenset({"kim"})))
    assert not rules.allow(KIM, "4000", "90060900")


def test_the_empty_prefix_stands_for_every_number() -> None:
    rules = site(DialRule(deny=("",), allow=("4",)))
    assert rules.allow(KIM, "4000", "4001")
    assert not rules.allow(KIM, "4000", "902")


def test_an_administrators_rule_is_not_for_this_accounts_own_programs() -> None:
    """They dial for whoever sits at the phone."""
    rules = site(DialRule(deny=("900",)), DialRule(allow=("900",), roles=frozenset({"administrator"})))
    assert rules.allow(ADMINISTRATOR, "4000", "9001")
    assert not rules.allow(LOCAL, "4000", "9001")


@pytest.mark.parametrize(
    "written",
    [
        "90060900",
        "0060900",
        "+60900",
        "9-00-60-900",
        "9(00)60.900",
        "9/00/60900",
        "%39%30%30%36%30900",
        "%2539006%250900",
        "90060~900",
        "90060'900",
    ],
)
def test_a_denied_number_is_denied_however_it_is_written(written: str) -> None:
    assert not site(DialRule(deny=("90060",))).allow(KIM, "4000", written)


@pytest.mark.parametrize("written", ["9-02-568-3848", "9 (02) 568.3848", "9%3025683848"])
def test_a_number_that_may_be_dialled_may_be_written_in_any_way_as_well(written: str) -> None:
    assert site(DialRule(deny=("90060",))).allow(KIM, "4000", written)


def test_plus_is_00_where_no_country_is_set() -> None:
    rules = DialRules([DialRule(deny=("00",))])
    assert not rules.allow(KIM, "4000", "+60900")
    assert DialRules([DialRule(deny=("00",), allow=("+82",))]).allow(KIM, "4000", "+82256")


@pytest.mark.parametrize(
    "address",
    ["90060900@evil.example", "tel:90060900", "90060900;ext=1", "90060900?Route=x", "9+0060900", "nine"],
)
def test_where_there_are_rules_what_is_no_number_is_denied(address: str) -> None:
    assert not site(DialRule(deny=("97",))).allow(KIM, "4000", address)


def test_a_terminal_with_a_name_may_be_dialled() -> None:
    assert site(DialRule(deny=("97",))).allow(KIM, "4000", "front-desk")


@pytest.mark.parametrize("code", ["*21*90060900#", "*72", "#31#90060900"])
def test_feature_codes_are_denied_by_their_own_prefix(code: str) -> None:
    assert not site(DialRule(deny=("*", "#"))).allow(KIM, "4000", code)


DOCUMENTED = DialRule(deny=("900", "9060", "9070", "*", "#"))
"""The rules that docs/security.md begins with."""


@pytest.mark.parametrize(
    "written",
    [
        "9*23#0607001234",
        "9#31#0607001234",
        "9*31#0607001234",
        "*31#0607001234",
        "*31#90607001234",
        "9*67060700123",
        "9-*31#-060-700",
        "9%2A31%230607",
    ],
)
def test_a_feature_code_behind_the_outside_prefix_is_denied_as_one(written: str) -> None:
    assert not behind_nine(DOCUMENTED).allow(KIM, "4000", written)


@pytest.mark.parametrize(
    "written",
    [
        "*31#0607001234",
        "#31#90607001234",
        "9*31#0607001234",
        "9*31#*31#0607001234",
        "*67060700123",
        "9*670607001234",
        "*21*0607001234#",
        "**61*90607001234*11#",
        "9*23#0607001234",
    ],
)
def test_a_number_behind_a_code_is_denied_like_the_number(written: str) -> None:
    assert not behind_nine(DialRule(deny=("9060",))).allow(KIM, "4000", written)
    assert not behind_nine(DialRule(deny=("060",))).allow(KIM, "4000", written)


def test_a_prefix_that_is_denied_without_the_outside_prefix_is_denied_with_it() -> None:
    rules = behind_nine(DialRule(deny=("0060",)))
    assert not rules.allow(KIM, "4000", "90060900")
    assert rules.allow(KIM, "4000", "9025683848")


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("GB", "141"),
        ("AU", "1831"),
        ("JP", "184"),
        ("NZ", "0197"),
        ("KR", "169"),
        ("KR", "*23"),
        ("FR", "3651"),
        ("ES", "067"),
    ],
)
def test_a_countrys_own_code_that_hides_the_caller_hides_no_number(country: str, code: str) -> None:
    rules = behind_nine(DialRule(deny=("9060",)), country=country)
    assert not rules.allow(KIM, "4000", f"9{code}0607001234")
    assert rules.allow(KIM, "4000", f"9{code}0207001234")


def test_a_code_that_is_allowed_is_not_denied_for_what_is_denied_in_general() -> None:
    rules = behind_nine(DialRule(deny=("",), allow=("4", "*8", "*21*")))
    assert rules.allow(KIM, "4000", "*84001")
    assert rules.allow(KIM, "4000", "*21*0231234#")
    assert not rules.allow(KIM, "4000", "*72")


def test_an_allowance_does_not_open_a_code_around_it() -> None:
    assert not behind_nine(DialRule(deny=("*",), allow=("4001",))).allow(KIM, "4000", "*21*4001#")
    assert not behind_nine(DialRule(deny=("",), allow=("4001",))).allow(KIM, "4000", "*21*4001#")


def test_a_terminal_that_begins_like_the_outside_prefix_is_not_taken_apart() -> None:
    rules = DialRules([DialRule(deny=("001",))], internal=["9001"], outside_prefix="9")
    assert rules.allow(KIM, "4000", "9001")
