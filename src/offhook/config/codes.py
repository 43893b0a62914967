"""`codes` of a PBX: what is dialled there to have something done, like `forward-always = *72{number}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from offhook.config.kinds import ListOf
from offhook.config.setting import Kind
from offhook.config.table import Table

Codes = tuple[tuple[str, str], ...]
"""Names with their codes."""

NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "forward-always": ("number",),
        "forward-busy": ("number",),
        "forward-no-answer": ("number", "seconds"),
        "forward-always-off": (),
        "forward-busy-off": (),
        "forward-no-answer-off": (),
        "do-not-disturb": (),
        "do-not-disturb-off": (),
        "pickup": ("number",),
        "pickup-group": (),
    }
)
"""Each code, and what may stand in it in braces; the first one has to."""

_CODE = re.compile(r"[0-9A-Za-z*#]{0,16}(?:\{[a-z]+\}[0-9A-Za-z*#]{0,16}){0,2}")


def _code(line: str) -> tuple[str, str]:
    name, equals, code = (part.strip() for part in line.partition("="))
    if not equals or not code or name not in NAMES or not _CODE.fullmatch(code):
        raise ValueError
    holes = re.findall(r"\{([a-z]+)\}", code)
    allowed = NAMES[name]
    if len(set(holes)) != len(holes) or set(holes) - set(allowed) or (allowed and allowed[0] not in holes):
        raise ValueError
    return name, code


class CodesKind(Kind[Codes]):
    """A list of lines, each a name and a code."""

    values = "list"
    lines = ListOf(
        _code,
        'a list of codes, like ["forward-always = *72{number}", "forward-always-off = *73"]; the names are '
        + ", ".join(NAMES),
    )

    def read(self, table: Table, name: str, default: Codes) -> Codes:
        found = dict(self.lines.read(table, name, ()))
        for one in found:
            if f"{one}-off" in NAMES and f"{one}-off" not in found:
                raise table.error(name, f"has {one} and no {one}-off", "name the code that ends it, too")
        return tuple(found.items()) if table.has(name) else default
