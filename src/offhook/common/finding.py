"""What was found when something was looked at: by a driver, by `offhook check`, by the window's tests."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. As text it is one line, without `what`."""

    what: str
    """What was looked at, like `phone 4000`."""

    text: str
    """What was found."""

    fix: str = ""
    """What to do; empty when nothing is to be done."""

    level: Level = Level.OK

    def __str__(self) -> str:
        return ". ".join(filter(None, (self.text, self.fix)))
