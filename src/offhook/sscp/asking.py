"""What a client asks for in more than one request, and how long it waits for what takes its time."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from offhook.call import CallCommand, Command, Dtmf, Terminal, TerminalCommand
from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneState
from offhook.errors import CallError, Refusal
from offhook.sscp.channel import PHONE_LIMIT_S, RequestChannel
from offhook.sscp.messages import PAGE, PAGING, PHONE_CHANGES, Phone, Phones, Reply, Terminals
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


async def all_phones(channel: RequestChannel, *, watch: bool) -> PhoneList:
    """The phones that fetch their configuration, page by page; `watch`: and be told of changes from now on,
    where the server can. Raises `CallError`."""
    watched = watch and PHONE_CHANGES in channel.features
    found: dict[str, PhoneState] = {}
    unreadable: Sequence[str] = ()
    after = ""
    while True:
        reply = await channel.ask(partial(Phones, after=after, limit=PAGE, watch=watched and not after))
        page, known = reply.phones or (), len(found)
        unreadable = unreadable or reply.unreadable or ()
        found.update((one.mac, one) for one in page)
        if len(page) < PAGE:
            return PhoneList(tuple(found.values()), tuple(unreadable), watched)
        if len(found) == known or len(found) > MAX_TERMINALS:
            raise CallError(
                Refusal.FAILURE, "the Call Manager's list of phones has no end; restart or update it"
            )
        after = page[-1].mac


async def order_phone(channel: RequestChannel, order: PhoneOrder) -> PhoneDone:
    """Have it done; a phone takes its time to answer. Raises `CallError`."""
    reply = await channel.ask(
        lambda number: Phone(number, order.action, order.mac, order.model, order.terminal, order.seconds),
        PHONE_LIMIT_S,
    )
    if not reply.phones:
        raise CallError(Refusal.FAILURE, "the Call Manager's reply lacks the phone; update it")
    return PhoneDone(reply.phones[0], reply.address or "")


def knowing(channel: RequestChannel, feature: str, what: str) -> RequestChannel:
    """The channel, if the server has this feature. Raises `CallError`."""
    if feature not in channel.features:
        raise CallError(Refusal.NOT_SUPPORTED, f"the Call Manager is too old to tell of {what}; update it")
    return channel


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
