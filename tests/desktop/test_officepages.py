"""The pages of providers, groups and calls from outside: kept in the file, checked as a start would."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from offhook.assembly.startable import check_startable
from offhook.cli.candidate import candidate
from offhook.config import Config, load
from offhook.desktop.settings.office import BOXES, OfficePages, has_office
from offhook.desktop.settings.page import SettingsPage
from offhook.desktop.settings.several import Several
from tests.desktop.world import click

TEXT = """# ours
[switch.embedded]
listen = "192.0.2.10:5060"
[[terminal]]
id = "4000"
name = "Kim"
password = "a long password"
[[terminal]]
id = "4001"
password = "another password"
"""
PROVIDER = """[[trunk]]
name = "provider"     # until the end of the year
server = "sip.provider.example"
user = "4930900"
password = "hunter22"
numbers = ["+4930900100-+4930900199"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text(TEXT)
    file.chmod(0o600)
    return file


@pytest.fixture
def office(qapp: object, file: Path) -> Callable[[], OfficePages]:
    """Builds the pages for what is in the file."""
    return lambda: OfficePages(load(file), file, lambda text: check_startable(candidate(text, file)))


def put(page: SettingsPage, key: str, text: str) -> None:
    editor = page.editors[key]
    assert isinstance(editor, QLineEdit | QPlainTextEdit)
    if isinstance(editor, QLineEdit):
        editor.setText(text)
    else:
        editor.setPlainText(text)


def test_a_provider_is_added_with_a_password_that_nobody_reads_on_the_screen(
    office: Callable[[], OfficePages], file: Path
) -> None:
    page = office().providers()
    click(page.add)
    one = page.pages[0]
    put(one, "trunk.0.name", "provider")
    put(one, "trunk.0.server", "a.example, b.example")
    put(one, "trunk.0.user", "4930900")
    put(one, "trunk.0.password", "hunter22")
    put(one, "trunk.0.numbers", "+4930900100\n+4930900110-+4930900119")
    put(one, "trunk.0.max_calls", "4")
    secret = one.editors["trunk.0.password"]
    assert isinstance(secret, QLineEdit) and secret.echoMode() is QLineEdit.EchoMode.Password
    assert page.list.item(0).text() == "provider"
    click(one.save_button)
    (trunk,) = load(file).trunks
    assert (trunk.servers, trunk.password, trunk.max_calls) == (("a.example", "b.example"), "hunter22", 4)
    assert trunk.numbers == (("+4930900100", "+4930900100"), ("+4930900110", "+4930900119"))
    assert file.with_name("offhook.toml.bak").read_text() == TEXT


def test_a_provider_without_a_password_is_not_saved_as_a_start_would_not_take_it(
    office: Callable[[], OfficePages], file: Path
) -> None:
    page = office().providers()
    click(page.add)
    one = page.pages[0]
    for key, text in (("name", "provider"), ("server", "sip.example"), ("user", "4930900")):
        put(one, f"trunk.0.{key}", text)
    click(one.save_button)
    assert one.complaints["trunk.0.password"].text().startswith("Is missing: provider could not register")
    assert file.read_text() == TEXT


def test_what_cannot_be_is_told_below_its_field(office: Callable[[], OfficePages]) -> None:
    page = office().providers()
    click(page.add)
    one = page.pages[0]
    put(one, "trunk.0.name", "provider")
    assert one.complaints["trunk.0.server"].text().startswith("Is missing: no provider is named")
    put(one, "trunk.0.server", "sip.example")
    assert one.complaints["trunk.0.user"].text().startswith("Is missing: who registers")
    put(one, "trunk.0.max_calls", "many")
    assert one.complaints["trunk.0.max_calls"].text()
    assert not one.save_button.isEnabled()


def test_a_provider_registers_unless_that_is_taken_out(office: Callable[[], OfficePages], file: Path) -> None:
    file.write_text(TEXT + PROVIDER)
    page = office().providers()
    one = page.pages[0]
    box = one.editors["trunk.0.register"]
    assert isinstance(box, QCheckBox) and box.isChecked() and not one.unsaved
    box.setChecked(False)
    click(one.save_button)
    assert load(file).trunks[0].register is False
    assert "# until the end of the year" in file.read_text()


def test_a_phone_has_its_number_outside_and_no_two_have_the_same(
    office: Callable[[], OfficePages], file: Path
) -> None:
    file.write_text(TEXT.replace('"Kim"', '"Kim & Lee"') + PROVIDER)
    page = office().numbers()
    assert [field.label for field in page._fields] == ["Kim && Lee 4000", "4001"]
    put(page, "terminal.0.number", "030 900101")
    assert page.complaints["terminal.0.number"].text() and not page.save_button.isEnabled()
    put(page, "terminal.0.number", "+4930900101")
    put(page, "terminal.1.number", "+4930900101")
    click(page.save_button)
    assert "already that of 4000" in page.complaints["terminal.1.number"].text()
    put(page, "terminal.1.number", "")
    click(page.save_button)
    assert [one.number for one in load(file).terminals] == ["+4930900101", ""]


def test_of_many_phones_the_numbers_are_not_on_a_page(office: Callable[[], OfficePages], file: Path) -> None:
    more = "".join(f'[[terminal]]\nid = "5{at:03}"\npassword = "a long one"\n' for at in range(BOXES))
    file.write_text(TEXT + more + PROVIDER)
    assert "Numbers of phones" not in [page.title for page in office().all()]


def test_a_group_is_made_of_the_phones_that_are_ticked(office: Callable[[], OfficePages], file: Path) -> None:
    page = office().groups()
    click(page.add)
    one = page.pages[0]
    phones = one.editors["group.0.terminals"]
    assert isinstance(phones, Several)
    assert [box.text() for box in phones.boxes.values()] == ["Kim 4000", "4001", "All phones"]
    put(one, "group.0.name", "sales")
    put(one, "group.0.number", "+4930900100")
    phones.choose(["4000", "4001"])
    click(one.save_button)
    (group,) = load(file).groups
    assert (group.terminals, group.number) == (("4000", "4001"), "+4930900100")


def test_of_many_phones_a_group_s_are_typed(office: Callable[[], OfficePages], file: Path) -> None:
    more = "".join(f'[[terminal]]\nid = "5{at:03}"\npassword = "a long one"\n' for at in range(BOXES))
    file.write_text(TEXT + more)
    page = office().groups()
    click(page.add)
    assert isinstance(page.pages[0].editors["group.0.terminals"], QPlainTextEdit)


def test_a_number_rings_a_group_in_office_hours(office: Callable[[], OfficePages], file: Path) -> None:
    file.write_text(TEXT + PROVIDER + '[[group]]\nname = "sales"\nterminals = ["4000", "4001"]\n')
    page = office().rings()
    click(page.add)
    one = page.pages[0]
    assert page.list.item(0).text() == "All other numbers"
    put(one, "incoming.0.numbers", "+4930900100")
    put(one, "incoming.0.ring", "sales")
    put(one, "incoming.0.hours", "mon-fri 09:00-17:30")
    put(one, "incoming.0.otherwise", "busy")
    assert page.list.item(0).text() == "+4930900100"
    click(one.save_button)
    (rings,) = load(file).incoming
    assert (rings.ring, rings.otherwise, rings.hours[0].text) == (
        ("4000", "4001"),
        "busy",
        "mon-fri 09:00-17:30",
    )


def test_what_rings_is_listed_by_its_name_or_by_its_numbers(
    office: Callable[[], OfficePages], file: Path
) -> None:
    named = '[[incoming]]\nname = "day"\nnumbers = ["+4930900100"]\nring = ["4000"]\n'
    file.write_text(TEXT + PROVIDER + named + '[[incoming]]\nnumbers = ["+4930900101"]\nring = ["4001"]\n')
    page = office().rings()
    assert [page.list.item(at).text() for at in range(2)] == ["day", "+4930900101"]
    put(page.pages[0], "incoming.0.name", "office hours")
    assert page.list.item(0).text() == "office hours"
    click(page.pages[0].save_button)
    assert [one.name for one in load(file).incoming] == ["office hours", ""]
    put(page.pages[0], "incoming.0.name", "")
    click(page.pages[0].save_button)
    assert [one.name for one in load(file).incoming] == ["", ""]
    assert page.list.item(0).text() == "+4930900100"


def test_two_of_what_rings_have_no_name_in_common(office: Callable[[], OfficePages], file: Path) -> None:
    rings = '[[incoming]]\nname = "day"\nnumbers = ["+4930900100"]\nring = ["4000"]\n'
    file.write_text(TEXT + PROVIDER + rings)
    page = office().rings()
    click(page.add)
    one = page.pages[1]
    put(one, "incoming.1.name", "day")
    put(one, "incoming.1.ring", "4001")
    click(one.save_button)
    assert "'day' is already used above" in one.complaints["incoming.1.name"].text()
    assert len(load(file).incoming) == 1


def test_what_something_else_needs_is_not_removed(office: Callable[[], OfficePages], file: Path) -> None:
    rings = '[[group]]\nname = "sales"\nterminals = ["4000"]\n[[incoming]]\nring = ["sales"]\n'
    file.write_text(TEXT + PROVIDER + rings)
    page = office().groups()
    page.remove_current()
    assert "'sales' is no [[terminal]] and no [[group]]" in page.message.text()
    assert load(file).groups


def test_they_are_there_where_the_switch_is_this_computer_s_own(file: Path) -> None:
    def config(text: str) -> Config:
        file.write_text(text)
        return load(file)

    assert has_office(config(TEXT), file)
    assert not has_office(config('[sscp]\nurl = "wss://phones.example:7701"\n'), file)
    assert len(OfficePages(config(TEXT), file).all()) == 2, "no number rings without a provider"
    titles = [page.title for page in OfficePages(config(TEXT + PROVIDER), file).all()]
    assert titles == ["Providers", "Numbers of phones", "Groups", "Calls from outside"]
