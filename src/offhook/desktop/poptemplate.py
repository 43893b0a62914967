"""Fills the templates of `[[pop]]`. What a caller says of itself becomes one value, never more than that.

Sources: RFC 3986 §2.1 (percent-encoding).
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from offhook.call import Call, Party
from offhook.call.occurrences import Occurrence, other_party

MAX_VALUE = 128
"""Characters of a value: names and numbers are far shorter."""

_PLACE = re.compile(r"\{([a-z0-9]+)\}")


def values(call: Call, occurrence: Occurrence, name: str, writings: tuple[str, str]) -> dict[str, str]:
    """What the places of a template stand for. A writing that there is not is the number as it came."""
    party: Party = other_party(call)
    e164, national = writings
    found = {
        "number": party.id,
        "e164": e164 or party.id,
        "national": national or party.id,
        "name": name,
        "call": call.id,
        "terminal": call.terminal,
        "direction": call.direction.value,
        "event": occurrence.value,
    }
    return {place: _plain(value) for place, value in found.items()}


def filled_url(template: str, found: Mapping[str, str]) -> str:
    """The address; in it a value is percent-encoded, so it cannot end its place."""
    return _PLACE.sub(lambda place: quote(found[place[1]], safe=""), template)


def filled_arguments(templates: Sequence[str], found: Mapping[str, str]) -> list[str]:
    """The program and its arguments. A value at the beginning of one does not make an option of it."""
    program, *arguments = templates
    return [program, *(_filled(one, found) for one in arguments)]


def _filled(template: str, found: Mapping[str, str]) -> str:
    text = _PLACE.sub(lambda place: found[place[1]], template)
    return text.lstrip("-/@ ") if template.startswith("{") else text


def _plain(value: str) -> str:
    """In one line, and without quotes, by which some programs take an argument apart themselves."""
    return "".join(one for one in value if one.isprintable() and one not in "\"'`\\")[:MAX_VALUE]
