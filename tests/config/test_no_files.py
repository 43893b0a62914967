"""A pipe or a device where the configuration names a file: who opens it would wait for ever."""

import os
import sys
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.config import load, make_secret
from offhook.directory.csv import CsvSource
from offhook.errors import ConfigError, UnavailableError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")

MANAGER = '[sscp]\nurl = "wss://manager.example:7443"\nuser = "kim"\n'
TLS = '[sscp]\ntls_certificate = "good.pem"\n'
EMBEDDED = '[switch.embedded]\ntls_listen = "127.0.0.1:5061"\ntls_certificate = "good.pem"\n'
SIP = '[switch]\ndriver = "sip"\n[switch.sip]\nserver = "pbx.example"\ntransport = "tls"\n'
ASTERISK = (
    '[switch]\ndriver = "asterisk"\n[switch.asterisk]\nuser = "offhook"\ncontext = "phones"\ntls = true\n'
)
SECRET = 'secret_file = "good.pem"\n'
LDAP = '[[directory.source]]\ntype = "ldap"\nurl = "ldaps://ldap.example"\nbase = "dc=example"\n'

NAMED = [
    ("sscp.ca_file", MANAGER + 'password_file = "good.pem"\nca_file = "{}"\n'),
    ("sscp.password_file", MANAGER + 'password_file = "{}"\n'),
    ("sscp.tls_certificate", '[sscp]\ntls_key = "good.pem"\ntls_certificate = "{}"\n'),
    ("sscp.tls_key", TLS + 'tls_key = "{}"\n'),
    ("tsp.token_file", '[tsp]\ntoken_file = "{}"\n'),
    ("switch.embedded.tls_client_ca", EMBEDDED + 'tls_key = "good.pem"\ntls_client_ca = "{}"\n'),
    ("switch.sip.tls_ca_file", SIP + 'tls_ca_file = "{}"\n'),
    ("switch.asterisk.ca_file", ASTERISK + SECRET + 'ca_file = "{}"\n'),
    ("switch.asterisk.secret_file", ASTERISK + 'secret_file = "{}"\n'),
    ("terminal 1.password_file", '[[terminal]]\nid = "4000"\npassword_file = "{}"\n'),
    ("directory.source 1.ca_file", LDAP + 'ca_file = "{}"\n'),
    ("directory.source 1.password_file", LDAP + 'user = "kim"\npassword_file = "{}"\n'),
    ("directory.source 1.file", '[[directory.source]]\ntype = "csv"\nfile = "{}"\n'),
    ("directory.source 1.file", '[[directory.source]]\ntype = "vcard"\nfile = "{}"\n'),
]


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    good = tmp_path / "good.pem"
    good.write_text("a secret\n")
    good.chmod(0o600)
    return tmp_path / "pipe"


def written(pipe: Path, text: str) -> Path:
    file = pipe.parent / "offhook.toml"
    file.write_text(text)
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(("key", "text"), NAMED, ids=[key for key, _ in NAMED])
def test_a_pipe_in_place_of_a_file_is_refused_with_its_setting(key: str, text: str, pipe: Path) -> None:
    name = key.rpartition(".")[2]
    with pytest.raises(ConfigError, match=rf"{name}.*not a file but a pipe or a device"):
        load(written(pipe, text.format(pipe.name)))


def test_a_device_in_place_of_a_file_is_refused(pipe: Path) -> None:
    with pytest.raises(ConfigError, match=r"sscp\.ca_file.*not a file but a pipe or a device"):
        load(written(pipe, MANAGER + 'password_file = "good.pem"\nca_file = "/dev/zero"\n'))


def test_check_says_so_as_well(pipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(pipe, MANAGER + 'password_file = "good.pem"\nca_file = "pipe"\n')
    assert main(["check", "--config", str(file)]) != 0
    shown = capsys.readouterr()
    assert "sscp.ca_file" in shown.out + shown.err
    assert "not a file but a pipe or a device" in shown.out + shown.err


def test_a_pipe_that_comes_in_place_of_an_address_book_later_is_told(pipe: Path) -> None:
    book = CsvSource("people", pipe)
    with pytest.raises(UnavailableError, match="not a file but a pipe or a device"):
        book.load()


def test_a_pipe_that_comes_in_place_of_a_secret_later_is_refused(pipe: Path) -> None:
    with pytest.raises(ConfigError, match=r"tsp\.token_file: is not a file; remove it"):
        make_secret(pipe, "tsp.token_file")


def test_a_pipe_in_place_of_the_configuration_is_refused_instead_of_waited_for(pipe: Path) -> None:
    with pytest.raises(ConfigError, match="a pipe or a device"):
        load(pipe)


def test_a_configuration_may_be_handed_over_by_a_pipe_of_the_shell() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"[tsp]\nrequire_token = false\n")
    os.close(writing)
    assert not load(f"/dev/fd/{reading}", environ={}).tsp.require_token
    os.close(reading)
