"""`[switch.asterisk]`: what it may say, and its mistakes."""

from pathlib import Path

import pytest

from offhook.config import Config, load
from offhook.errors import ConfigError

FILE = """\
[switch]
driver = "asterisk"
[switch.asterisk]
host = "pbx.example"
user = "offhook"
secret_file = "asterisk.secret"
context = "from-internal"
[[terminal]]
id = "4000"
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    file.chmod(0o600)
    secret = folder / "asterisk.secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    return load(file)


def test_terminals_need_no_password_where_asterisk_knows_them(tmp_path: Path) -> None:
    config = read(tmp_path, FILE)
    assert config.switch.asterisk.secret == "s3cret"
    assert config.switch.asterisk.channel == "PJSIP/{terminal}"
    assert [terminal.id for terminal in config.terminals] == ["4000"]


def test_the_secret_is_in_no_repr(tmp_path: Path) -> None:
    assert "s3cret" not in repr(read(tmp_path, FILE))


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('user = "offhook"', "", "switch.asterisk.user: is missing. set it to the account in manager.conf"),
        (
            'secret_file = "asterisk.secret"',
            "",
            "switch.asterisk.secret_file: is missing. write the secret of manager.conf into a file",
        ),
        ('context = "from-internal"', "", "switch.asterisk.context: is missing"),
        ('context = "from-internal"', 'context = "a b"', "switch.asterisk.context: must be a context"),
        ('host = "pbx.example"', 'host = "a b"', "switch.asterisk.host: must be a host"),
        ('host = "pbx.example"', "port = 70000", "switch.asterisk.port: must be from 0 to 65535"),
        ('host = "pbx.example"', 'channel = "PJSIP/4000"', "'PJSIP/4000' is not a way to a phone"),
        ('host = "pbx.example"', 'channel = "PJSIP/{terminal}&X/1"', "is not a way to a phone"),
        ('host = "pbx.example"', 'ca_file = "offhook.toml"', "is set while tls is not. set tls = true"),
        ('host = "pbx.example"', 'secret = "x"', "secret_file: is set as well as secret. keep one of them"),
        ('host = "pbx.example"', "hots = 1", "switch.asterisk.hots: is not a setting. did you mean 'host'?"),
    ],
)
def test_a_mistake_names_the_key_and_the_fix(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, FILE.replace(old, new))
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("codes", "complaint"),
    [
        ('["pickup = *8{number}"]', "switch.asterisk.codes: has pickup. leave it out"),
        (
            '["do-not-disturb = *78", "do-not-disturb-off = *79"]',
            "switch.asterisk.codes: has do-not-disturb without do_not_disturb_key. name the key",
        ),
    ],
)
def test_codes_are_for_what_a_key_shows(tmp_path: Path, codes: str, complaint: str) -> None:
    text = FILE.replace("[[terminal]]", f"codes = {codes}\n[[terminal]]")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert complaint in str(caught.value)
