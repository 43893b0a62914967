"""What is outside: how the providers are, what rings for which number, and the word below when none works."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from offhook.call import Terminal, TrunkState
from offhook.call.trunks import TrunkServer
from offhook.config import Config, load
from offhook.config.sections.incoming import hours
from offhook.desktop import translation
from offhook.desktop.ownphone import OwnPhone
from offhook.desktop.settings.outside import OutsidePage, has_outside, hours_text
from offhook.desktop.trunkbook import why
from offhook.errors import CallError, Refusal
from tests.desktop.stage import OWN, Stage
from tests.waiting import until

UP = TrunkServer("192.0.2.1:5060", up=True)
WORKS = TrunkState("provider", usable=True, since=1000.0, registered=True, servers=(UP,), max_calls=10)
REFUSED = replace(WORKS, usable=False, registered=False, problem="the provider refuses the account (403 No!)")
TEXT = """
[[terminal]]
id = "4000"
name = "Kim"
password = "a long password"
number = "+4930900101"
[[terminal]]
id = "4001"
password = "another password"
[[group]]
name = "sales"
terminals = ["4000", "4001"]
[[trunk]]
name = "provider"
server = "127.0.0.9"
user = "account"
password = "secret"
numbers = ["+4930900100-+4930900109"]
[[incoming]]
name = "day"
numbers = ["+4930900100"]
ring = ["sales"]
order = "in_order"
hours = ["mon-fri 09:00-17:30"]
otherwise = "busy"
[[incoming]]
ring = ["4001"]
"""


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The days are named as the window's language has them, which other tests choose."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(OWN, Terminal("4001"))
    stage.manager.ways_out = [WORKS]
    await until(lambda: stage.phones.trunks.all)
    yield stage
    stage.phones.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "offhook.toml"
    file.write_text(TEXT)
    return load(file)


def rows(page: OutsidePage) -> list[str]:
    return [page.trunks.item(at).text() for at in range(page.trunks.count())]


async def test_each_provider_is_shown_as_it_is_now_in_its_own_words(stage: Stage, config: Config) -> None:
    page = OutsidePage(config, stage.phones)
    assert rows(page)[0].startswith("provider   Registered · since ")
    assert page.detail.text().startswith("192.0.2.1:5060: answers\nCalls out now: 0 of 10")
    stage.messenger.on_trunk(REFUSED)
    assert rows(page)[0].startswith("provider   No way out · since ")
    assert page.problem.text() == "The provider refuses the account (403 No!)"
    stage.messenger.on_trunk(replace(WORKS, limit="max_calls"))
    assert rows(page)[0].startswith("provider   Limit reached")
    assert page.problem.text() == "As many calls as are allowed at a time are up"


async def test_a_provider_that_is_never_asked_is_shown_as_such_and_its_refusal_below(
    stage: Stage, config: Config
) -> None:
    page, own = OutsidePage(config, stage.phones), OwnPhone(stage.phones)
    unknown = (TrunkServer("192.0.2.1:5060"),)
    stage.messenger.on_trunk(replace(WORKS, servers=unknown))
    assert page.detail.text().startswith("192.0.2.1:5060: not asked yet\n")
    stage.messenger.on_trunk(replace(WORKS, servers=unknown, asked=False))
    assert page.detail.text().startswith("192.0.2.1:5060: never asked whether it is there\n")
    stage.messenger.on_trunk(replace(REFUSED, servers=unknown, asked=False))
    assert "403 No!" in own.state.text()


async def test_which_phones_ring_for_which_number_is_told(stage: Stage, config: Config) -> None:
    page = OutsidePage(config, stage.phones)
    assert [page.rings.item(at).text() for at in range(page.rings.count())] == [
        "day: +4930900100   Kim 4000, 4001 · one after the other · Mon - Fri 09:00-17:30 · else busy",
        "+4930900101   Kim 4000",
        "All other numbers   4001 · else nobody is there",
    ]
    assert page.ring.text().endswith("Mon - Fri 09:00-17:30 · else busy"), "all of the first one"
    assert page.teams.text() == "Groups:\nsales: Kim 4000, 4001"


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal.NOT_ALLOWED, "The providers are shown to administrators only."),
        (Refusal.NOT_SUPPORTED, "The Call Manager is too old to tell of its providers."),
    ],
)
async def test_who_is_not_told_of_the_providers_is_told_why(refusal: Refusal, said: str) -> None:
    stage = Stage()
    stage.manager.ways_out = CallError(refusal, "no")
    await until(lambda: stage.phones.trunks.refusal)
    page = OutsidePage(Config(), stage.phones)
    assert page.intro.text() == said
    assert page.trunks.isHidden() and page.rings.isHidden()
    stage.phones.close()


async def test_without_a_provider_it_says_how_to_get_one(config: Config) -> None:
    stage = Stage()
    page = OutsidePage(Config(), stage.phones)
    assert "docs/trunks.md" in page.intro.text()
    stage.phones.close()


async def test_below_stands_that_no_call_can_go_out_and_why(stage: Stage) -> None:
    own = OwnPhone(stage.phones)
    assert own.state.text() == "Ready to call"
    stage.messenger.on_trunk(REFUSED)
    assert own.state.text() == ("Calls inside only. No way out: the provider refuses the account (403 No!)")
    stage.messenger.on_trunk(replace(WORKS, name="second"))
    assert own.state.text() == "Ready to call", "the other provider works"
    stage.messenger.on_trunk(replace(REFUSED, name="second", servers=(replace(UP, up=None),)))
    assert own.state.text() == "Ready to call", "the other provider is being asked"


async def test_after_a_break_the_providers_are_asked_for_anew(stage: Stage) -> None:
    stage.manager.ways_out = [REFUSED]
    stage.messenger.on_link(True)
    await until(lambda: stage.phones.trunks.down)


def test_only_a_switch_with_providers_has_the_page(config: Config) -> None:
    assert has_outside(config)
    assert not has_outside(replace(config, switch=replace(config.switch, driver="asterisk")))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("mon-fri 09:00-17:30", "Mon - Fri 09:00-17:30"),
        ("sat 10:00-12:00", "Sat 10:00-12:00"),
        ("sat-mon 00:00-24:00", "Mon, Sat, Sun 00:00-24:00"),
    ],
)
def test_hours_are_read_as_people_say_them(written: str, shown: str) -> None:
    assert hours_text(hours(written)) == shown


def test_why_a_provider_is_away_is_told_in_the_windows_language(qapp: QApplication) -> None:
    translation.install(qapp, "de")
    try:
        assert why(REFUSED) == "der Anbieter lehnt das Konto ab (403 No!)"
        assert why(replace(REFUSED, problem="is not registered yet")) == "es ist noch nicht angemeldet"
        assert why(replace(REFUSED, problem="no route; ask the provider")) == "no route; ask the provider"
    finally:
        for child in qapp.children():
            if isinstance(child, QTranslator):
                qapp.removeTranslator(child)
