"""The contexts of the dialplan by which calls are controlled; docs/asterisk.md has them to copy.

A phone has one channel, whatever its calls do: while a call is on hold the other party waits in `HOLD`, and
the phone waits in `WAIT` or calls somebody else in `CALL`.
"""

from __future__ import annotations

from offhook.switch.asterisk.session import Fields

HOLD = "offhook-hold"
"""The other party of a call on hold; the extension is the call's id."""
WAIT = "offhook-wait"
"""The phone, as long as all of its calls are on hold."""
JOIN = "offhook-join"
"""The phone comes back to a call; the extension is the name of the other party's channel."""
CALL = "offhook-call"
"""The phone calls somebody else."""
SEND = "offhook-send"
"""The other party of a call goes on to another number, without the phone."""
CONFERENCE = "offhook-conference"
"""Several parties; the extension names the conference."""
PICKUP = "offhook-pickup"
"""The phone takes a call that rings; the extension is the name of the channel that rings."""
SET = "offhook-set"
"""Sets or deletes a key of Asterisk's database, with the account's least rights."""

CONTEXTS = (HOLD, WAIT, JOIN, CALL, SEND, CONFERENCE, PICKUP, SET)

WAITING = "wait"
"""The extension of `WAIT`."""

Place = tuple[str, str]
"""A context and an extension of it."""


def redirect(channel: str, place: Place, extra: str = "", extra_place: Place = ("", "")) -> Fields:
    """The headers of a Redirect, of two channels at once if there is an `extra` one."""
    fields = [("Channel", channel), ("Context", place[0]), ("Exten", place[1]), ("Priority", "1")]
    if extra:
        fields += [("ExtraChannel", extra), ("ExtraContext", extra_place[0])]
        fields += [("ExtraExten", extra_place[1]), ("ExtraPriority", "1")]
    return fields
