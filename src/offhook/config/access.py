"""`[auth]`, `[dial]` and its `[[dial.rule]]`s: from TOML's tables to their settings."""

import re
from dataclasses import replace
from ipaddress import IPv6Network

from offhook.config.model import AuthConfig, DialRuleConfig, DirectoryConfig, Listen
from offhook.config.table import Table

LOCAL_SOURCE = "local"
ROLES = ("user", "administrator")

_PREFIX = re.compile(r"\+?[0-9*#]{0,32}")
_ATTRIBUTE = "[A-Za-z][A-Za-z0-9;.-]{0,63}"


def read_auth(table: Table, directory: DirectoryConfig) -> AuthConfig:
    """Who checks passwords. Raises `ConfigError`."""
    known = {source.name: source for source in directory.sources if source.type == "ldap"}
    names = (LOCAL_SOURCE, *known)
    auth = AuthConfig(
        sources=table.texts(
            "sources", AuthConfig.sources, names.__contains__, f"a list of: {', '.join(names)}"
        ),
        login_attribute=table.text("login_attribute", "", _ATTRIBUTE, 'an attribute, like "uid"'),
        terminal_attribute=table.text("terminal_attribute", "", _ATTRIBUTE, 'an attribute, like "ipPhone"'),
        administrators=table.text("administrators"),
        token_days=table.seconds("token_days", AuthConfig.token_days, 0.01, 365),
        password_cost=table.text(
            "password_cost", AuthConfig.password_cost, "high|medium|low", '"high", "medium" or "low"'
        ),
        audit_days=table.seconds("audit_days", AuthConfig.audit_days, 1, 36500),
        audit_mb=table.whole("audit_mb", AuthConfig.audit_mb, 20, 1_000_000),
    )
    auth = replace(auth, local_networks=_networks(table))
    table.finish()
    if not auth.sources:
        raise table.error("sources", "is empty, nobody could log in", 'name at least "local"')
    if len(set(auth.sources)) < len(auth.sources):
        raise table.error("sources", "names a source twice", "name each once")
    if LOCAL_SOURCE in known:
        raise table.error("sources", "cannot tell a directory source called local", "call it otherwise")
    for name in auth.sources:
        source = known.get(name)
        if source is not None and source.security == "plain" and not Listen(source.host, 0).loopback:
            raise table.error(
                "sources",
                f"{name!r} would get passwords in the clear",
                "set start_tls = true there, or an ldaps:// url",
            )
    return auth


def _networks(table: Table) -> tuple[IPv6Network, ...]:
    want = 'a list of IPv6 networks, like ["2001:db8:1:2::/64"]'
    return tuple(map(IPv6Network, table.texts("local_networks", (), _is_network, want)))


def _is_network(text: str) -> bool:
    try:
        IPv6Network(text)
    except ValueError:
        return False
    return True


def read_dial(table: Table) -> tuple[DialRuleConfig, ...]:
    """What may be dialled: the site's rule first. Raises `ConfigError`."""
    entries = table.tables("rule")
    site = DialRuleConfig(allow=_prefixes(table, "allow"), deny=_prefixes(table, "deny"))
    table.finish()
    return (site, *(_rule(entry) for entry in entries))


def _rule(table: Table) -> DialRuleConfig:
    rule = DialRuleConfig(
        allow=_prefixes(table, "allow"),
        deny=_prefixes(table, "deny"),
        users=table.texts("users", (), _is_name, 'a list of users, like ["kim"]'),
        terminals=table.texts("terminals", (), _is_name, 'a list of phones, like ["4000"]'),
        roles=table.texts("roles", (), ROLES.__contains__, f"a list of: {', '.join(ROLES)}"),
    )
    table.finish()
    if not (rule.users or rule.terminals or rule.roles):
        raise table.error("users", "is missing, and so are terminals and roles", "say whom the rule is for")
    if not (rule.allow or rule.deny):
        raise table.error("deny", "is missing, and so is allow", "say what the rule is about")
    return rule


def _prefixes(table: Table, name: str) -> tuple[str, ...]:
    return table.texts(
        name, (), _is_prefix, 'a list of what numbers begin with as they are dialled, like ["900", "+82"]'
    )


def _is_prefix(text: str) -> bool:
    return _PREFIX.fullmatch(text) is not None


def _is_name(text: str) -> bool:
    return 1 <= len(text) <= 64 and text.isprintable()
