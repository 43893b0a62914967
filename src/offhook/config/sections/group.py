"""`[[group]]`: who may watch whose phone."""

from collections.abc import Collection

from offhook.config.kinds import ListOf, Text, accepted
from offhook.config.setting import read_section, section, setting
from offhook.config.table import Table

EVERY = "*"
"""Every phone."""

MAX_NAME = 64
"""Characters of the name of a group or user."""

_PHONES = ListOf(
    accepted(lambda text: bool(text)), f'a list of phones, like ["4000", "4001"], or ["{EVERY}"]'
)


def _is_user(text: str) -> bool:
    return 1 <= len(text) <= MAX_NAME and text.isprintable()


@section
class GroupSettings:
    """People who work together: they may watch each other's phones, and pick up calls there."""

    name: str = setting(
        "",
        Text(rf"[^\x00-\x1f]{{1,{MAX_NAME}}}", 'a name in quotes, like "sales"'),
        "what it is called",
        missing=("is missing", 'add one like name = "sales"'),
    )
    terminals: tuple[str, ...] = setting(
        (), _PHONES, 'its phones, `["*"]` for all: who may use one of them belongs to the group'
    )
    users: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_is_user), 'a list of users, like ["kim"]'),
        "who else belongs to it",
    )
    watch: tuple[str, ...] = setting(
        (), _PHONES, 'phones that they may watch besides those of the group, `["*"]` for all'
    )
    number: str = setting(
        "",
        Text(r"\+[1-9][0-9]{4,14}", 'a number with its country, like "+4930123450"'),
        "shown to whom its phones call by a `[[trunk]]` whose number it is, if they have none of their own; "
        "of several groups the first",
    )


def read_groups(root: Table, known: Collection[str], *, elsewhere: bool) -> tuple[GroupSettings, ...]:
    """The groups. Raises `ConfigError`, also for phones that there are not; a Call Manager elsewhere has its
    own."""
    groups: dict[str, GroupSettings] = {}
    for table in root.tables("group"):
        group = read_section(GroupSettings, table)
        if group.name in groups:
            raise table.error("name", f"{group.name!r} is already used above", "give each its own")
        if not group.terminals and not group.users:
            fix = "say who belongs to the group"
            raise table.error("terminals", "is missing, and so is users", fix)
        if not elsewhere:
            _check_phones(group, table, known)
        groups[group.name] = group
    return tuple(groups.values())


def _check_phones(group: GroupSettings, table: Table, known: Collection[str]) -> None:
    for key in ("terminals", "watch"):
        for phone in getattr(group, key):
            if phone != EVERY and phone not in known:
                raise table.error(key, f"{phone!r} is not a [[terminal]]", "correct it, or take it out")
