"""What is written to a client that knows only the first SSCP 1: it breaks on causes and codes that it lacks.

A client says at its login what it `knows`; one that says nothing is such a client.
"""

from typing import cast

from msgspec.structs import replace

from offhook.call import Call, with_members
from offhook.call.older import OLDER_CAUSES
from offhook.call.refusals import older
from offhook.sscp.messages import Reply
from offhook.sscp.rows import Row, first_terminal, terminals_of


def older_call(call: Call) -> Call:
    """The call, with the nearest cause that such a client knows."""
    cause = None if call.cause is None else OLDER_CAUSES.get(call.cause)
    return call if cause is None else with_members(call, cause=cause)


def older_reply(reply: Reply) -> Reply:
    """The reply, with causes, codes and terminals as such a client knows them."""
    if reply.error is not None:
        return replace(reply, error=replace(reply.error, code=older(reply.error.code)))
    if reply.call is not None:
        reply = replace(reply, call=older_call(reply.call))
    if reply.calls is not None:
        reply = replace(reply, calls=[older_call(call) for call in reply.calls])
    if reply.snapshots is not None:
        snapshots = [replace(one, calls=[older_call(call) for call in one.calls]) for one in reply.snapshots]
        reply = replace(reply, snapshots=snapshots)
    if reply.refused is not None:
        reply = replace(reply, refused=[replace(one, code=older(one.code)) for one in reply.refused])
    if reply.terminals is not None:
        terminals = [first_terminal(one) for one in terminals_of(reply.terminals, reply.sets or ())]
        reply = replace(reply, terminals=cast("list[Row]", terminals), sets=None)
    return reply
