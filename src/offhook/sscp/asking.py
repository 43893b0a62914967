"""What a client asks for in more than one request, and how long it waits for what takes its time."""

from functools import partial
from typing import Any

from offhook.call import CallCommand, Command, Dtmf, Terminal, TerminalCommand
from offhook.errors import CallError, Refusal
from offhook.sscp.channel import PHONE_LIMIT_S, RequestChannel
from offhook.sscp.messages import PAGE, PAGING, Reply, Terminals
from offhook.sscp.rows import terminals_of

MAX_TERMINALS = 100_000
"""Terminals of one list: ten times the largest site. A list that goes on beyond them has no end."""

TONE_S, PAUSE_S = 0.5, 2.0
"""What a tone takes at most besides its length, with the gap behind it; and a pause between tones."""


async def all_terminals(channel: RequestChannel, *, watched: bool) -> list[Terminal]:
    """The terminals that the user may use, or with `watched` watch, page by page. Raises `CallError`."""
    found: dict[str, Terminal] = {}
    if PAGING not in channel.features:
        return terminals_in(await channel.ask(Terminals))
    after: str | None = None
    while True:
        page = terminals_in(await channel.ask(partial(_page, after, watched)))
        known = len(found)
        found.update((one.id, one) for one in page)
        if len(page) < PAGE:
            return list(found.values())
        if len(found) == known or len(found) > MAX_TERMINALS:
            raise CallError(
                Refusal.FAILURE, "the Call Manager's list of terminals has no end; restart or update it"
            )
        after = page[-1].id


def terminals_in(reply: Reply) -> list[Terminal]:
    """The terminals of a reply."""
    return terminals_of(reply.terminals or (), reply.sets or ())


def takes_s(command: Command[Any]) -> float:
    """How much longer than other requests a command may take: phones are slow, and tones take their time."""
    if isinstance(command, Dtmf):
        pauses = command.digits.count(",")
        tones = (len(command.digits) - pauses) * (command.duration_ms / 1000 + TONE_S)
        return PHONE_LIMIT_S + pauses * PAUSE_S + tones
    return PHONE_LIMIT_S if isinstance(command, CallCommand | TerminalCommand) else 0.0


def _page(after: str | None, watched: bool, number: int) -> Terminals:
    return Terminals(number, after, PAGE, watched)
