"""A setting is a field of its section's dataclass: default, type, limits and help stand there alone.

    @dataclass(frozen=True)
    class LampSettings:
        \"\"\"The lamp on the desk.\"\"\"

        colour: Colour = setting("red", Choice(("red", "green")), "what it shines in")
        blinks: int = setting(3, Whole(1, 10), "how often, while the phone rings")

Reading the file, its errors, the tables in the documentation and the names in the environment come from
these; the part takes the section as its settings. A field without `setting` is not in the file.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, TypeVar, cast

from offhook.config.table import Table

T = TypeVar("T")
S = TypeVar("S")


class Kind(Generic[T]):
    """What a value may be, and how it is read."""

    values = ""
    """The same for the documentation."""

    secret = False
    """Never shown."""

    def read(self, table: Table, name: str, default: T) -> T:
        """The value of the key `name`, or the default. Raises `ConfigError`."""
        raise NotImplementedError

    def settle(self, table: Table, name: str, value: T) -> T:
        """The value in the end, once all else in the section is right: now files are read that it names."""
        return value

    def given(self, table: Table, name: str) -> bool:
        """Is it set, and to something?"""
        return table.take(name, "") not in ("", [])

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys that say it, the one first that is missed when there is none."""
        return (name,)


@dataclass(frozen=True)
class Setting:
    """What is known of one setting besides its default. `help` and `shown` are Markdown."""

    kind: Kind[Any]
    help: str
    key: str
    """In the file, where it is not the field's name."""

    shown: str | None
    """What the documentation has as the default, where the field's does not tell."""

    missing: tuple[str, str] | None
    """What is said, and to be done, when it is missing where it is needed."""

    only: tuple[str, ...]
    """The variants of the section that have it; empty: all."""

    environment: bool
    """Does a variable overrule it?"""


def setting(
    default: T,
    kind: Kind[T],
    help: str,
    *,
    key: str = "",
    shown: str | None = None,
    missing: tuple[str, str] | None = None,
    only: tuple[str, ...] = (),
    environment: bool = False,
) -> T:
    """A field that the file sets; see `Setting`. What type checkers see is its default."""
    own = {"setting": Setting(kind, help, key, shown, missing, only, environment)}
    made: Any
    if isinstance(default, dict):
        made = field(default_factory=dict, metadata=own)
    else:
        made = field(default=default, metadata=own, repr=not kind.secret)
    return cast(T, made)


_KNOWN: dict[type, tuple[tuple[str, str, Setting, Any], ...]] = {}


def settings_of(section: type[Any]) -> tuple[tuple[str, str, Setting, Any], ...]:
    """Of each setting of a section: its field, its key, what is known of it, its default."""
    if section not in _KNOWN:
        _KNOWN[section] = tuple(
            (one.name, own.key or one.name, own, {} if callable(one.default_factory) else one.default)
            for one in fields(section)
            if (own := one.metadata.get("setting")) is not None
        )
    return _KNOWN[section]


def read_section(
    section: type[S],
    table: Table,
    variant: str = "",
    *,
    needed: bool = True,
    **more: object,
) -> S:
    """A section from its table. `more` are fields that are not in the file. Raises `ConfigError`.

    Each value is looked at by itself first, then keys that are unknown, what is missing (if it is `needed`),
    what the section's own `check(table)` says of several together, and at last the files that are named.
    """
    settings = [one for one in settings_of(section) if not one[2].only or variant in one[2].only]
    for name, key, own, default in settings:
        more[name] = own.kind.read(table, key, default)
    table.finish()
    if needed:
        check_needed(section, table, variant)
    made: Any = section(**more)
    check = getattr(made, "check", None)
    if check is not None:
        check(table)
    settled = {}
    for name, key, own, _ in settings:
        value = own.kind.settle(table, key, more[name])
        if value is not more[name]:
            settled[name] = value
    return cast(S, replace(made, **settled) if settled else made)


def check_needed(section: type, table: Table, variant: str = "") -> None:
    """Raises `ConfigError` when a setting is missing that the section cannot do without."""
    for _, key, own, _ in settings_of(section):
        if own.missing is None or (own.only and variant not in own.only) or own.kind.given(table, key):
            continue
        what, fix = own.missing
        raise table.error(own.kind.keys(key)[0], what, fix)
