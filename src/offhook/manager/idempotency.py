"""Carries out each dial of a user once, however often it is sent, and takes dials back.

A client marks a dial with a `dial_id`, its idempotency key. So it can send the dial again when it does not
know whether the first one arrived. What is said of dials holds for every command that begins a call.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from offhook.call import Call, Consult, Dial, Drop, Pickup, Unpark
from offhook.errors import CallError
from offhook.manager.calls import LiveCalls
from offhook.manager.dials import Dialled, Dials, what_for, withdrawn
from offhook.manager.principal import Principal

logger = logging.getLogger(__name__)

Begins = TypeVar("Begins", Dial, Consult, Pickup, Unpark)

TALKING_S = 60.0
"""The call of a withdrawn dial is not cleared if it has been connected for this long: people are talking."""


class IdempotentDials:
    """`drop` carries out the command that clears the call of a withdrawn dial; it raises `CallError`."""

    def __init__(
        self, dials: Dials, calls: LiveCalls, drop: Callable[[Principal, Drop], Awaitable[None]]
    ) -> None:
        self._dials, self._calls, self._drop = dials, calls, drop

    def has_begun(self, principal: Principal, dial_id: str) -> bool:
        """Has this user's dial with this id begun a call?"""
        dialled = self._dials.get(principal.name, dial_id)
        return dialled is not None and dialled.call is not None

    async def once(
        self, principal: Principal, command: Begins, carry_out: Callable[[Principal, Begins], Awaitable[Call]]
    ) -> Call:
        """Have `carry_out` begin the call, unless the same command has begun it before; returns that call.

        Raises `CallError`, also when the dial is withdrawn while it is carried out.
        """
        user, dial_id = principal.name, command.dial_id
        if not dial_id:
            return await carry_out(principal, command)
        before = self._dials.call_of(user, command)
        if before is not None:
            return self._calls.get(before.id) or before
        self._dials.put(user, dial_id, Dialled(*what_for(command), None))
        try:
            call = await carry_out(principal, command)
        except BaseException:
            self._dials.failed(user, dial_id)
            raise
        if self._dials.began(user, dial_id, call).withdrawn:
            await self._clear(principal, call)
            raise withdrawn()
        return call

    async def withdraw(self, principal: Principal, dial_id: str) -> Call | None:
        """Take back a dial of this user: its call is cleared, and returned if there is one to clear.

        A dial that has not arrived yet is remembered, and refused when it comes.
        """
        dialled = self._dials.get(principal.name, dial_id)
        if dialled is None:
            self._dials.put(principal.name, dial_id, Dialled("", "", None, withdrawn=True))
            return None
        dialled.withdrawn = True
        call = self._calls.get(dialled.call.id) if dialled.call is not None else None
        if call is None:
            return None
        if call.connected is not None and time.time() - call.connected > TALKING_S:
            logger.warning("call %s was withdrawn, but has long been answered; it goes on", call.id)
            return None
        return call if await self._clear(principal, call) else None

    async def _clear(self, principal: Principal, call: Call) -> bool:
        try:
            await self._drop(principal, Drop(call.id))
        except CallError as error:
            logger.warning("call %s was withdrawn and cannot be cleared: %s", call.id, error)
            return False
        logger.info("call %s was withdrawn by who dialled it; clearing it", call.id)
        return True
