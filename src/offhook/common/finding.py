"""A result of a check: by a driver, by `offhook check`, or by the tests in the window's settings."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """The result for one thing that was checked. As text it is one line, without `what`."""

    what: str
    """What was checked, like `phone 4000`."""

    text: str
    """The result."""

    fix: str = ""
    """What to do; empty if nothing."""

    level: Level = Level.OK

    def __str__(self) -> str:
        return ". ".join(filter(None, (self.text, self.fix)))
