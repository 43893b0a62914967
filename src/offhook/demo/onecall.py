"""One call of a demonstration: dialled over a real TSP session, shown state by state, and dropped."""

import asyncio
import time
from collections.abc import Mapping

from offhook.call import CallState, Party
from offhook.demo.phone import Phone
from offhook.errors import OffhookError
from offhook.tsp.client import TspClient
from offhook.tsp.messages import CallStateNotify

TALK_S = 2.0


class DemoError(OffhookError):
    """The demonstration failed."""


async def one_call(
    port: int, address: str, explained: Mapping[CallState, str], caller: Phone, callee: Phone
) -> None:
    """Dial the address, and drop the call once it has been up for `TALK_S`. Raises `DemoError`."""
    client = await TspClient.connect("127.0.0.1", port)
    try:
        print(f"> Action%Dial%{address}")
        begun = time.monotonic()
        await client.dial(address)
        print("< Response%Success")
        states: list[CallState] = []
        async for notify in client:
            elapsed = time.monotonic() - begun
            state = notify.state
            if not isinstance(notify, CallStateNotify):
                print(f"{elapsed:8.3f} s    (name: {notify.callee.name or 'not known'})")
                continue
            states.append(state)
            parties = f"{_who(notify.caller)} -> {_who(notify.callee)}"
            print(f"{elapsed:8.3f} s  {state.value:<15} {parties:<32} {explained[state]}")
            if state is CallState.CONNECTED:
                await asyncio.sleep(TALK_S)
                _check_media(caller, callee)
                print(f"> Action%Drop%{address}")
                await client.drop(address)
                print("< Response%Success")
            if state is CallState.ON_HOOK:
                break
        _check_states(states)
        print(f"\nStates: {' > '.join(state.value for state in states)}")
        print(f"Joined for {TALK_S:.0f} s: {_where(caller)} <-> {_where(callee)}, past the switch.")
    finally:
        await client.close()


def _check_states(states: list[CallState]) -> None:
    missing = [state.value for state in CallState if state not in states]
    if missing:
        raise DemoError(f"the call never came to {', '.join(missing)}; run with `offhook up` and see its log")


def _check_media(caller: Phone, callee: Phone) -> None:
    """Each phone must have got the audio address of the other."""
    if not caller.calls or not callee.calls:
        raise DemoError("a phone has no call though the call counts as connected")
    told = (caller.calls[-1].remote_media, callee.calls[-1].remote_media)
    if told != (callee.media, caller.media):
        raise DemoError(f"the phones were told to send their audio to {told}, where nobody listens")


def _where(phone: Phone) -> str:
    return f"{phone.media[0]}:{phone.media[1]}"


def _who(party: Party) -> str:
    return f"{party.name} ({party.id})" if party.name else party.id
