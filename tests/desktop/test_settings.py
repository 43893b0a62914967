"""The settings: checked while typing, tested for real, kept in the file with its comments."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from offhook.address import countries
from offhook.assembly.startable import check_startable
from offhook.call import Terminal
from offhook.common.finding import Finding, Level
from offhook.config import check_text, load
from offhook.config.edit import edited, save
from offhook.config.model import setting_of
from offhook.config.sections.directory import TYPES
from offhook.desktop.preferences import Links, Preferences
from offhook.desktop.settings.appearance import AppearancePage
from offhook.desktop.settings.countries import CountryEdit, shown_name
from offhook.desktop.settings.links import LinksPage
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.pages import SOURCE, Pages
from offhook.desktop.settings.panel import SettingsPanel
from offhook.desktop.settings.phones import PhonesPage
from offhook.desktop.startup import Startup
from offhook.desktop.theme import Appearance
from offhook.desktop.translation import FOLDER, LANGUAGES
from offhook.errors import ConfigError
from tests.desktop.stage import OWN, Stage
from tests.desktop.world import click
from tests.waiting import until

TEXT = '# ours\n[address]\ncountry = "KR"  # Korea\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text(TEXT)
    return file


def type_in(page: SettingsPage, key: str, text: str) -> None:
    editor = page.editors[key]
    assert isinstance(editor, QLineEdit)
    editor.setText(text)


def test_the_fields_show_what_the_file_says(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).rules()
    editor = page.editors["address.country"]
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "KR"


def test_saving_keeps_the_comments(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).rules()
    type_in(page, "address.outside_prefix", "9")
    type_in(page, "address.extension_lengths", "3, 4")
    click(page.save_button)
    assert load(file).address.outside_prefix == "9"
    assert load(file).address.extension_lengths == (3, 4)
    assert file.read_text().startswith(TEXT.splitlines()[0])
    assert "# Korea" in file.read_text()


def test_an_emptied_field_takes_the_key_out(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).rules()
    type_in(page, "address.country", "")
    click(page.save_button)
    assert "country" not in file.read_text()


def test_a_wrong_value_is_complained_of_under_its_field(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).applications()
    page.show()
    type_in(page, "tsp.listen", "127.0.0.1:99999")
    complaint = page.complaints["tsp.listen"]
    assert complaint.isVisible()
    assert "99999" in complaint.text() or "port" in complaint.text()
    assert not page.save_button.isEnabled()
    type_in(page, "tsp.listen", "127.0.0.1:7800")
    assert not complaint.isVisible()
    assert page.save_button.isEnabled()


def test_what_is_no_number_is_complained_of(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).rules()
    page.show()
    type_in(page, "address.extension_lengths", "four")
    assert page.complaints["address.extension_lengths"].isVisible()


async def test_the_test_gets_the_text_as_it_would_be_saved(file: Path) -> None:
    texts = []

    async def test(text: str) -> Sequence[Finding]:
        texts.append(text)
        return [Finding("", "reached"), Finding("", "no phone", "Register it", Level.FAIL)]

    page = Pages(load(file), file, {"account": test}).account()
    type_in(page, "sscp.user", "kim")
    click(page.test_button)
    await until(lambda: "reached" in page.result.text())
    assert 'user = "kim"' in texts[0]
    assert page.result.text() == "✓ reached\n✗ no phone. Register it"
    assert load(file).sscp.user == ""


async def test_a_test_that_takes_long_can_be_cancelled(file: Path) -> None:
    import asyncio

    async def test(_text: str) -> Sequence[Finding]:
        await asyncio.sleep(3600)
        return []

    page = Pages(load(file), file, {"account": test}).account()
    page.show()
    click(page.test_button)
    assert page.progress.isVisible()
    click(page.cancel_button)
    assert page.result.text() == "The test was cancelled."
    assert page.test_button.isEnabled()


def test_an_edit_that_would_break_the_file_changes_nothing(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"tsp\.listen"):
        save(file, {"tsp.listen": "nowhere"})
    assert file.read_text() == TEXT


def test_a_new_table_is_made_where_it_is_missing(file: Path) -> None:
    text = edited(TEXT, file, {"switch.embedded.listen": "127.0.0.1:5070"})
    assert "[switch.embedded]" in text


def test_the_windows_own_choices_hold_at_once(qapp: object, preferences: Preferences, tmp_path: Path) -> None:
    startup = Startup(["/usr/bin/offhook"], environ={"HOME": str(tmp_path)})
    page = AppearancePage(preferences, startup)
    page.appearance.setCurrentIndex(page.appearance.findData(Appearance.DARK))
    links = LinksPage(preferences, startup)
    links.links.setChecked(True)
    page.start.setChecked(True)
    assert (preferences.appearance, preferences.links) == (Appearance.DARK, Links.DIAL)
    assert startup.autostart_file.exists()
    page.start.setChecked(False)
    assert not startup.autostart_file.exists()


def test_a_directory_is_set_up_and_taken_away_again(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).directory()
    kind = page.editors["directory.source.0.type"]
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("csv"))
    assert not page.save_button.isEnabled()
    type_in(page, "directory.source.0.file", "people.csv")
    click(page.save_button)
    assert [source.type for source in load(file).directory.sources] == ["csv"]
    kind.setCurrentIndex(kind.findData(""))
    type_in(page, "directory.source.0.file", "")
    click(page.save_button)
    assert load(file).directory.sources == ()
    assert "# Korea" in file.read_text()


@pytest.mark.parametrize(("country", "fix"), [("UK", "Did you mean 'GB'?"), ("ZZ", "two letters")])
def test_a_country_that_is_none_is_complained_of_while_it_is_typed(
    qapp: object, file: Path, country: str, fix: str
) -> None:
    page = Pages(load(file), file, {}).rules()
    page.show()
    type_in(page, "address.country", country)
    assert fix in page.complaints["address.country"].text()
    assert not page.save_button.isEnabled()
    type_in(page, "address.country", "GB")
    click(page.save_button)
    assert load(file).address.country == "GB"


def test_the_file_as_it_was_stays_beside_the_new_one(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).rules()
    type_in(page, "address.outside_prefix", "9")
    click(page.save_button)
    backup = file.with_name("offhook.toml.bak")
    assert (backup.read_text(), backup.stat().st_mode & 0o777) == (TEXT, 0o600)


STARTS = '[[terminal]]\nid = "4000"\npassword = "long-enough"\n'


@pytest.mark.parametrize(
    ("page", "key", "text", "complaint"),
    [
        ("account", "sscp.ca_file", "nowhere.pem", "No such file"),
        ("account", "sscp.url", "wss://manager.example:99999", "'99999' is not a port"),
        ("applications", "tsp.token_file", "/", "is a folder"),
    ],
)
def test_what_could_not_be_started_is_not_saved(
    qapp: object, tmp_path: Path, page: str, key: str, text: str, complaint: str
) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(STARTS + '[sscp]\nurl = "wss://manager.example:7701"\nuser = "kim"\n')
    before = file.read_text()
    shown = getattr(
        Pages(load(file), file, {}, check=lambda text: check_startable(check_text(text, file))), page
    )()
    shown.show()
    type_in(shown, key, text)
    if shown.save_button.isEnabled():
        click(shown.save_button)
    assert complaint in shown.complaints[key].text()
    assert file.read_text() == before


def test_the_complaint_of_an_open_door_is_in_a_persons_words(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).applications()
    page.show()
    type_in(page, "tsp.listen", "0.0.0.0:7700")
    flag = page.editors["tsp.require_token"]
    assert isinstance(flag, QCheckBox)
    flag.setChecked(False)
    text = page.complaints["tsp.require_token"].text()
    assert text.startswith("Other computers could dial without a token.")


def test_the_complaint_of_a_source_stands_under_its_field(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).directory()
    page.show()
    kind = page.editors["directory.source.0.type"]
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("vcard"))
    assert page.complaints["directory.source.0.file"].text().startswith("This is needed: ")


def test_an_address_is_shown_as_the_file_has_it(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).applications()
    editor = page.editors["tsp.listen"]
    assert isinstance(editor, QLineEdit)
    assert (editor.text(), editor.placeholderText()) == ("127.0.0.1:7700", "127.0.0.1:7700")


def test_what_may_be_chosen_the_configuration_knows(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).directory()
    kind = page.editors[f"{SOURCE}.type"]
    assert isinstance(kind, QComboBox)
    assert [kind.itemData(at) for at in range(kind.count())] == ["", *TYPES]
    assert kind.itemText(1) == "LDAP server"


def test_every_field_of_the_window_is_a_setting(qapp: object, file: Path) -> None:
    keys = [key for page in Pages(load(file), file, {}).all() for key in page.editors]
    assert all(setting_of(key) for key in keys) and "address.extension_lengths" in keys


# The list of pages.


def a_panel(file: Path, stage: Stage) -> tuple[SettingsPanel, Pages]:
    pages = Pages(load(file), file, {})
    account, phones, rules = pages.account(), PhonesPage(load(file), stage.phones), pages.rules()
    panel = SettingsPanel(lambda: [(one.title, one) for one in (account, phones, rules)])
    panel.resize(700, 500)
    panel.show()
    return panel, pages


def test_of_what_is_longer_than_its_field_the_beginning_is_seen(qapp: object, file: Path) -> None:
    save(file, {"tsp.token_file": "/" + "very-long/" * 40 + "token"})
    page = Pages(load(file), file, {}).applications()
    editor = page.editors["tsp.token_file"]
    assert isinstance(editor, QLineEdit) and editor.cursorPosition() == 0
    editor.setText("other")
    page.undo()
    assert editor.text().endswith("token") and editor.cursorPosition() == 0


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(replace(OWN))
    stage.manager.colleagues = [
        Terminal("4001", "Lee", problem="wrong password, from 10.0.0.7", problem_at=1000.0)
    ]
    await until(lambda: stage.phones.presence.phones)
    yield stage
    stage.phones.close()


async def test_pages_stand_at_the_side_or_above_and_are_marked_while_they_are_not_saved(
    file: Path, stage: Stage
) -> None:
    panel, _ = a_panel(file, stage)
    assert panel.side.isVisible() and not panel.above.isVisible()
    page = panel.show_page("Numbers")
    assert isinstance(page, SettingsPage) and panel.title == "Numbers"
    type_in(page, "address.area", "2")
    assert panel.unsaved == ["Numbers"]
    assert panel.side.currentItem().text() == "Numbers •"
    click(page.undo_button)
    assert panel.unsaved == []
    assert panel.side.currentItem().text() == "Numbers"
    panel.resize(312, 500)
    assert panel.above.isVisible() and not panel.side.isVisible()
    panel.above.setCurrentIndex(0)
    assert panel.title == "Account and phone"
    panel.hide()


def speaking(language: QLocale.Language) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(language))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def in_english() -> Iterator[None]:
    yield from speaking(QLocale.Language.English)


@pytest.fixture
def in_korean() -> Iterator[None]:
    yield from speaking(QLocale.Language.Korean)


@pytest.mark.usefixtures("in_english")
def test_a_country_is_found_by_any_of_its_names_and_shown_by_one(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).rules()
    editor = page.editors["address.country"]
    assert isinstance(editor, CountryEdit)
    assert editor.name.text() == "South Korea"
    completer = editor.completer()
    completer.setCompletionPrefix("deutsch")
    assert completer.currentCompletion() == "DE"
    completer.setCompletionPrefix("germ")
    assert completer.currentCompletion() == "DE"
    editor.setText("UK")
    assert editor.name.text() == ""


TWO = (
    TEXT
    + '[[directory.source]]\ntype = "csv"\nfile = "a.csv"\n[[directory.source]]\n'
    + ('type = "ldap"\nname = "dc"\nurl = "ldap://dc.example"\nbase = "dc=example"\nfilter = "(mail=*)"\n')
)


def test_every_source_is_listed_with_the_fields_of_its_kind_alone(qapp: object, file: Path) -> None:
    file.write_text(TWO)
    page = Pages(load(file), file, {}).sources()
    page.show()
    shown = [page.list.item(at).text() for at in range(page.list.count())]
    assert shown == ["CSV file, a.csv", "LDAP server, ldap://dc.example"]
    csv = page.pages[0].editors
    assert csv[f"{SOURCE}.file"].isVisible() and not csv[f"{SOURCE}.url"].isVisible()
    page.list.setCurrentRow(1)
    ldap = page.pages[1].editors
    assert ldap["directory.source.1.url"].isVisible() and not ldap["directory.source.1.file"].isVisible()
    page.hide()


def test_another_kind_leaves_nothing_of_the_one_before(qapp: object, file: Path) -> None:
    file.write_text(TEXT + '[[directory.source]]\ntype = "csv"\nfile = "a.csv"\n')
    page = Pages(load(file), file, {}).directory()
    kind = page.editors[f"{SOURCE}.type"]
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findData("ldap"))
    type_in(page, f"{SOURCE}.url", "ldap://dc.example")
    type_in(page, f"{SOURCE}.base", "dc=example")
    click(page.save_button)
    (source,) = load(file).directory.sources
    assert (source.type, source.base, source.file) == ("ldap", "dc=example", None)


def test_a_source_is_added_and_one_is_removed_as_a_whole(qapp: object, file: Path) -> None:
    file.write_text(TWO)
    page = Pages(load(file), file, {}).sources()
    saved: list[bool] = []
    page.saved.connect(lambda: saved.append(True))
    click(page.add)
    kind = page.pages[2].editors["directory.source.2.type"]
    assert isinstance(kind, QComboBox) and page.list.item(2).text() == "New source: choose its kind"
    kind.setCurrentIndex(kind.findData("vcard"))
    type_in(page.pages[2], "directory.source.2.file", "people.vcf")
    assert page.unsaved
    click(page.pages[2].save_button)
    page.list.setCurrentRow(1)
    page.remove_current()
    assert [source.name for source in load(file).directory.sources] == ["csv-1", "vcard-2"]
    assert len(saved) == 2 and "# Korea" in file.read_text()


def test_what_stands_behind_a_removed_source_is_changed_at_its_new_place(qapp: object, file: Path) -> None:
    file.write_text(TWO)
    page = Pages(load(file), file, {}).sources()
    page.list.setCurrentRow(0)
    page.remove_current()
    assert [page.list.item(at).text() for at in range(page.list.count())] == [
        "LDAP server, ldap://dc.example"
    ]
    type_in(page.pages[0], f"{SOURCE}.url", "ldap://dc2.example")
    click(page.pages[0].save_button)
    assert [source.url for source in load(file).directory.sources] == ["ldap://dc2.example"]


def test_a_source_is_removed_only_after_a_question(qapp: object, file: Path) -> None:
    file.write_text(TWO)
    page = Pages(load(file), file, {}).sources()
    page.show()
    click(page.remove)
    assert page.question is not None and page.question.text() == "Remove CSV file, a.csv from the directory?"
    page.question.reject()
    assert len(load(file).directory.sources) == 2
    page.list.setCurrentRow(1)
    type_in(page.pages[0], f"{SOURCE}.file", "b.csv")
    click(page.remove)
    assert page.message.text() == "Save or undo the changes of the other sources first."
    page.hide()


def test_a_file_beside_the_configuration_is_written_by_its_name(qapp: object, file: Path) -> None:
    page = Pages(load(file), file, {}).account()
    assert "sscp.ca_file" in page.browse and "sscp.url" not in page.browse
    assert page.written_file(str(file.parent / "ca.pem")) == "ca.pem"
    assert page.written_file("/etc/ssl/ca.pem") == "/etc/ssl/ca.pem"


@pytest.mark.usefixtures("in_korean")
def test_a_country_has_its_name_in_the_windows_language(qapp: object) -> None:
    assert [shown_name(code) for code in ("KR", "FR", "XX")] == ["대한민국", "프랑스", ""]
    editor = CountryEdit()
    completer = editor.completer()
    for typed in ("프랑스", "franc"):
        completer.setCompletionPrefix(typed)
        assert completer.currentCompletion() == "FR"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_country_has_a_name_in_each_language_of_the_window(language: str) -> None:
    lines = (FOLDER / f"countries_{language}.txt").read_text(encoding="utf-8").splitlines()
    assert [line[:2] for line in lines[1:]] == sorted(countries())
