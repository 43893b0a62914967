"""Adding a phone to the configuration file."""

from pathlib import Path

import pytest

from offhook.config import load
from offhook.config.edit import edited
from offhook.config.phones import added, can_change, password_of, phones_in
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
