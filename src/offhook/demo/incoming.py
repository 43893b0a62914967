"""The demonstration's second call: it comes in, and a program answers it, holds it and hands it on."""

import asyncio
import time
from collections.abc import Callable

from offhook.call import Answer, Call, CallState, Command, Complete, Consult
from offhook.demo.behaviour import Behaviour
from offhook.demo.phone import Phone
from offhook.errors import OffhookError
from offhook.tsp.client3 import CallControlClient
from offhook.tsp.messages3 import CallNotify

TALK_S = 0.5
JOINED_S = 5.0
"""So long the phones may take to hear where the audio goes from now on."""


class IncomingError(OffhookError):
    """It did not go as it should."""


async def incoming_call(port: int, own: Phone, caller: Phone, third: Phone) -> None:
    """`caller` dials by hand; the program at `own` asks `third`, and connects the two."""
    own.behaviour = Behaviour(answer_after=None)  # it rings until a program answers
    session = await CallControlClient.connect("127.0.0.1", port)
    async with session:
        program = _Program(session)
        print(
            f"\n{caller.user} dials {own.user} by hand; a program answers, asks {third.user}, "
            "and connects the two:"
        )
        calling = asyncio.create_task(caller.call(own.user))
        call = await program.hears(lambda one: one.rings_here)
        await program.asks(Answer(call.id), f"answer {call.caller.name}'s call")
        await program.hears(lambda one: one.state is CallState.CONNECTED)
        await calling
        await asyncio.sleep(TALK_S)
        question = await program.asks(Consult(call.id, address=third.user), f"hold it, and call {third.user}")
        await program.hears(lambda one: one.id == question and one.state is CallState.CONNECTED)
        await asyncio.sleep(TALK_S)
        await program.asks(Complete(call.id), "connect the two others, and leave")
        await program.hears(lambda one: one.id == question and one.state is CallState.ON_HOOK)
        await _joined(own, caller, third)
        where = " <-> ".join(f"{host}:{port}" for host, port in (caller.media, third.media))
        print(f"Joined: {where}; {own.user} is free again.")
        caller.calls[0].hang_up()


class _Program:
    """What a program at the line sees and asks, printed."""

    def __init__(self, session: CallControlClient) -> None:
        self._session, self._begun, self._shown = session, time.monotonic(), ""

    async def hears(self, wanted: Callable[[Call], bool]) -> Call:
        """Read on to the call that is as wanted."""
        async for news in self._session:
            if isinstance(news, CallNotify):
                self._show(news.call)
                if wanted(news.call):
                    return news.call
        raise IncomingError("the TSP session ended in the middle of a call")

    async def asks(self, command: Command[object], words: str) -> str:
        """Have it carried out; the call that it begins."""
        print(f"> {words}")
        return (await self._session.perform(command)).call

    def _show(self, call: Call) -> None:
        who = call.caller if call.direction.value == "inbound" else call.callee
        held = "on hold" if call.held else ""
        cause = call.cause.value if call.cause is not None else ""
        elapsed = time.monotonic() - self._begun
        told = f"{call.state.value:<15} {call.direction.value:<9} {who.name or who.id:<14} {held or cause}"
        if told != self._shown:
            print(f"{elapsed:8.3f} s  {told}".rstrip())
        self._shown = told


async def _joined(own: Phone, caller: Phone, third: Phone) -> None:
    """Wait until the two that stay have got each other's audio address, and the third phone is on hook."""
    told: list[object] = []
    try:
        async with asyncio.timeout(JOINED_S):
            while told != [third.media, caller.media] or own.calls:
                await asyncio.sleep(0.01)
                told = [call.remote_media for phone in (caller, third) for call in phone.calls]
    except TimeoutError:
        raise IncomingError(
            f"the phones send their audio to {told}, and {own.user} has {own.calls}"
        ) from None
