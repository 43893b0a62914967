"""`[auth]`, `[dial]` and its `[[dial.rule]]`s."""

import re
from ipaddress import IPv6Network
from typing import Literal

from offhook.config.kinds import Choice, ListOf, Number, Text, Whole, accepted
from offhook.config.listen import Listen
from offhook.config.sections.directory import DirectorySettings
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

LOCAL_SOURCE = "local"
ROLES = ("user", "administrator")

_ATTRIBUTE = "[A-Za-z][A-Za-z0-9;.-]{0,63}"
_PREFIX = re.compile(r"\+?[0-9*#]{0,32}")
_RULE = ("rule",)
_PREFIXES = ListOf(
    accepted(_PREFIX.fullmatch), 'a list of what numbers begin with as they are dialled, like ["900", "+82"]'
)


def _is_name(text: str) -> bool:
    return 1 <= len(text) <= 64 and text.isprintable()


@section
class AuthSettings:
    """Who checks passwords."""

    sources: tuple[str, ...] = setting(
        (LOCAL_SOURCE,),
        ListOf(str, "a list of names, in quotes"),
        "in this order: `local` (`offhook user add`), and `[[directory.source]]`s of type `ldap` by name",
    )
    login_attribute: str = setting(
        "",
        Text(_ATTRIBUTE, 'an attribute, like "uid"'),
        "the name that people log in with",
        shown="`uid`; Active Directory: `sAMAccountName`",
    )
    terminal_attribute: str = setting(
        "",
        Text(_ATTRIBUTE, 'an attribute, like "ipPhone"'),
        'the phones of a directory\'s user, like `"ipPhone"`; without it `offhook user add NAME --directory '
        "SOURCE` gives them",
    )
    administrators: str = setting(
        "",
        Text(),
        'the LDAP filter that administrators match, like `"(memberOf=cn=telephony,dc=example,dc=com)"`',
    )
    token_days: float = setting(
        7.0, Number(0.01, 365, "days"), "how long a client logs in again without the password"
    )
    password_cost: Literal["high", "medium", "low"] = setting(
        "high",
        Choice(("high", "medium", "low")),
        'what verifying a local password costs: `"high"` is RFC 9106\'s, `"medium"` and `"low"` (OWASP\'s) '
        "some 4 and 12 times cheaper, for thousands who log in at once; `offhook check` measures it",
    )
    local_networks: tuple[IPv6Network, ...] = setting(
        (),
        ListOf(IPv6Network, 'a list of IPv6 networks, like ["2001:db8:1:2::/64"]'),
        'IPv6 networks of this site, like `["2001:db8:1:2::/64"]`: failed passwords are counted there by '
        "host. Elsewhere all of a /64 is one; link-local addresses and `fc00::/7` are local anyway",
    )
    audit_days: float = setting(400.0, Number(1, 36500, "days"), "how long the audit log is kept")
    audit_mb: int = setting(
        1000,
        Whole(20, 1_000_000),
        "how large all its files may be (MB); what strangers were refused goes first",
    )


@section
class DialRuleSettings:
    """What may be dialled: by everybody in `[dial]`, and in each `[[dial.rule]]` by some."""

    allow: tuple[str, ...] = setting(
        (),
        _PREFIXES,
        "beginnings of numbers that may be dialled, written as they are dialled; of `allow` and `deny` the "
        'longest that matches decides, `""` matches all',
    )
    deny: tuple[str, ...] = setting((), _PREFIXES, "beginnings of numbers that may not be dialled")
    users: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_is_name), 'a list of users, like ["kim"]'),
        "whom the rule is for",
        only=_RULE,
    )
    terminals: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_is_name), 'a list of phones, like ["4000"]'),
        "whose phones it is for",
        only=_RULE,
    )
    roles: tuple[str, ...] = setting(
        (),
        ListOf(accepted(ROLES.__contains__), f"a list of: {', '.join(ROLES)}"),
        "`user` or `administrator`; a rule holds for any of these three",
        only=_RULE,
    )


def read_auth(table: Table, directory: DirectorySettings) -> AuthSettings:
    """Raises `ConfigError`, also for a source that the directory does not have."""
    auth = read_section(AuthSettings, table)
    known = {source.name: source for source in directory.sources if source.type == "ldap"}
    names = (LOCAL_SOURCE, *known)
    for name in auth.sources:
        if name not in names:
            what = f"must be a list of: {', '.join(names)}, not {name!r}"
            raise table.error("sources", what, "correct that entry")
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


def read_dial(table: Table) -> tuple[DialRuleSettings, ...]:
    """What may be dialled: the site's rule first. Raises `ConfigError`."""
    entries = table.tables("rule")
    site = read_section(DialRuleSettings, table)
    return (site, *(_rule(entry) for entry in entries))


def _rule(table: Table) -> DialRuleSettings:
    rule = read_section(DialRuleSettings, table, "rule")
    if not (rule.users or rule.terminals or rule.roles):
        raise table.error("users", "is missing, and so are terminals and roles", "say whom the rule is for")
    if not (rule.allow or rule.deny):
        raise table.error("deny", "is missing, and so is allow", "say what the rule is about")
    return rule
