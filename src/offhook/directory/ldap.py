"""People from an LDAP server, by the schema of OpenLDAP (inetOrgPerson) or of Active Directory."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sansldap import FilterAnd, FilterOr, FilterPresent, LDAPFilter, SearchScope

from offhook.config import DirectorySourceSettings
from offhook.config.sections.directory import FIELDS
from offhook.directory.base import MAX_PEOPLE, MAX_PICTURE, Kind, Notice, Person, fit, person
from offhook.directory.ldapconnection import (
    connect,
    contains,
    hint_for,
    in_words,
    parse_filter,
)
from offhook.directory.ldapwire import Entry
from offhook.errors import UnavailableError

READ_LIMIT_S = 600.0
"""Limit for reading all people: 100,000 take some 20 s; a server that trickles would never end."""

Attributes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Schema:
    """Which entries are people, and which attributes hold their fields, in order of preference."""

    filter: str
    attributes: Attributes


SCHEMAS = {
    # RFC 2798 and RFC 4519.
    "openldap": Schema(
        "(objectClass=inetOrgPerson)",
        {
            "name": ("displayName", "cn"),
            "alias": ("cn", "givenName", "sn"),
            "work": ("telephoneNumber",),
            "ip": (),
            "mobile": ("mobile",),
            "home": ("homePhone",),
            "company": ("o",),
            "mail": ("mail",),
            "picture": ("jpegPhoto",),
        },
    ),
    # Active Directory Schema (AD Schema) at Microsoft; the bit 2 of userAccountControl is ACCOUNTDISABLE.
    "activedirectory": Schema(
        "(|(objectClass=contact)(&(objectClass=user)(!(objectClass=computer))"
        "(!(userAccountControl:1.2.840.113556.1.4.803:=2))))",
        {
            "name": ("displayName", "cn"),
            "alias": ("cn", "givenName", "sn", "msDS-PhoneticDisplayName"),
            "work": ("telephoneNumber", "otherTelephone"),
            "ip": ("ipPhone", "otherIpPhone"),
            "mobile": ("mobile", "otherMobile"),
            "home": ("homePhone", "otherHomePhone"),
            "company": ("company",),
            "mail": ("mail",),
            "picture": ("thumbnailPhoto", "jpegPhoto"),
        },
    ),
}


class LdapSource:
    """A `Source`: reads all people by pages; can also search on the server, and fetch a picture."""

    check_s = None

    def __init__(self, name: str, settings: DirectorySourceSettings) -> None:
        schema = SCHEMAS[settings.schema]
        self.name = name
        self.notices: tuple[Notice, ...] = ()
        self._settings = settings
        self._filter = parse_filter(settings.filter or schema.filter)
        self._map = {**schema.attributes, **settings.attributes}
        self._wanted = [one for field in FIELDS if field != "picture" for one in self._map[field]]

    @property
    def identity(self) -> str:
        """Changes with server, base, user, filter and attributes."""
        own = self._settings
        return repr((own.place, own.base, own.user, own.filter, own.schema, sorted(self._map.items())))

    async def fetch(self) -> Sequence[Person]:
        """All people. Raises `UnavailableError`."""
        self.notices = ()
        return await self._read(self._filter, MAX_PEOPLE, page=self._settings.page_size)

    async def find(self, text: str, limit: int) -> Sequence[Person]:
        """Search on the server for people with this text in a name, number or mail address."""
        text = fit(text)
        if not text:
            return []
        fields = ("name", "alias", "work", "ip", "mobile", "home", "mail")
        attributes = dict.fromkeys(one for field in fields for one in self._map[field])
        asked = FilterAnd([self._filter, FilterOr([contains(one, text) for one in attributes])])
        return await self._read(asked, limit, limit=limit)

    async def picture(self, person: Person) -> bytes | None:
        """The entry's picture. Raises `UnavailableError`."""
        names = self._map["picture"]
        async with connect(self._settings) as connection:
            found = connection.search(person.id, FilterPresent("objectClass"), names, scope=SearchScope.BASE)
            async for entry in found:
                values = (value for name in names for value in entry.attributes.get(name.lower(), ()))
                fitting = next((value for value in values if len(value) <= MAX_PICTURE), None)
                if fitting is not None:
                    return fitting
        return None

    async def _read(self, asked: LDAPFilter, most: int, *, page: int = 0, limit: int = 0) -> list[Person]:
        try:
            async with asyncio.timeout(READ_LIMIT_S):
                return await self._people(asked, most, page, limit)
        except TimeoutError:
            raise UnavailableError(
                f"the LDAP server {self._settings.place} takes more than {READ_LIMIT_S:g} s to tell "
                "everybody",
                "set a narrower base or filter",
            ) from None

    async def _people(self, asked: LDAPFilter, most: int, page: int, limit: int) -> list[Person]:
        people: list[Person] = []
        async with connect(self._settings) as connection:
            found = connection.search(self._settings.base, asked, self._wanted, page=page, limit=limit)
            async for entry in found:
                one = self._person(entry)
                if one is None:
                    continue
                if len(people) == most:
                    self._notice(f"more than {most} people are left out", "set a narrower base or filter")
                    break
                people.append(one)
            if connection.cut_short is not None:
                code = connection.cut_short.result_code
                told = f"the server ended the search after {_counted(len(people))} ({in_words(code)})"
                self._notice(f"{told}; the others are missing", hint_for(code))
            if connection.broken:
                entries = "an entry has" if connection.broken == 1 else f"{connection.broken} entries have"
                self._notice(
                    f"{entries} a name (DN) that is not in UTF-8, and cannot be read",
                    "mend them there; the others count",
                )
            if connection.references:
                self._notice(
                    f"{connection.references} references to other servers are not followed"
                    if connection.references > 1
                    else "a reference to another server is not followed",
                    "add a [[directory.source]] for them if their people are wanted",
                )
        return people

    def _notice(self, text: str, fix: str) -> None:
        self.notices = (*self.notices, Notice(text, fix))

    def _person(self, entry: Entry) -> Person | None:
        numbers = [
            (text, kind)
            for kind in (Kind.WORK, Kind.IP, Kind.MOBILE, Kind.HOME)
            for text in entry.texts(self._map[kind.value])
        ]
        return person(
            entry.texts((*self._map["name"], *self._map["alias"])),
            numbers,
            company=next(iter(entry.texts(self._map["company"])), ""),
            mail=next(iter(entry.texts(self._map["mail"])), ""),
            key=entry.dn,
        )


def _counted(people: int) -> str:
    return "1 person" if people == 1 else f"{people} people"
