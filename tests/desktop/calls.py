"""A call in every state that a card shows, with names as long as they come."""

from dataclasses import replace

from offhook.call import CallState, Cause, Feature, Party, Reason
from tests.desktop.stage import ON_HOLD, RINGING, TALKING, incoming, outgoing

UP = CallState.CONNECTED
LONG = Party("Maximiliane Wolkenstein-Trostburg von und zu Hohenzollern", "+49 30 1234567890123")

CALLS = {
    "incoming": incoming(features=RINGING),
    "forwarded": replace(incoming(caller=LONG), redirecting=LONG, reason=Reason.FORWARDED_NO_ANSWER),
    "dialled": outgoing(state=CallState.OFF_HOOK, callee=LONG),
    "connected": outgoing(state=UP, features=TALKING | {Feature.CONFERENCE}),
    "held": replace(outgoing(state=UP, features=ON_HOLD | {Feature.SWAP}, callee=LONG), held=True),
    "held by the other": replace(outgoing(state=UP, features=TALKING, callee=LONG), held_by_other=True),
    "consultation": replace(
        outgoing(state=UP, features=frozenset({Feature.COMPLETE, Feature.DROP, Feature.CONFERENCE})),
        consultation=True,
    ),
    "missed": replace(incoming(), state=CallState.ON_HOOK, ended=2.0, cause=Cause.CANCELLED),
    "failed": replace(outgoing(callee=LONG), state=CallState.ON_HOOK, ended=2.0, cause=Cause.UNREACHABLE),
}
