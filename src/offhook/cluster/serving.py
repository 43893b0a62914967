"""The owner's side of commands from other nodes: each is carried out once, and can be taken back."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from offhook.call import Call, Command, Drop
from offhook.cluster.entries import UNREADABLE
from offhook.cluster.messages import AskCommand
from offhook.errors import CallError, Refusal
from offhook.sscp.commands import Perform
from offhook.sscp.messages import answer, decode_request, encode, refusal

ASK_ID = 1
"""The id of a command in the message of SSCP; between nodes `AskCommand.ask` says which it is."""

MAX_SERVED = 500
"""Commands of other nodes at the same time: each waits for phones for at most eight seconds."""

MAX_REMEMBERED = 2000
"""Commands that are remembered in case that they are to be forgotten: those of about a minute."""

CarryOut = Callable[[str, Command[Any]], Awaitable[Any]]


class Serving:
    """`epoch` tells in which epoch this node owns a terminal, `carry_out` has its switch do something."""

    def __init__(self, epoch: Callable[[str], int | None], carry_out: CarryOut) -> None:
        self._epoch, self._carry_out = epoch, carry_out
        self._under_way = 0
        self._asks: OrderedDict[str, Call | None] = OrderedDict()
        """The call that each has begun, None as long as there is none."""
        self._forgotten: OrderedDict[str, None] = OrderedDict()

    async def serve(self, asked: AskCommand) -> bytes:
        """Carry out a command; returns the reply, as SSCP writes it."""
        try:
            request = decode_request(bytes(asked.command))
            if not isinstance(request, Perform):
                raise CallError(Refusal.BAD_REQUEST, "this is no command; update Offhook on all nodes alike")
            return encode(answer(request, await self._perform(asked, request.command)))
        except UNREADABLE as error:
            problem = CallError(Refusal.BAD_REQUEST, f"{error}; update Offhook on all nodes alike")
            return encode(refusal(ASK_ID, problem))
        except CallError as error:
            return encode(refusal(ASK_ID, error))

    async def _perform(self, asked: AskCommand, command: Command[Any]) -> Any:
        if self._epoch(asked.terminal) != asked.epoch:
            raise moved(asked.terminal)
        if asked.ask in self._forgotten or asked.ask in self._asks:
            raise CallError(Refusal.FAILURE, "nobody waits for this command any more")
        if self._under_way >= MAX_SERVED:
            raise CallError(Refusal.OVERLOADED, "too many commands are under way; try again in a moment")
        self._remember(self._asks, asked.ask, None)
        self._under_way += 1
        try:
            result = await self._carry_out(asked.terminal, command)
        finally:
            self._under_way -= 1
        if isinstance(result, Call):
            self._asks[asked.ask] = result
            if asked.ask in self._forgotten:
                await self._carry_out(asked.terminal, Drop(result.id))
                raise CallError(Refusal.FAILURE, "nobody waits for this command any more")
        return result

    async def forget(self, ask: str) -> None:
        """Nobody waits for the command: the call that it has begun, or will begin, is cleared."""
        self._remember(self._forgotten, ask, None)
        call = self._asks.get(ask)
        if call is not None:
            await self._carry_out(call.terminal, Drop(call.id))

    @staticmethod
    def _remember(where: OrderedDict[str, Any], ask: str, value: Any) -> None:
        where[ask] = value
        if len(where) > MAX_REMEMBERED:
            where.popitem(last=False)


def ask_of(ask: str, terminal: str, epoch: int, command: Command[Any]) -> AskCommand:
    """The message for a command."""
    return AskCommand(ask, terminal, epoch, msgspec.Raw(encode(Perform(ASK_ID, command))))


def moved(terminal: str) -> CallError:
    """The answer to a command for a terminal that has another owner, or none just now."""
    return CallError(
        Refusal.UNAVAILABLE,
        f"phone {terminal} is just going from one Call Manager to another; try again in a moment",
        retry_s=1.0,
    )
