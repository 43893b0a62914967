"""`[[cluster.part]]`: one of several telephone systems of a cluster, each with phones of its own."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from offhook.config.kinds import ListOf, Text
from offhook.config.sections.switch import ALIASES, DRIVERS, SwitchSettings, read_switch
from offhook.config.setting import read_section, section, setting, settings_of
from offhook.config.table import Table

NODE_NAME = "[A-Za-z0-9_-]{1,32}"
PART_NAME = NODE_NAME


def _node(text: str) -> str:
    """Raises `ValueError`."""
    import re  # few have parts

    if re.fullmatch(NODE_NAME, text) is None:
        raise ValueError
    return text


@section
class PartSettings:
    """One of several telephone systems of a cluster: [cluster.md](cluster.md#several-telephone-systems)."""

    name: str = setting(
        "",
        Text(PART_NAME, 'letters and digits, like "busan"'),
        "what it is called, the same at all nodes",
        missing=("is missing", 'add one like name = "busan"'),
    )
    nodes: tuple[str, ...] = setting(
        (),
        ListOf(_node, 'a list of nodes, like ["busan-1", "busan-2"]'),
        "the nodes that are to work it, the first one first; others do only while none of these lives",
        shown="all, by chance",
    )

    switch: SwitchSettings = SwitchSettings()
    """`[switch]` as it is for this part: what stands in `[cluster.part.switch]` comes first."""


def read_parts(cluster: Table, switch: Table) -> tuple[PartSettings, ...]:
    """The parts, with `[switch]` for what they do not set themselves. Raises `ConfigError`."""
    found: dict[str, PartSettings] = {}
    for table in cluster.tables("part"):
        merged = _merged(table.table("switch").data, switch.data, SwitchSettings)
        own = Table(merged, table.source, table.key("switch"))
        part = read_section(PartSettings, table, switch=read_switch(own))
        if part.name in found:
            raise table.error("name", f"{part.name!r} is already used above", "give each its own")
        found[part.name] = part
    return tuple(found.values())


def _merged(own: Mapping[str, Any], below: Mapping[str, Any], section: type) -> dict[str, Any]:
    """What is set in one table, and in the other one where the first does not say it by any of its keys."""
    said = {key for one in settings_of(section) if own.keys() & set(one.keys) for key in one.keys}
    found = {key: value for key, value in below.items() if key not in said} | dict(own)
    if section is SwitchSettings:
        for name, driver in DRIVERS.items():
            mine, theirs = _of_driver(own, name), _of_driver(below, name)
            found.pop(ALIASES.get(name, ""), None)
            wrong = not isinstance(mine, dict) or not isinstance(theirs, dict)
            found[name] = mine if wrong else _merged(mine, theirs, driver)
    return found


def _of_driver(data: Mapping[str, Any], driver: str) -> Any:
    """What stands under its name, whatever that is."""
    alias = ALIASES.get(driver, "")
    return data.get(driver, data.get(alias, {}) if alias else {})


def part_of(table: Table, given: str, parts: Sequence[str], whose: str, *, elsewhere: bool) -> str:
    """The part that something is in. Raises `ConfigError` if it is none, or not said of several."""
    if elsewhere or (not parts and not given):
        return given
    if not parts:
        raise table.error(
            "part", f"is {given!r}, and there is no [[cluster.part]]", "add it, or take this out"
        )
    if not given and len(parts) == 1:
        return parts[0]
    known = f"take one of: {', '.join(parts)}"
    if not given:
        raise table.error("part", f"is missing: {whose}", known)
    if given not in parts:
        raise table.error("part", f"{given!r} is not a [[cluster.part]]", known)
    return given


def together(parts: Mapping[str, str], names: Collection[str]) -> bool:
    """Are these terminals all in one part? `parts` has that of each."""
    return len({parts.get(name, "") for name in names}) < 2
