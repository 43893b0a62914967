"""The people of a small directory, and how a site logs in there."""

from pathlib import Path

from tests.peers.slapd import Slapd

BASE = "ou=people,dc=example,dc=com"


def _person(uid: str, password: str, phone: str, dn: str = "") -> str:
    return (
        f"dn: {dn or f'uid={uid}'},{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\n"
        f"departmentNumber: {phone}\nuserPassword: {password}\n"
    )


LDIF = "\n".join(
    [
        "dn: dc=example,dc=com\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n",
        "dn: cn=reader,dc=example,dc=com\nobjectClass: person\ncn: reader\nsn: reader\n"
        "userPassword: read-only\n",
        f"dn: {BASE}\nobjectClass: organizationalUnit\nou: people\n",
        _person("choi", "choi-password", "4000") + "title: operator\n",
        _person("park", "park-password", "4001"),
        _person('o,b+ri"en', "brien-password", "4001", dn='uid=o\\,b\\+ri\\"en'),
        _person("kim", "kim-of-the-directory", "4001"),
        f"dn: uid=nopassword,{BASE}\nobjectClass: inetOrgPerson\nuid: nopassword\ncn: n\nsn: n\n",
    ]
)


def login_config(slapd: Slapd, folder: Path) -> str:
    """The configuration that lets these people log in, over StartTLS."""
    (folder / "reader.password").write_text("read-only\n")
    (folder / "reader.password").chmod(0o600)
    return f"""
[[directory.source]]
type = "ldap"
name = "corp"
url = "ldap://localhost:{slapd.port}"
ca_file = '{slapd.ca_file}'
user = "cn=reader,dc=example,dc=com"
password_file = "reader.password"
base = "{BASE}"
[auth]
sources = ["local", "corp"]
terminal_attribute = "departmentNumber"
administrators = "(title=operator)"
"""
