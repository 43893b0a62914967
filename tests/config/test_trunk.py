"""`[[trunk]]`, and the numbers that terminals have outside."""

from pathlib import Path

import pytest

from offhook.config import Config, load
from offhook.errors import ConfigError

TRUNK = """\
[[trunk]]
name = "provider"
server = "127.0.0.1:5070"
user = "4930900"
password = "secret"
numbers = ["+4930900100-+4930900199"]
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    file.chmod(0o600)
    return load(file)


def test_a_trunk_is_an_account_with_its_numbers(tmp_path: Path) -> None:
    (trunk,) = read(tmp_path, TRUNK).trunks
    assert (trunk.servers, trunk.user, trunk.register) == (("127.0.0.1:5070",), "4930900", True)
    assert trunk.shown_number == "+4930900100"
    assert trunk.has("+4930900150")
    assert not trunk.has("+4930900200")
    assert not trunk.has("")


def test_trunks_keep_the_order_of_the_file(tmp_path: Path) -> None:
    second = TRUNK.replace('"provider"', '"another"')
    assert [one.name for one in read(tmp_path, TRUNK + second).trunks] == ["provider", "another"]


def test_a_terminal_has_its_number_outside(tmp_path: Path) -> None:
    own = '[[terminal]]\nid = "4000"\npassword = "x"\nnumber = "+4930900101"\nhide_number = true\n'
    (terminal,) = read(tmp_path, TRUNK + own).terminals
    assert (terminal.number, terminal.hide_number) == ("+4930900101", True)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "provider"\n', "", r"trunk\[1\]\.name: is missing"),
        ('server = "127.0.0.1:5070"\n', "", r"trunk\[1\]\.server: is missing: no provider is named"),
        ('user = "4930900"\n', "", r"trunk\[1\]\.user: is missing: who registers"),
        ('password = "secret"\n', "", r"trunk\[1\]\.password: is missing: provider could not register"),
        ("+4930900100-+4930900199", "4930900100", r"trunk\[1\]\.numbers: must be a list of numbers"),
        ("+4930900100-+4930900199", "+4930900199-+4930900100", r"trunk\[1\]\.numbers: must be a list"),
        ("[[trunk]]\n", '[[trunk]]\nnumber = "+4930123"\n', r"trunk\[1\]\.number: is none of numbers"),
        ("[[trunk]]\n", '[[trunk]]\nnumber_format = "e.164"\n', r"trunk\[1\]\.number_format: must be one"),
        ("[[trunk]]\n", "[[trunk]]\nmax_calls = 0\n", r"trunk\[1\]\.max_calls: "),
        ("[[trunk]]\n", "[[trunk]]\nprobe_s = 2\n", r"trunk\[1\]\.probe_s: is less than 5 seconds"),
        ("[[trunk]]\n", '[[trunk]]\naddresses = ["provider"]\n', r"trunk\[1\]\.addresses: must be a list"),
        ("[[trunk]]\n", '[[trunk]]\nprefixes = ["*"]\n', r"trunk\[1\]\.prefixes: must be a list"),
        ("[[trunk]]\n", '[[trunk]]\ntls_ca_file = "/etc/hostname"\n', r"tls_ca_file: is set while transport"),
        ("127.0.0.1:5070", "sip.provider.example", r"switch\.embedded\.listen: is 127\.0\.0\.1:5060, where"),
        ("[[trunk]]\n", '[switch]\ndriver = "asterisk"\n[[trunk]]\n', r"is of a trunk, and switch\.driver"),
    ],
)
def test_what_is_wrong_with_a_trunk_is_told_with_its_key(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        read(tmp_path, TRUNK.replace(before, after, 1))


def test_a_provider_may_be_asked_never(tmp_path: Path) -> None:
    (trunk,) = read(tmp_path, TRUNK.replace("[[trunk]]\n", "[[trunk]]\nprobe_s = 0\n")).trunks
    assert trunk.probe_s == 0


def test_two_terminals_do_not_have_the_same_number(tmp_path: Path) -> None:
    two = "".join(f'[[terminal]]\nid = "{one}"\npassword = "x"\nnumber = "+4930900101"\n' for one in "12")
    with pytest.raises(ConfigError, match=r"terminal\[2\]\.number: \+4930900101 is already that of 1"):
        read(tmp_path, two)


def test_two_trunks_do_not_have_the_same_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"trunk\[2\]\.name: 'provider' is already used"):
        read(tmp_path, TRUNK + TRUNK)


def test_a_password_of_a_trunk_is_in_no_message(tmp_path: Path) -> None:
    assert "secret" not in repr(read(tmp_path, TRUNK).trunks)


def test_music_on_hold_is_no_number_outside(tmp_path: Path) -> None:
    music = '[switch.embedded]\nmusic_on_hold = "{}"\n[[terminal]]\nid = "4009"\npassword = "secret-4009"\n'
    assert read(tmp_path, TRUNK + music.format("4009")).switch.embedded.music_on_hold == "4009"
    with pytest.raises(ConfigError, match=r"music_on_hold.*no \[\[terminal"):
        read(tmp_path, TRUNK + music.format("0090012345"))
