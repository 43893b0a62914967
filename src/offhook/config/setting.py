"""A setting is a field of its section's dataclass: default, type, limits and help stand there alone.

    @section
    class LampSettings:
        \"\"\"The lamp on the desk.\"\"\"

        colour: Colour = setting("red", Choice(("red", "green")), "what it shines in")
        blinks: int = setting(3, Whole(1, 10), "how often, while the phone rings")

Reading the file, its errors, the tables in the documentation and the names in the environment come from
these; the part takes the section as its settings. A field without `setting` is not in the file.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from typing import Any, Generic, NamedTuple, TypeVar, cast, dataclass_transform, overload

from offhook.config.table import Table

T = TypeVar("T")
S = TypeVar("S")


def _compared(one: Any) -> tuple[Any, ...]:
    return tuple(getattr(one, each.name) for each in fields(one))


def _equal(one: Any, other: object) -> bool:
    return _compared(one) == _compared(other) if type(other) is type(one) else NotImplemented


def _hash(one: Any) -> int:
    return hash(_compared(one))


def _repr(one: Any) -> str:
    shown = ", ".join(f"{each.name}={getattr(one, each.name)!r}" for each in fields(one) if each.repr)
    return f"{type(one).__qualname__}({shown})"


@overload
def section(cls: type[S], /) -> type[S]: ...
@overload
def section(*, kw_only: bool = False) -> Callable[[type[S]], type[S]]: ...


@dataclass_transform(frozen_default=True)
def section(cls: type[S] | None = None, /, *, kw_only: bool = False) -> Any:
    """A frozen dataclass; what all of them have alike is made once, as every command imports them all."""

    def made(cls: type[S]) -> type[S]:
        cls.__eq__, cls.__hash__, cls.__repr__ = _equal, _hash, _repr  # type: ignore[assignment,method-assign]
        return dataclass(frozen=True, eq=False, repr=False, match_args=False, kw_only=kw_only)(cls)

    return made if cls is None else made(cls)


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


class Known(NamedTuple):
    """A setting with its field, its key in the file, its default, and all keys that say it."""

    field: str
    key: str
    setting: Setting
    default: Any
    keys: tuple[str, ...]


_KNOWN: dict[tuple[type, str | None], tuple[Known, ...]] = {}


def settings_of(section: type[Any], variant: str | None = None) -> tuple[Known, ...]:
    """The settings of a section in their order; with `variant` those that this one of the section has."""
    if (section, variant) not in _KNOWN:
        _KNOWN[section, variant] = tuple(
            _known(one)
            for one in fields(section)
            if (own := one.metadata.get("setting")) is not None
            and (variant is None or not own.only or variant in own.only)
        )
    return _KNOWN[section, variant]


def _known(one: Field[Any]) -> Known:
    own, default = one.metadata["setting"], {} if one.default is MISSING else one.default
    key = own.key or one.name
    return Known(one.name, key, own, default, own.kind.keys(key))


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
    # What is not in the file has its default: there may be ten thousand terminals, with a few keys each.
    there = [one for one in settings_of(section, variant) if table.has_any(one.keys)]
    for one in there:
        more[one.field] = one.setting.kind.read(table, one.key, one.default)
    table.finish()
    if needed:
        check_needed(section, table, variant)
    made: Any = section(**more)
    check = getattr(made, "check", None)
    if check is not None:
        check(table)
    settled = {}
    for one in there:
        value = one.setting.kind.settle(table, one.key, more[one.field])
        if value is not more[one.field]:
            settled[one.field] = value
    return cast(S, replace(made, **settled) if settled else made)


def check_needed(section: type, table: Table, variant: str = "") -> None:
    """Raises `ConfigError` when a setting is missing that the section cannot do without."""
    for one in settings_of(section, variant):
        missing = one.setting.missing
        if missing is not None and not one.setting.kind.given(table, one.key):
            raise table.error(one.keys[0], *missing)
