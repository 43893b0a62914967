"""Adding a phone to the configuration file."""

from pathlib import Path

import pytest

from offhook.config import load
from offhook.config.edit import edited
from offhook.config.phones import added, can_change, entries, password_of, phones_in, place_of
from offhook.errors import ConfigError

ONE = '[[terminal]]\nid = "4000"\nname = "Kim"\npassword = "a long password"\n'
INLINE = 'terminal = [{ id = "4000", password = "a long password" }]\n'


@pytest.mark.parametrize("text", ["", ONE, INLINE, "# a comment\n" + ONE])
def test_a_phone_is_added_behind_the_others_with_a_password_of_its_own(text: str, tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(edited(text, file, added(text, file, "4001", "Lee")))
    *before, phone = load(file, secrets=True).terminals
    assert [one.id for one in before] == [one for one, _ in phones_in(text)]
    assert (phone.id, phone.name) == ("4001", "Lee")
    assert len(phone.password) == 20 and phone.password == password_of(file, "4001")


def test_none_is_added_twice(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="already"):
        added(ONE, tmp_path / "offhook.toml", "4000", "")


def test_a_password_may_be_in_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "4000.password").write_text("from a file\n")
    file = tmp_path / "offhook.toml"
    file.write_text('[[terminal]]\nid = "4000"\npassword_file = "4000.password"\n')
    assert password_of(file, "4000") == "from a file"
    assert password_of(file, "4009") == ""


def test_a_file_that_is_not_there_yet_can_be_made_where_its_folder_is_ones_own(tmp_path: Path) -> None:
    assert can_change(tmp_path / "new" / "offhook.toml")


@pytest.mark.parametrize("text", ["terminal = 1\n", "terminal = [1]\n", "[terminal\n"])
def test_phones_that_cannot_be_read_are_told_with_the_file(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"offhook\.toml: "):
        entries(text, tmp_path / "offhook.toml")


def test_a_phone_is_given_the_secret_that_somebody_has_chosen(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    changes = added(ONE, file, "4001", "", {"password_file": "4001.password"})
    assert changes == {"terminal.1.id": "4001", "terminal.1.password_file": "4001.password"}


def test_the_place_of_a_phone_is_that_among_the_phones(tmp_path: Path) -> None:
    text = ONE + ONE.replace("4000", "4001")
    assert [place_of(text, tmp_path, one) for one in ("4000", "4001", "4002")] == [0, 1, None]
