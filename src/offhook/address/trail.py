"""The record of how a text was read, step by step."""

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a step does; the value is its English text."""

    CUT = "a subaddress, a name or another line; left out"
    LOOKS = "signs that look alike, or cannot be seen, in their plain writing"
    LINK = "a link; its number is read"
    CONTEXT = "the link's phone-context goes before it"
    PARAMETERS = "parameters that do not change the number; left out"
    LABEL = "words in front; left out"
    INSIDE = "the word for an extension: it is dialled inside, never on an outside line"
    NOTE = "a note; left out"
    EXTENSION = "an extension, dialled by hand once somebody answers; left out"
    SECOND = "another number; left out"
    AFTER = "keyed after the answer; left out"
    MODIFIERS = "TAPI's dial modifiers; left out"
    VANITY = "letters as on the keypad"
    NUMBER = "the number"
    NAME = "a terminal, dialled by its name"
    CODE = "a feature code, dialled as it is"
    INTERNAL = "an extension of the site, dialled as it is"
    COUNTRY = "a number of the own country, as it is dialled there"
    AREA = "a local number, with the site's area"
    ABROAD = "a number of another country, with the international prefix"
    UNKNOWN = "no number that the country knows; dialled as it is"
    OUTSIDE = "with the prefix for an outside line"
    PREFIXED = "has the prefix for an outside line already"


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `part` is the text that it was about, or its result."""

    kind: Kind
    part: str


@dataclass(slots=True)
class Trail:
    """The steps so far."""

    steps: list[Step] = field(default_factory=list)

    def note(self, kind: Kind, part: str) -> None:
        """Record a step."""
        self.steps.append(Step(kind, part.strip()))
