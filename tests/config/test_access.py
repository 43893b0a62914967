"""[auth] and [dial]."""

from pathlib import Path

import pytest

from offhook.config import AuthSettings, Config, DialRuleSettings, load
from offhook.errors import ConfigError

SOURCE = """
[[directory.source]]
type = "ldap"
name = "corp"
url = "{url}"
base = "dc=example,dc=com"
start_tls = {start_tls}
"""


def read(folder: Path, text: str) -> Config:
    file = folder / "offhook.toml"
    file.write_text(text)
    return load(file, environ={})


def test_passwords_are_checked_here_unless_configured_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, "").auth == AuthSettings(sources=("local",))
    assert read(tmp_path, "").dial == (DialRuleSettings(),)


def test_the_sites_own_networks_are_read(tmp_path: Path) -> None:
    auth = read(tmp_path, '[auth]\nlocal_networks = ["2001:db8:1:2::/64"]').auth
    assert [str(one) for one in auth.local_networks] == ["2001:db8:1:2::/64"]


def test_sources_are_named_in_their_order(tmp_path: Path) -> None:
    source = SOURCE.format(url="ldap://directory.example", start_tls="true")
    assert read(tmp_path, f'{source}[auth]\nsources = ["corp", "local"]').auth.sources == ("corp", "local")


def test_a_directory_without_encryption_gets_no_passwords(tmp_path: Path) -> None:
    text = '[auth]\nsources = ["corp"]'
    with pytest.raises(ConfigError, match=r"auth\.sources.*in the clear"):
        read(tmp_path, SOURCE.format(url="ldap://directory.example", start_tls="false") + text)
    read(tmp_path, SOURCE.format(url="ldap://127.0.0.1", start_tls="false") + text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[auth]\nsources = []", "nobody could log in"),
        ('[auth]\nsources = ["corp"]', "must be a list of: local"),
        ('[auth]\nsources = ["local", "local"]', "names a source twice"),
        ('[auth]\nterminal_attribute = "(uid=*)"', "terminal_attribute"),
        ("[auth]\ntoken_days = 0", "token_days"),
        ('[auth]\nlocal_networks = ["192.0.2.0/24"]', "a list of IPv6 networks"),
        ('[auth]\nlocal_networks = ["2001:db8::1/64"]', "a list of IPv6 networks"),
        ('[dial]\ndeny = ["9 00"]', r"dial\.deny"),
        ('[dial]\ndeny = "900"', r"dial\.deny"),
        ('[[dial.rule]]\ndeny = ["9"]', "say whom the rule is for"),
        ('[[dial.rule]]\nusers = ["kim"]', "say what the rule is about"),
        ('[[dial.rule]]\nroles = ["boss"]\ndeny = ["9"]', "user, administrator"),
        ('[dial]\nforbid = ["9"]', "is not a setting"),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read(tmp_path, text)


def test_rules_are_read_with_whom_they_are_for(tmp_path: Path) -> None:
    text = """
[dial]
deny = ["900", "*"]
[[dial.rule]]
users = ["kim"]
terminals = ["4000"]
roles = ["administrator"]
allow = ["900", "+82", ""]
"""
    assert read(tmp_path, text).dial == (
        DialRuleSettings(deny=("900", "*")),
        DialRuleSettings(("900", "+82", ""), (), ("kim",), ("4000",), ("administrator",)),
    )
