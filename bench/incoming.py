"""An incoming call: from the caller's INVITE to its first event at a program, and from Answer to the 200.

The programs are an SSCP client and a TSP session of version 3. What the phone here takes, between what it is
sent and what it answers, is not in the figures; nor is what the baseline's takes.

All of them are in this process, which has to be woken, and reads one after the other. So rows of their own,
of the baseline as well, say when each had arrived at its socket (`arrival.py`): none of that is in them.

What p99 is compared with: the relay is a process as the product is, and both are woken as often on the way
that is measured, as is this process. But the relay has no threads, writes nothing to the disk, and keeps
nothing: all that the product does besides is in the ratio. A sample of it takes a third of the time of a
call, so that what the machine does now and then falls on it less often.

What it writes it writes while it has nothing else to do (`offhook.common.quiet`): here mostly in the two
milliseconds before a sample. Where calls come so closely that it never rests, they wait for it longer.

In turn is the fairer one of the two for p99: what the machine does for a second or a minute falls on the
baseline as well. In blocks it falls on many samples of one row, or on none. All rows have a block in each
round, so only what is over in a few seconds does; but a block of the baseline is over in a third of the time
of one of calls. Where the halves of the run differ, it is mostly that; the first half minute also lacks what
ends later: from then on as many transactions of calls (RFC 3261 and 6026, timers J, L and M) end as begin. If
both the sources and the wheel are measured, this goes on in the one while the other is: for all rows alike.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.arrival import StampedSocket, stamped
from bench.caller import Caller
from bench.compiled import COMPILED, NONE, compiled
from bench.phone import LIMIT_S, SDP, Message, Phone
from bench.report import Table
from bench.sampling import REST_S, Samples, Way, compared, sampled
from bench.world import CONFIG, Tsp, ports, process, relay, session
from offhook.call import Call
from offhook.sscp.client import Credentials, SscpClient

AT_SSCP, AT_TSP = "INVITE to event, SSCP client", "INVITE to event, TSP session"
TOLD, ANEW = "Answer to 200, the phone is told to", "Answer to 200, the phone is called anew"
BASELINE = "bare relay, there and back, twice"
"""The product is woken twice: by the INVITE and the phone's 180, or by Answer and the phone's 200."""

THRICE = "bare relay, there and back, three times"
"""And three times for a phone that is called anew: it answers the CANCEL of what rings first."""

ARRIVED = ", to its socket"
"""Ends the names of rows by the time at which something arrived here, and not at which it was read."""

COUNT = 1000
"""Of each by either method: p99 is the tenth worst, not the fourth of 400. It takes some three minutes."""

RATIO = 3
"""The aim: so many times the bare relay's time at most."""

TALK = "Allow-Events: talk"

CALLERS = tuple(str(4001 + number) for number in range(8))
"""They take turns: one phone may make 200 calls at once, and then 20 a second."""

MORE_TERMINALS = "".join(
    f'[[terminal]]\nid = "{one}"\nname = "Lee Min-ho"\npassword = "bench"\n' for one in CALLERS[1:]
)
"""4001 is one of every site."""


class Site(NamedTuple):
    """Everything that runs: those who call, the phone that rings, and who hears of it."""

    callers: list[Caller]
    phone: Phone
    tsp: Tsp
    told: asyncio.Queue[tuple[float, float]]
    """When the SSCP client had each call that rings, and when that had arrived."""
    numbers: Iterator[int]


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time: it rings, is answered, and the caller hangs up."""
    with compiled() as environment:
        samples = asyncio.run(_measure(30 if quick else COUNT, environment))
    return compared(
        "A call comes in, and is answered by a program",
        samples,
        BASELINE,
        {name + suffix: RATIO for suffix in ("", COMPILED) for name in (AT_SSCP, AT_TSP, TOLD, ANEW)},
        baselines={
            name + where + suffix: (THRICE if name == ANEW else BASELINE) + where
            for name in (AT_SSCP, AT_TSP, TOLD, ANEW)
            for where in ("", ARRIVED)
            for suffix in ("", COMPILED)
        },
        percents=(50, 99),
        notes=() if environment is not None else (NONE,),
    )


@asynccontextmanager
async def site(environment: dict[str, str] | None = None) -> AsyncIterator[Site]:
    """The whole chain in one other process; phones, SSCP client and TSP session in this one."""
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        state, config = Path(folder) / "state", Path(folder) / "offhook.toml"
        config.write_text(CONFIG.format(state=state) + MORE_TERMINALS)
        async with process("-m", "bench.product", str(config), environment=environment) as product:
            tsp_port, sip_port = await ports(product)
            assert product.stdout is not None
            sscp_port = int(await product.stdout.readline())
            server = ("127.0.0.1", sip_port)
            callers = [Caller(server, one, "bench") for one in CALLERS]
            phone = Phone(server, "4000", "bench")
            told: asyncio.Queue[tuple[float, float]] = asyncio.Queue()
            sockets: list[StampedSocket] = []

            def on_call(call: Call) -> None:
                if call.rings_here and call.revision == 0:
                    told.put_nowait((perf_counter(), sockets[0].arrived))

            url = f"ws://127.0.0.1:{sscp_port}"
            client = SscpClient(url, Credentials(token_file=state / "local.token"), on_call=on_call)
            await client.start()
            try:
                await client.connected_once(LIMIT_S)
                assert client._channel is not None
                sockets.append(stamped(client._channel._connection.transport))
                await client.watch("4000")
                for caller in callers:
                    await caller.start()
                await phone.start()
                async with session(tsp_port) as tsp:
                    tsp.write("Action%Login%4000%%3")
                    await tsp.until("Notify%Ready")
                    yield Site(callers, phone, tsp, told, count(1))
            finally:
                for caller in callers:
                    caller.stop()
                phone.stop()
                await client.stop()


async def _measure(count: int, environment: dict[str, str] | None) -> Samples:
    async with AsyncExitStack() as stack:
        sites = {"": await stack.enter_async_context(site())}
        if environment is not None:
            sites[COMPILED] = await stack.enter_async_context(site(environment))
        twice, thrice = await stack.enter_async_context(relayed((BASELINE, 2), (THRICE, 3)))
        ways = [
            partial(_call, running, suffix, anew=anew)
            for suffix, running in sites.items()
            for anew in (False, True)
        ]
        # Neither comes right behind the other in turn: the relay would be warm, and nothing else is.
        return await sampled([ways[0], twice, *ways[1:], thrice], count)


async def _call(running: Site, suffix: str, *, anew: bool) -> dict[str, float]:
    """A call that comes in, and is answered: to the event at the SSCP client and at the TSP session, and from
    the answer to the caller's 200."""
    number = next(running.numbers)
    caller = running.callers[number % len(running.callers)]
    await asyncio.sleep(REST_S)
    ringing = asyncio.create_task(caller.rings("4000"))
    invite = await invited(running.phone)
    rang = running.phone.answer(invite, "180 Ringing", more="" if anew else TALK)
    message, at_tsp = await running.tsp.message("Notify%Call%", "RingBackState")
    in_tsp = running.tsp.arrived
    (at_sscp, in_sscp), sent = await running.told.get(), await ringing
    await asyncio.sleep(REST_S)
    answered = await _answer(running, caller, message, number, anew=anew)
    await caller.hang_up()
    await running.tsp.message("Notify%Call%", "OnHookState")
    held, reacted = rang - invite.arrived, rang - invite.at
    name = ANEW if anew else TOLD
    return {
        AT_SSCP + suffix: (at_sscp - sent - reacted) * 1000,
        AT_SSCP + ARRIVED + suffix: (in_sscp - sent - held) * 1000,
        AT_TSP + suffix: (at_tsp - sent - reacted) * 1000,
        AT_TSP + ARRIVED + suffix: (in_tsp - sent - held) * 1000,
        name + suffix: answered.read,
        name + ARRIVED + suffix: answered.arrived,
    }


class Took(NamedTuple):
    """Milliseconds, to where the last message was read and to its arrival."""

    read: float
    arrived: float


async def _answer(running: Site, caller: Caller, told: str, number: int, *, anew: bool) -> Took:
    """Answer the call that was told; from the Request to the caller's 200."""
    call = re.search(r"%call=([^%]+)", told)
    assert call is not None
    reacted, held = running.phone.reacted, running.phone.held
    pressed = running.tsp.write(f"Request%{number}%answer%call={call[1]}")
    if anew:
        invite = await invited(running.phone)
        picked_up = running.phone.answer(invite, "200 OK", SDP)
        reacted, held = reacted - (picked_up - invite.at), held - (picked_up - invite.arrived)
    read = await caller.answered()
    arrived = caller.ringing.arrived
    reacted, held = running.phone.reacted - reacted, running.phone.held - held
    await running.tsp.until(f"Result%{number}%Success")
    return Took(1000 * (read - pressed - reacted), 1000 * (arrived - pressed - held))


async def invited(phone: Phone) -> Message:
    """The next INVITE of the phone."""
    async with asyncio.timeout(LIMIT_S):
        return await phone.invites.get()


@asynccontextmanager
async def relayed(*wanted: tuple[str, int]) -> AsyncIterator[list[Way]]:
    """Baselines: the name of each, and how many times it goes there and back."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    async with relay(transport.get_extra_info("sockname")) as (tcp, udp):

        async def there_and_back(name: str, times: int) -> dict[str, float]:
            await asyncio.sleep(REST_S)
            read = arrived = 0.0
            for _ in range(times):
                sent = perf_counter()
                transport.sendto(b"Notify\r\n\r\n", udp)
                read += await tcp.until("Notify") - sent
                arrived += tcp.arrived - sent
            return {name: read * 1000, name + ARRIVED: arrived * 1000}

        yield [partial(there_and_back, *one) for one in wanted]
    transport.close()
