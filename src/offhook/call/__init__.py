"""The one call model that every part speaks. Imports nothing of ours but `offhook.errors`."""

from offhook.call.board import CallBoard
from offhook.call.commands import CallCommand, Command, Dial, Drop, Result, Withdraw
from offhook.call.features import CAN_DIAL, CAN_DROP, NOTHING, Feature, Features
from offhook.call.machine import TRANSITIONS, advance, can_go, changed, live, newer
from offhook.call.model import Call, CallState, Cause, Direction, Party, Terminal, new_call_id

__all__ = [
    "CAN_DIAL",
    "CAN_DROP",
    "NOTHING",
    "TRANSITIONS",
    "Call",
    "CallBoard",
    "CallCommand",
    "CallState",
    "Cause",
    "Command",
    "Dial",
    "Direction",
    "Drop",
    "Feature",
    "Features",
    "Party",
    "Result",
    "Terminal",
    "Withdraw",
    "advance",
    "can_go",
    "changed",
    "live",
    "new_call_id",
    "newer",
]
