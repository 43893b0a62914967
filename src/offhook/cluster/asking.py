"""Commands for another node, which acts for the terminal: asked for, waited for, and taken back."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Coroutine
from typing import Any

from offhook.call import Command, Result
from offhook.cluster.entries import UNREADABLE
from offhook.cluster.messages import Forget, encode, subject
from offhook.cluster.node import Node
from offhook.cluster.ownership import Owner
from offhook.cluster.part import ASK_S, CUT_OFF, Part
from offhook.cluster.serving import ask_of, moved
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.sscp.messages import Reply, decode_server_message, result_of

AGAIN_S = 3.0
"""When it is worth trying again: by then the lease of an owner that is gone is over."""


class Asking:
    """See above."""

    def __init__(self, node: Node, site: str) -> None:
        self._node, self._site = node, site

    async def perform(self, part: Part, terminal: str, command: Command[Result]) -> Result:
        """Have the node carry it out that acts for the part. Raises `CallError`."""
        owner, bus = part.owner, self._node.bus
        if bus is None:
            raise CallError(Refusal.UNAVAILABLE, f"{CUT_OFF}; try again in a moment", retry_s=AGAIN_S)
        if owner is None or owner.node == self._node.name:
            raise moved(terminal)
        ask = secrets.token_hex(8)
        data = encode(ask_of(ask, terminal, owner.epoch, command))
        try:
            answered = await _answer_of(
                part, owner, bus.request(subject(self._site, "command", owner.node), data, ASK_S)
            )
        except TimeoutError:
            with contextlib.suppress(UnavailableError):
                await bus.send(subject(self._site, "forget", owner.node), encode(Forget(ask)))
            raise CallError(
                Refusal.UNAVAILABLE,
                f"node {owner.node}, which has phone {terminal}, does not answer",
                retry_s=AGAIN_S,
            ) from None
        except UnavailableError as error:
            raise CallError(
                Refusal.UNAVAILABLE,
                f"node {owner.node}, which has phone {terminal}, is away: {error.what}",
                retry_s=AGAIN_S,
            ) from error
        try:
            reply = decode_server_message(answered)
        except UNREADABLE as error:
            raise CallError(Refusal.FAILURE, f"node {owner.node} answers what nobody can read") from error
        if not isinstance(reply, Reply):
            raise CallError(Refusal.FAILURE, f"node {owner.node} answers something else")
        if reply.error is not None:
            raise CallError(reply.error.code, reply.error.message, retry_s=reply.error.retry_s)
        return result_of(command, reply)


async def _answer_of(part: Part, owner: Owner, request: Coroutine[Any, Any, bytes]) -> bytes:
    """The answer of a node, for which nobody waits any longer than it is the owner."""
    asking = asyncio.create_task(request)
    try:
        while part.owner == owner:
            moving = asyncio.create_task(part.moved.wait())
            await asyncio.wait({asking, moving}, return_when=asyncio.FIRST_COMPLETED)
            moving.cancel()
            if asking.done():
                return asking.result()
    finally:
        asking.cancel()
    raise CallError(
        Refusal.UNAVAILABLE,
        f"node {owner.node} was lost while it did that; see whether it was done, or try again",
        retry_s=1.0,
    )
