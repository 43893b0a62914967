"""What is shown of a terminal to who may watch it and not use it: its service and its live calls."""

from dataclasses import replace

from offhook.call import NOTHING, Call, Terminal
from offhook.manager.calls import NumberedCall, TerminalCalls


def watched_call(call: Call) -> Call:
    """The call, of which nothing can be done."""
    return replace(call, features=NOTHING)


def watched_terminal(terminal: Terminal) -> Terminal:
    """The terminal, of which nothing can be done.

    Where its calls go, how many were missed, and from which address somebody has tried to register, is its
    user's affair.
    """
    return replace(terminal, features=NOTHING, problem="", problem_at=None, forwardings=(), missed=0)


def watched_calls(found: TerminalCalls) -> TerminalCalls:
    """The same for a snapshot."""
    return replace(found, calls=tuple(map(watched_call, found.calls)))


def watched(event: NumberedCall | Terminal) -> NumberedCall | Terminal:
    """The same for an event."""
    if isinstance(event, Terminal):
        return watched_terminal(event)
    return replace(event, call=watched_call(event.call))
