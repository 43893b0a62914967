"""`offhook demo`: two calls from end to end on one machine.

Smart Messenger, Call Manager, the embedded switch and three SIP phones on loopback. It dials over a real TSP
session, shows each state of the call and drops it; then a call comes in, and is handed on.
"""

import asyncio
import logging
import secrets
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from offhook.assembly.run import running
from offhook.call import CallState, Party
from offhook.config import load
from offhook.demo.incoming import incoming_call
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import OffhookError
from offhook.tsp.client import TspClient
from offhook.tsp.messages import CallStateNotify

LIMIT_S = 25.0
"""Limit for the whole demonstration; a part that hangs is reported."""

RING_S = 1.0
TALK_S = 2.0
CALLER, CALLEE, THIRD = "4000", "4001", "4002"

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "embedded"
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "{password}"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "{password}"
[[terminal]]
id = "4002"
name = "Park"
password = "{password}"
[address]
extension_lengths = [4]
[log]
level = "warning"
"""

EXPLAINED = {
    CallState.OFF_HOOK: "Kim's phone is taken off hook",
    CallState.PROCEED: "it is up; the switch calls 4001",
    CallState.RING_BACK: "Lee Min-ho's phone rings",
    CallState.CONNECTED: "answered; the two phones are joined",
    CallState.ON_HOOK: "over",
}


class DemoError(OffhookError):
    """The demonstration failed."""


def main() -> int:
    """Run it; 0 if the call went through all its states, else 1 with the reason on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        asyncio.run(asyncio.wait_for(_demo(), LIMIT_S))
    except TimeoutError:
        print(f"demo failed: not done after {LIMIT_S:.0f} s; run `offhook check`", file=sys.stderr)
    except (OffhookError, OSError) as error:
        print(f"demo failed: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    return 1


async def _demo() -> None:
    begun = time.monotonic()
    password = secrets.token_urlsafe(12)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-demo-")))
        file = folder / "offhook.toml"
        file.write_text(CONFIG.format(state=folder / "state", password=password), encoding="utf-8")
        system = await stack.enter_async_context(running(load(file)))
        assert system.sip_address is not None
        assert system.tsp_port is not None
        print("Offhook, end to end on this machine:")
        print(f"  Smart Messenger   TSP session on 127.0.0.1:{system.tsp_port}")
        print(f"  Call Manager      {system.sscp_url}")
        print(f"  embedded switch   SIP on {system.sip_address[0]}:{system.sip_address[1]}, UDP and TCP")
        caller = await stack.enter_async_context(Phone(system.sip_address, CALLER, password))
        ringing = Behaviour(answer_after=RING_S, auto_answer=False)
        callee = await stack.enter_async_context(
            Phone(system.sip_address, CALLEE, password, behaviour=ringing, protocol="tcp")
        )
        third = await stack.enter_async_context(Phone(system.sip_address, THIRD, password, behaviour=ringing))
        print(f"  phones            {CALLER}, {THIRD} (UDP) and {CALLEE} (TCP) are registered\n")
        await _one_call(system.tsp_port, caller, callee)
        await incoming_call(system.tsp_port, caller, callee, third)
    print(f"\nEverything works; done in {time.monotonic() - begun:.1f} s.")


async def _one_call(port: int, caller: Phone, callee: Phone) -> None:
    client = await TspClient.connect("127.0.0.1", port)
    try:
        print(f"> Action%Dial%{CALLEE}")
        begun = time.monotonic()
        await client.dial(CALLEE)
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
            print(f"{elapsed:8.3f} s  {state.value:<15} {parties:<32} {EXPLAINED[state]}")
            if state is CallState.CONNECTED:
                await asyncio.sleep(TALK_S)
                _check_media(caller, callee)
                print(f"> Action%Drop%{CALLEE}")
                await client.drop(CALLEE)
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
