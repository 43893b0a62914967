"""Checks logins at an LDAP server: finds the entry by login name, then binds as it.

The name is only used as a value in a filter, and the bind uses the DN of the entry that was found, never a DN
built from the name: so a typed name cannot inject anything.
"""

from dataclasses import dataclass, replace

from sansldap import FilterAnd, FilterEquality, SearchScope

from offhook.config import AuthSettings, DirectorySourceSettings
from offhook.directory.ldap import SCHEMAS
from offhook.directory.ldapconnection import BindRefusedError, connect, parse_filter

LOGIN_ATTRIBUTES = {"openldap": "uid", "activedirectory": "sAMAccountName"}
"""The attribute of the login name, by schema."""

MAX_NAME = 64
MAX_TERMINALS = 100
"""Terminals of one person."""


@dataclass(frozen=True, slots=True)
class LdapUser:
    """A person found by login name. `terminals` is None if the directory is not asked for them.

    `key` is the DN of the entry.
    """

    name: str
    terminals: frozenset[str] | None
    administrator: bool
    key: str


class LdapLogin:
    """The users of one server. Raises `ValueError` for an invalid filter."""

    def __init__(self, name: str, settings: DirectorySourceSettings, login: AuthSettings) -> None:
        self.name = name
        self._settings, self._login = settings, login
        self._filter = parse_filter(settings.filter or SCHEMAS[settings.schema].filter)
        self._administrators = parse_filter(login.administrators) if login.administrators else None
        self._attribute = login.login_attribute or LOGIN_ATTRIBUTES[settings.schema]

    async def find(self, user: str) -> LdapUser | None:
        """The person with this login name; None if there is nobody, or more than one. Raises
        `UnavailableError`."""
        if not 1 <= len(user) <= MAX_NAME:
            return None
        asked = FilterAnd([self._filter, FilterEquality(self._attribute, user.encode("utf-8", "replace"))])
        wanted = [self._attribute, *filter(None, [self._login.terminal_attribute])]
        async with connect(self._settings) as connection:
            found = [entry async for entry in connection.search(self._settings.base, asked, wanted, limit=2)]
            if len(found) != 1:
                return None
            (entry,) = found
            names = entry.texts([self._attribute])
            name = next((one for one in names if one.casefold() == user.casefold()), "")
            if not name or not entry.dn:
                return None
            administrator = False
            if self._administrators is not None:
                matching = connection.search(
                    entry.dn, self._administrators, [self._attribute], scope=SearchScope.BASE
                )
                administrator = bool([one async for one in matching])
        terminals = None
        if self._login.terminal_attribute:
            texts = entry.texts([self._login.terminal_attribute])[:MAX_TERMINALS]
            terminals = frozenset(text.strip() for text in texts) - {"", "*"}
        return LdapUser(name, terminals, administrator, entry.dn)

    async def check(self, key: str, password: str) -> bool:
        """Is this the password of the entry with this `key`? Raises `UnavailableError`.

        An empty password is never sent: servers accept a name without a password as an anonymous login.
        """
        if not password:
            return False
        server = replace(self._settings, user=key, password=password)
        try:
            async with connect(server):
                return True
        except BindRefusedError:
            return False
