"""The entries of the audit log: who did what, from where, with which result. They hold no secrets."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from offhook.call import DoNotDisturb, Forward, Pickup, TerminalCommand, Unpark

OK = "ok"


class Event(Enum):
    """The kind of action."""

    LOGIN = "login"
    LOGOUT = "logout"
    DIAL = "dial"
    DROP = "drop"
    ANSWER = "answer"
    REJECT = "reject"
    REDIRECT = "redirect"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    SWAP = "swap"
    TRANSFER = "transfer"
    CONSULT = "consult"
    COMPLETE = "complete"
    CONFERENCE = "conference"
    DTMF = "dtmf"
    PARK = "park"
    PICKUP = "pickup"
    UNPARK = "unpark"
    FORWARD = "forward"
    DO_NOT_DISTURB = "do-not-disturb"
    CLEAR_MISSED = "clear-missed"
    USER = "user"
    """A user was added, changed or removed from afar; `number` is whose name."""
    PHONE = "phone"
    """A phone's configuration was asked for; `number` is its MAC address."""
    PHONE_ADD = "phone-add"
    """This and the next: done about a phone that fetches its configuration; `number` is its MAC address."""
    PHONE_OPEN = "phone-open"
    PHONE_SHOW = "phone-show"
    """Its secret address was shown to the user, and it is let in by it."""
    PHONE_CLOSE = "phone-close"
    PHONE_REBOOT = "phone-reboot"
    PHONE_RESYNC = "phone-resync"
    PHONE_REMOVE = "phone-remove"
    OFFICE = "office"
    """A provider, a group or what rings was added, changed or removed from afar; `number` says which, and
    the names of the settings."""
    LOST = "entries-lost"


@dataclass(frozen=True, slots=True)
class Entry:
    """An action and its result: "ok", or why it was refused. `repeated`: it stands for that many more like
    it.

    `time` is seconds since the epoch, `source` the host of the peer ("" for this process itself). `number` is
    what was called, or where calls are sent; of a pickup or a parked call whence; tones are never written.
    `node` is the Call Manager where it was done, "" for one that has no name.
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
    node: str = ""


def object_of(command: TerminalCommand[Any]) -> str:
    """What the audit log has as the number of a command for a terminal."""
    match command:
        case Forward(forwardings=forwardings):
            return ", ".join(one.address for one in forwardings) or "off"
        case DoNotDisturb(on=on):
            return "on" if on else "off"
        case Pickup(target=target):
            return target
        case Unpark(slot=slot):
            return slot
        case _:
            return ""
