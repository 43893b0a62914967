"""What the audit log has: who did what from where, and what came of it. No secrets."""

from dataclasses import dataclass
from enum import Enum

OK = "ok"


class Event(Enum):
    """What was done."""

    LOGIN = "login"
    LOGOUT = "logout"
    DIAL = "dial"
    DROP = "drop"
    LOST = "entries-lost"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done, and its result: "ok" or why not. `repeated` stands for so many more like this one.

    `time` is seconds since the epoch, `source` the peer's host ("" for this process itself).
    """

    time: float
    event: str
    door: str = ""
    user: str = ""
    source: str = ""
    result: str = ""
    terminal: str = ""
    number: str = ""
    call: str = ""
    repeated: int = 0
