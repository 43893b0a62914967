"""Passwords checked by a real slapd, with OpenLDAP's schema and with Active Directory's."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from offhook.config import AuthSettings
from offhook.config.sections.directory import Security
from offhook.directory.login import LdapLogin, LdapUser
from offhook.errors import UnavailableError
from tests.attacks.people import BASE, LDIF
from tests.directory.helpers import settings
from tests.peers.slapd import ACTIVE, ACTIVE_BASE, OPENLDAP, Kind, Prepared, Slapd, prepare

pytestmark = pytest.mark.peer

ACCOUNTS = (
    "objectclass ( 1.2.840.113556.1.5.6 NAME 'securityPrincipal' SUP top AUXILIARY MAY sAMAccountName )\n"
)
"""A class of Active Directory that `msuser.schema` leaves out."""


def _account(name: str, control: int, phone: str) -> str:
    return (
        f"dn: cn={name} Person,{ACTIVE_BASE}\nobjectClass: user\nobjectClass: mailRecipient\n"
        "objectClass: securityPrincipal\ninstanceType: 4\nnTSecurityDescriptor: none\n"
        "objectCategory: CN=Person,CN=Schema,CN=Configuration,DC=corp,DC=example\n"
        f"cn: {name} Person\nsn: Person\nsAMAccountName: {name}\nuserAccountControl: {control}\n"
        f"ipPhone: {phone}\nuserPassword: {name}-password\n"
    )


ACTIVE_LDIF = "\n".join(
    [
        "dn: dc=corp,dc=example\nobjectClass: dcObject\nobjectClass: organization\ndc: corp\no: Corp\n",
        "dn: cn=reader,dc=corp,dc=example\nobjectClass: person\ncn: reader\nsn: reader\n"
        "userPassword: read-only\n",
        f"dn: {ACTIVE_BASE}\nobjectClass: organizationalUnit\nou: Staff\n",
        _account("choi", 512, "4000"),
        _account("gone", 514, "4001"),
    ]
)


@dataclass(frozen=True)
class Accounts(Kind):
    """Active Directory's schema where login names can be compared, which slapd's writing of it leaves out."""

    def config(self, folder: Path, security: str) -> str:
        schema = Path("/etc/ldap/schema/msuser.schema").read_text(encoding="utf-8")
        own = folder / "msuser.schema"
        own.write_text(re.sub(r"(NAME 'sAMAccountName')", r"\1 EQUALITY caseIgnoreMatch", schema))
        return super().config(folder, security).replace("/etc/ldap/schema/msuser.schema", str(own))


@pytest.fixture(scope="module")
def openldap_people(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(OPENLDAP, LDIF, tmp_path_factory.mktemp("openldap-people"))


@pytest.fixture(scope="module")
def active_people(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    kind = Accounts(ACTIVE.base, ACTIVE.reader, ACTIVE.suffix, ACTIVE.schema + ACCOUNTS, anonymous=False)
    return prepare(kind, ACTIVE_LDIF, tmp_path_factory.mktemp("active-people"))


@pytest.fixture
async def openldap(tmp_path: Path, openldap_people: Prepared) -> AsyncIterator[Slapd]:
    async with Slapd(openldap_people, tmp_path) as slapd:
        yield slapd


@pytest.fixture
async def active(tmp_path: Path, active_people: Prepared) -> AsyncIterator[Slapd]:
    async with Slapd(active_people, tmp_path) as slapd:
        yield slapd


@pytest.mark.parametrize("security", ["start_tls", "tls"])
async def test_a_person_is_found_by_login_name_and_known_by_password(
    openldap: Slapd, security: Security
) -> None:
    login = LdapLogin("corp", settings(openldap, security=security), AuthSettings())
    choi = await login.find("choi")
    assert choi == LdapUser("choi", None, False, f"uid=choi,{BASE}")
    assert await login.check(choi.key, "choi-password")
    assert not await login.check(choi.key, "park-password")
    assert not await login.check(choi.key, "")
    assert await login.find("nobody") is None


async def test_phones_and_role_come_from_the_entry(openldap: Slapd) -> None:
    login = LdapLogin(
        "corp",
        settings(openldap),
        AuthSettings(terminal_attribute="departmentNumber", administrators="(title=operator)"),
    )
    choi, park = await login.find("CHOI"), await login.find("park")
    assert choi is not None and choi.name == "choi" and choi.administrator
    assert park is not None and not park.administrator
    assert [choi.terminals, park.terminals] == [frozenset({"4000"}), frozenset({"4001"})]


async def test_an_entry_without_a_password_is_nobodys(openldap: Slapd) -> None:
    login = LdapLogin("corp", settings(openldap), AuthSettings())
    found = await login.find("nopassword")
    assert found is not None and not await login.check(found.key, "anything")


async def test_a_name_that_two_entries_have_is_nobodys(openldap: Slapd) -> None:
    login = LdapLogin("corp", settings(openldap), AuthSettings(login_attribute="objectClass"))
    assert await login.find("inetOrgPerson") is None


async def test_active_directorys_accounts_log_in_and_switched_off_ones_do_not(active: Slapd) -> None:
    login = LdapLogin("corp", settings(active), AuthSettings(terminal_attribute="ipPhone"))
    choi = await login.find("choi")
    assert choi is not None and choi.terminals == frozenset({"4000"})
    assert await login.check(choi.key, "choi-password")
    assert await login.find("gone") is None


async def test_a_reader_whose_own_password_is_wrong_is_no_wrong_login(openldap: Slapd) -> None:
    wrong = settings(openldap)
    wrong = replace(wrong, password="wrong")
    with pytest.raises(UnavailableError, match="password_file"):
        await LdapLogin("corp", wrong, AuthSettings()).find("choi")


async def test_a_server_whose_certificate_is_not_trusted_gets_no_password(
    openldap: Slapd, active_people: Prepared
) -> None:
    other = settings(openldap)
    other = replace(other, ca_file=active_people.ca_file)
    with pytest.raises(UnavailableError, match="certificate"):
        await LdapLogin("corp", other, AuthSettings()).check(f"uid=choi,{BASE}", "choi-password")
