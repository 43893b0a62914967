"""[[group]]."""

from pathlib import Path

import pytest

from offhook.config import Config, GroupSettings, load
from offhook.errors import ConfigError

PHONES = """
[[terminal]]
id = "4000"
password = "a long password"
[[terminal]]
id = "4001"
password = "another password"
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    return load(file, environ={})


def test_groups_are_read(tmp_path: Path) -> None:
    text = """
        [[group]]
        name = "sales"
        terminals = ["4000", "4001"]
        number = "+4930900100"
        [[group]]
        name = "reception"
        users = ["kim"]
        watch = ["*"]
    """
    assert read(tmp_path, PHONES + text).groups == (
        GroupSettings("sales", ("4000", "4001"), number="+4930900100"),
        GroupSettings("reception", users=("kim",), watch=("*",)),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('terminals = ["4000"]', r"group\[1\]\.name: is missing"),
        ('name = "a"', r"group\[1\]\.terminals: is missing, and so is users"),
        ('name = "a"\nterminals = ["4009"]', r"group\[1\]\.terminals: '4009' is not a \[\[terminal\]\]"),
        ('name = "a"\nusers = ["kim"]\nwatch = ["4009"]', r"group\[1\]\.watch: '4009' is not"),
        (
            'name = "a"\nusers = ["kim"]\nnumber = "030900"',
            r"group\[1\]\.number: must be a number with its c",
        ),
        ('name = "a"\nterminals = "4000"', r"group\[1\]\.terminals: must be a list of phones"),
        ('name = "a"\nusers = ["kim"]\n[[group]]\nname = "a"\nusers = ["lee"]', r"group\[2\]\.name: 'a' is"),
        ('name = "a"\nusers = ["kim"]\nmembers = ["lee"]', r"group\[1\]\.members: is not a setting"),
    ],
)
def test_a_group_that_cannot_be_is_told_with_what_to_do(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read(tmp_path, f"{PHONES}\n[[group]]\n{text}")
