"""`[directory]` as it is read."""

from pathlib import Path

from offhook.config import DirectorySettings, DirectorySourceSettings, load

TEXT = """\
[directory]
refresh_s = 600
own_numbers = ["+82-2-568-"]

[[directory.source]]
name = "headquarters"
type = "ldap"
url = "ldaps://dc1.corp.example"
schema = "activedirectory"
base = "dc=corp,dc=example"
user = "offhook@corp.example"
password_file = "ldap.password"
attributes = { work = ["telephoneNumber", "otherTelephone"], company = "department" }

[[directory.source]]
type = "ldap"
url = "ldap://[2001:db8::1]:3890"
base = "dc=example"

[[directory.source]]
type = "csv"
file = "people.csv"
columns = { name = "Wer" }
encoding = "windows-1252"
"""


def test_sources_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "offhook.toml").write_text(TEXT)
    (tmp_path / "ldap.password").write_text("secret\n")
    (tmp_path / "ldap.password").chmod(0o600)
    (tmp_path / "people.csv").touch()
    config = load(tmp_path / "offhook.toml")
    assert config.directory == DirectorySettings(
        600,
        ("+82-2-568-",),
        (
            DirectorySourceSettings(
                "headquarters",
                "ldap",
                url="ldaps://dc1.corp.example",
                user="offhook@corp.example",
                password="secret",
                base="dc=corp,dc=example",
                schema="activedirectory",
                attributes={"work": ("telephoneNumber", "otherTelephone"), "company": ("department",)},
            ),
            DirectorySourceSettings("ldap-2", "ldap", url="ldap://[2001:db8::1]:3890", base="dc=example"),
            DirectorySourceSettings(
                "csv-3",
                "csv",
                file=tmp_path / "people.csv",
                encoding="windows-1252",
                columns={"name": ("Wer",)},
            ),
        ),
    )
    places = [(one.host, one.port, one.security) for one in config.directory.sources[:2]]
    assert places == [("dc1.corp.example", 636, "tls"), ("2001:db8::1", 3890, "start_tls")]
    assert "secret" not in repr(config)
    assert config.warnings == ()


def test_a_password_that_anybody_can_read_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "offhook.toml").write_text(TEXT)
    (tmp_path / "people.csv").touch()
    (tmp_path / "ldap.password").write_text("secret\n")
    (tmp_path / "ldap.password").chmod(0o644)
    (warning,) = load(tmp_path / "offhook.toml").warnings
    assert "ldap.password: is a password and anybody on this machine can read it" in str(warning)
