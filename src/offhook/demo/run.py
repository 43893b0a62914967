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
from offhook.call import CallState
from offhook.config import load
from offhook.demo.incoming import incoming_call
from offhook.demo.onecall import one_call
from offhook.demo.outside import calls_outside
from offhook.demo.people import PEOPLE, terminals
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import OffhookError

LIMIT_S = 25.0
"""Limit for the whole demonstration; a part that hangs is reported."""

RING_S = 1.0
CALLER, CALLEE, THIRD = (one.phone for one in PEOPLE)

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


def main(*, trunk: bool = False) -> int:
    """Run it, or (`trunk`) the one with a provider; 0 if the calls went through all their states, else 1 with
    the reason on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        asyncio.run(asyncio.wait_for(calls_outside() if trunk else _demo(), LIMIT_S))
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
        text = CONFIG.format(state=folder / "state") + terminals(PEOPLE, password)
        file.write_text(text, encoding="utf-8")
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
        await one_call(system.tsp_port, CALLEE, EXPLAINED, caller, callee)
        await incoming_call(system.tsp_port, caller, callee, third)
    print(f"\nEverything works; done in {time.monotonic() - begun:.1f} s.")
