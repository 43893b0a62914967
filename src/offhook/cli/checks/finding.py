"""What one look of `offhook check` came to."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad it is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fix` says what to do, "" when nothing is to be done."""

    level: Level
    what: str
    text: str
    fix: str = ""
