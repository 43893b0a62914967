"""`[provisioning]`."""

from pathlib import Path

import pytest

from offhook.config import load
from offhook.errors import ConfigError

PHONE = '[[terminal]]\nid = "4003"\n'


def read(folder: Path, text: str) -> object:
    file = folder / "offhook.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return load(file, environ={})


def test_with_it_a_terminal_needs_no_password(tmp_path: Path) -> None:
    read(tmp_path, PHONE + '[provisioning]\nlisten = "192.0.2.10:8088"\n')
    with pytest.raises(ConfigError, match="could not register"):
        read(tmp_path, PHONE)


def test_phones_of_a_pbx_are_not_provisioned(tmp_path: Path) -> None:
    pbx = '[switch]\ndriver = "asterisk"\n[switch.asterisk]\nuser = "o"\nsecret = "s"\ncontext = "c"\n'
    with pytest.raises(ConfigError, match=r"provisioning.listen.*telephone system"):
        read(tmp_path, pbx + '[provisioning]\nlisten = "192.0.2.10:8088"\n')


@pytest.mark.parametrize(
    "line, said",
    [
        ('tls_listen = "192.0.2.10:8443"', "tls_certificate"),
        ('transport = "sctp"', "provisioning.transport"),
        ('time_zone = "../etc"', "provisioning.time_zone"),
        ('language = "Korean"', "provisioning.language"),
        ('host = "a b"', "provisioning.host"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read(tmp_path, f'[provisioning]\n{line}\n{PHONE}password = "p"\n')
