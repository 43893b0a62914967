"""LDAP, against a real OpenLDAP server with 10,000 people: encryption, logins, both schemas."""

from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from offhook.config import DirectorySourceSettings
from offhook.config.sections.directory import Security
from offhook.directory import Kind, Number, Person
from offhook.directory.ldap import LdapSource
from offhook.errors import UnavailableError
from tests.directory.helpers import settings
from tests.peers.slapd import PEOPLE, PICTURE, Prepared, Slapd

pytestmark = pytest.mark.timeout(60)  # whichever is first fills a database

KIM = Person(
    "김철수",
    (Number("+82-2-568-3848"), Number("010-9876-5432", Kind.MOBILE)),
    ("Kim Chul-soo",),
    "Example",
    "u0@example.com",
    "uid=u0,ou=people,dc=example,dc=com",
)


async def fails(source: DirectorySourceSettings) -> str:
    """The complaint of a source that cannot be read."""
    with pytest.raises(UnavailableError) as failure:
        await LdapSource("company", source).fetch()
    return str(failure.value)


@pytest.mark.parametrize("security", ["start_tls", "tls"])
async def test_ten_thousand_people_of_an_openldap_server(
    openldap: Prepared, tmp_path: Path, security: Security
) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        people = await LdapSource("company", settings(slapd, security=security)).fetch()
    assert len(people) == PEOPLE
    assert people[0] == KIM


async def test_ten_thousand_people_of_an_active_directory(active: Prepared, tmp_path: Path) -> None:
    async with Slapd(active, tmp_path) as slapd:
        people = {one.name: one for one in await LdapSource("company", settings(slapd)).fetch()}
        everybody = await LdapSource("company", settings(slapd)).fetch()
    assert len(everybody) == PEOPLE + 1
    kim = people["김철수"]
    assert kim.numbers == (
        Number("+82-2-568-3848"),
        Number("3848", Kind.IP),
        Number("010-9876-5432", Kind.MOBILE),
    )
    assert (kim.company, kim.mail) == ("Corp", "u0@corp.example")
    assert "협력사" in people, "contacts count"
    assert "퇴사자" not in people, "accounts that are switched off do not"
    assert "프린터" not in people, "computers are no people"


CUT_AT_500 = "sizelimit size.soft=500 size.hard=soft size.prtotal=hard"


@pytest.mark.parametrize("page_size", [100, 500, 1000])
async def test_what_came_before_the_servers_limit_is_kept_and_told(
    openldap: Prepared, tmp_path: Path, page_size: int
) -> None:
    async with Slapd(openldap, tmp_path, security=CUT_AT_500) as slapd:
        source = LdapSource("company", replace(settings(slapd), page_size=page_size))
        people = await source.fetch()
    assert 0 < len(people) <= 500
    (notice,) = source.notices
    assert f"the server ended the search after {len(people)} people (size limit exceeded)" in notice.text
    assert "limits dn.exact=... size=unlimited size.prtotal=unlimited" in notice.fix


async def test_the_five_hundred_people_of_debians_default_are_read(
    openldap: Prepared, tmp_path: Path
) -> None:
    async with Slapd(openldap, tmp_path, security=CUT_AT_500) as slapd:
        people = await LdapSource("company", settings(slapd)).fetch()
    assert len(people) == 500


async def test_anonymous_where_the_server_lets_anybody_read(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        own = settings(slapd)
        anonymous = replace(own, user="", password="")
        assert len(await LdapSource("company", anonymous).fetch()) == PEOPLE


async def test_a_certificate_of_an_unknown_authority_is_refused(openldap: Prepared, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    async with Slapd(openldap, tmp_path) as slapd:
        for security in ("start_tls", "tls"):
            own = settings(slapd, security=security)
            complaint = await fails(replace(own, ca_file=other))
            assert "has a certificate that is not trusted" in complaint
            assert "check host name and ca_file" in complaint


async def test_a_certificate_for_another_host_is_refused(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        own = settings(slapd)
        complaint = await fails(replace(own, url=own.url.replace("localhost", "127.0.0.1")))
    assert "has a certificate that is not trusted (IP address mismatch" in complaint


async def test_a_wrong_password_is_told_without_it(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        own = settings(slapd)
        complaint = await fails(replace(own, password="wrong-secret"))
    assert "refuses the login of cn=reader,dc=example,dc=com (invalid credentials" in complaint
    assert "check user and password_file" in complaint
    assert "wrong-secret" not in complaint


async def test_a_user_without_a_password_is_not_let_in_as_nobody(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        own = settings(slapd)
        complaint = await fails(replace(own, password=""))
    assert "a user without a password would be let in as nobody" in complaint


async def test_a_server_that_wants_encryption_says_so(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path, security="security tls=128") as slapd:
        complaint = await fails(settings(slapd, security="plain"))
    assert "confidentiality required" in complaint
    assert "set start_tls = true, or an ldaps:// url" in complaint


async def test_a_base_that_is_not_there_is_named_as_the_mistake(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        complaint = await fails(replace(settings(slapd), base="ou=nobody,dc=example,dc=com"))
    assert "(no such object); check base" in complaint


async def test_without_pages_the_servers_limit_is_told(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        source = LdapSource("company", replace(settings(slapd), page_size=0))
        people = await source.fetch()
    assert len(people) == 1000
    assert "after 1000 people (size limit exceeded)" in source.notices[0].text


async def test_a_picture_is_asked_for_alone(openldap: Prepared, active: Prepared, tmp_path: Path) -> None:
    for prepared, folder in ((openldap, tmp_path / "a"), (active, tmp_path / "b")):
        folder.mkdir()
        async with Slapd(prepared, folder) as slapd:
            source = LdapSource("company", settings(slapd))
            first, second, *_ = await source.fetch()
            assert await source.picture(first) == PICTURE
            assert await source.picture(second) is None


async def test_other_attributes_and_another_filter(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        own = replace(settings(slapd), filter="(uid=u0)", attributes={"name": ("cn",), "work": ("mobile",)})
        (kim,) = await LdapSource("company", own).fetch()
    assert kim.name == "Kim Chul-soo"
    assert kim.numbers == (Number("010-9876-5432", Kind.WORK),)


async def test_the_server_itself_can_be_asked(openldap: Prepared, tmp_path: Path) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        source = LdapSource("company", settings(slapd))
        assert KIM in await source.find("철수", 20)
        assert await source.find("568-3848", 20) == [KIM]
        assert len(await source.find("Person", 20)) == 20


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "kim)(uid=*",
        "*)(objectClass=*",
        "u0)(|(uid=*",
        r"\2a",
        "\\",
        "\0",
        "(",
        ")",
        "&",
        "|",
        "!",
        "*)((a=b)",
    ],
)
async def test_ldap_injection_what_is_typed_never_becomes_a_part_of_the_filter(
    openldap: Prepared, tmp_path: Path, typed: str
) -> None:
    async with Slapd(openldap, tmp_path) as slapd:
        found = await LdapSource("company", settings(slapd)).find(typed, 20)
    written = [(*one.aliases, one.name, one.mail, *(number.text for number in one.numbers)) for one in found]
    assert all(any(typed in text for text in texts) for texts in written)
    assert bool(found) == (typed == ")"), "which numbers like `02) 568 3848` do have in them"


async def test_a_server_that_takes_for_ever_is_given_up(
    openldap: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.directory.ldap.READ_LIMIT_S", 0.1)
    async with Slapd(openldap, tmp_path) as slapd:
        assert "takes more than 0.1 s to tell everybody; set a narrower base" in await fails(settings(slapd))
