"""The one call model that every part speaks. Imports nothing of ours but `offhook.errors`."""

from importlib import import_module
from typing import TYPE_CHECKING

from offhook.call.board import CallBoard
from offhook.call.enums import CallState, Cause, Direction, ForwardWhen, Privacy, Reason
from offhook.call.features import CAN_DIAL, CAN_DROP, MAX_CONFERENCE, NOTHING, Feature, Features
from offhook.call.machine import TRANSITIONS, advance, can_go, changed, live, new_call, newer, with_members
from offhook.call.model import (
    DOES_NOT_ANSWER,
    FORWARD_WHENS,
    Call,
    Forwarding,
    Party,
    Terminal,
    new_call_id,
)
from offhook.call.nodes import NodeState
from offhook.call.trunks import TrunkServer, TrunkState

if TYPE_CHECKING:
    from offhook.call.commands import (
        BEGIN_A_CALL,
        Answer,
        CallCommand,
        ClearMissed,
        Command,
        Complete,
        Conference,
        Consult,
        Dial,
        DoNotDisturb,
        Drop,
        Dtmf,
        Forward,
        Hold,
        Park,
        Pickup,
        Redirect,
        Reject,
        Result,
        Retrieve,
        Swap,
        TerminalCommand,
        Transfer,
        Unpark,
        Withdraw,
    )
else:

    def __getattr__(name: str) -> object:
        """The commands, which are two dozen classes: made when one is asked for, and `offhook dial`, which
        speaks by an older protocol, starts without."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module("offhook.call.commands"), name)


__all__ = [
    "BEGIN_A_CALL",
    "CAN_DIAL",
    "CAN_DROP",
    "DOES_NOT_ANSWER",
    "FORWARD_WHENS",
    "MAX_CONFERENCE",
    "NOTHING",
    "TRANSITIONS",
    "Answer",
    "Call",
    "CallBoard",
    "CallCommand",
    "CallState",
    "Cause",
    "ClearMissed",
    "Command",
    "Complete",
    "Conference",
    "Consult",
    "Dial",
    "Direction",
    "DoNotDisturb",
    "Drop",
    "Dtmf",
    "Feature",
    "Features",
    "Forward",
    "ForwardWhen",
    "Forwarding",
    "Hold",
    "NodeState",
    "Park",
    "Party",
    "Pickup",
    "Privacy",
    "Reason",
    "Redirect",
    "Reject",
    "Result",
    "Retrieve",
    "Swap",
    "Terminal",
    "TerminalCommand",
    "Transfer",
    "TrunkServer",
    "TrunkState",
    "Unpark",
    "Withdraw",
    "advance",
    "can_go",
    "changed",
    "live",
    "new_call",
    "new_call_id",
    "newer",
    "with_members",
]
