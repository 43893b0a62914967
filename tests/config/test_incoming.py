"""`[[incoming]]`."""

from pathlib import Path

import pytest

from offhook.config import Config, load
from offhook.config.sections.incoming import hours
from offhook.errors import ConfigError

FILE = """\
[[terminal]]
id = "4000"
password = "x"
[[terminal]]
id = "4001"
password = "x"
[[group]]
name = "sales"
terminals = ["4001"]
[[group]]
name = "reception"
users = ["kim"]
[[trunk]]
name = "provider"
server = "127.0.0.1:5070"
user = "4930900"
password = "secret"
[[incoming]]
numbers = ["+4930900100"]
ring = ["4000", "sales"]
hours = ["mon-fri 09:00-17:30"]
closed = ["2026-12-25", "2026-12-24/2027-01-01"]
otherwise = "busy"
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    file.chmod(0o600)
    return load(file)


def test_a_group_rings_with_its_phones(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, FILE).incoming
    assert (entry.ring, entry.order, entry.otherwise) == (("4000", "4001"), "all", "busy")
    assert entry.closed[1] == ((2026, 12, 24), (2027, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            '"sales"]',
            '"support"]',
            r"incoming\[1\]\.ring: 'support' is no \[\[terminal\]\] and no \[\[group\]\]",
        ),
        ('"sales"]', '"reception"]', r"incoming\[1\]\.ring: the group 'reception' has no phones"),
        ('ring = ["4000", "sales"]\n', "", r"incoming\[1\]\.ring: is missing"),
        ("09:00-17:30", "17:30-09:00", r"incoming\[1\]\.hours: must be a list of days and times"),
        ('"2026-12-25"', '"25.12."', r"incoming\[1\]\.closed: must be a list of days"),
        (
            '"busy"',
            '"busy"\notherwise_by = "4711"',
            r"incoming\[1\]\.otherwise_by: '4711' is no \[\[terminal",
        ),
        ('"busy"', '"voicemail"', r"incoming\[1\]\.otherwise: 'voicemail' is no \[\[terminal\]\]"),
        ('"+4930900100"', '"030900100"', r"incoming\[1\]\.numbers: must be a list of numbers"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read(tmp_path, FILE.replace(before, after, 1))


def test_without_a_trunk_nothing_comes_in(tmp_path: Path) -> None:
    text = FILE[: FILE.index("[[trunk]]")] + FILE[FILE.index("[[incoming]]") :]
    with pytest.raises(ConfigError, match=r"incoming\[1\]\.ring: is of calls by a \[\[trunk\]\]"):
        read(tmp_path, text)


def test_otherwise_may_be_a_number_outside_which_the_first_phone_sends_the_caller_on_to(
    tmp_path: Path,
) -> None:
    (entry,) = read(tmp_path, FILE.replace('"busy"', '"+491701234567"')).incoming
    assert (entry.leads_outside, entry.otherwise_by) == (True, entry.ring[0])


@pytest.mark.parametrize(
    "text", ["mon-fri 09:00-17:30", "sat 10:00-24:00", "mon-sun 00:00-08:05", "sat-mon 22:00-23:00"]
)
def test_hours_are_written_as_they_were_read(text: str) -> None:
    assert hours(text).text == text
