"""Builds authentication and dial rules from the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from offhook.address import is_emergency, normalise, outside
from offhook.assembly.database import open_server, uses_database
from offhook.assembly.directory import address_rules
from offhook.config import Config
from offhook.errors import AddressError
from offhook.manager.authentication import Authenticator
from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.groups import Group, Groups
from offhook.manager.passwordcost import password_hasher
from offhook.manager.principal import LOCAL_SOURCE
from offhook.manager.stores.users import SqliteUsers, StoredUsers

if TYPE_CHECKING:
    from offhook.directory.login import LdapLogin
    from offhook.manager.stores.postgresql.server import Server


def open_authenticator(config: Config, users: StoredUsers) -> Authenticator:
    """The authenticator with the configured sources. Raises `ConfigError` for an invalid filter."""
    sources = [None if name == LOCAL_SOURCE else _ldap(config, name) for name in config.auth.sources]
    return Authenticator(users, sources, token_days=config.auth.token_days)


def open_users(
    config: Config, folder: Path, server: Server | None = None, *, fault_tolerant: bool = False
) -> StoredUsers:
    """The users, in this state folder or the database, with the configured cost of password hashes.

    `fault_tolerant`: see `SqliteUsers`. Raises `ConfigError`.
    """
    hasher = password_hasher(config.auth.password_cost)
    if uses_database(config):
        from offhook.manager.stores.postgresql.tables import Area, PostgresTables

        own = server is None
        return StoredUsers(PostgresTables(server or open_server(config), Area.USERS, own=own), hasher=hasher)
    return SqliteUsers(folder / "users.sqlite", hasher=hasher, fault_tolerant=fault_tolerant)


def dial_rules(config: Config) -> DialRules:
    """The dial rules of the site."""
    rules = address_rules(config)

    def dialled(number: str) -> str:
        try:
            return normalise(number, rules)
        except AddressError:
            return number

    def canonical(number: str) -> str:
        found = outside(number, rules)
        return "" if found is None else found.canonical

    def for_help(number: str) -> bool:
        return is_emergency(number, rules)

    trunks: Any = {"canonical": canonical, "for_help": for_help} if config.trunks else {}
    return DialRules(
        [
            DialRule(
                one.allow, one.deny, frozenset(one.users), frozenset(one.terminals), frozenset(one.roles)
            )
            for one in config.dial
        ],
        dialled=dialled,
        internal=[terminal.id for terminal in config.terminals],
        outside_prefix=config.address.outside_prefix,
        country=config.address.country,
        **trunks,
    )


def groups(config: Config) -> Groups:
    """The site's groups."""
    return Groups(
        [
            Group(one.name, frozenset(one.terminals), frozenset(one.users), frozenset(one.watch))
            for one in config.groups
        ]
    )


def _ldap(config: Config, name: str) -> LdapLogin:
    from offhook.directory.login import LdapLogin  # with its libraries, only where it is configured

    source = next(one for one in config.directory.sources if one.name == name)
    try:
        return LdapLogin(name, source, config.auth)
    except ValueError as error:
        fix = 'write it like "(memberOf=cn=telephony,dc=example,dc=com)"'
        raise config.error("auth.administrators", f"is not a valid LDAP filter: {error}", fix) from error
