"""`offhook demo --trunk`: a call to the world outside by a provider's account, and one from there.

The provider is played by a second switch on this machine: the account, and Eva in Munich, are phones of it.
All numbers are of those that the Bundesnetzagentur keeps free for films.
"""

import asyncio
import secrets
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from offhook.assembly.run import System, running
from offhook.call import CallState
from offhook.config import load
from offhook.demo.onecall import DemoError, one_call
from offhook.demo.people import KIM, DemoPerson, terminals
from offhook.demo.phone import Behaviour, Phone
from offhook.tsp.client3 import CallControlClient
from offhook.tsp.messages3 import CallNotify

RING_S = 1.0
TALK_S = 1.0
LOOK_S = 0.02
"""How often it is looked whether something has come to pass."""

EVA, ACCOUNT = "498999998001", "493023125000"
AT_THE_PROVIDER = (DemoPerson(ACCOUNT, "the site's account"), DemoPerson(EVA, "Eva"))
DIALLED = "089 / 99998-001"

PROVIDER = """\
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[log]
level = "warning"
"""

SITE = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[address]
country = "DE"
area = "30"
extension_lengths = [4]
[[trunk]]
name = "provider"
server = "{host}:{port}"
user = "493023125000"
password = "{password}"
number_format = "digits"
from_account = true
numbers = ["+493023125000-+493023125099"]
[[incoming]]
ring = ["4000"]
[log]
level = "warning"
"""

EXPLAINED = {
    CallState.OFF_HOOK: "Kim's phone is taken off hook",
    CallState.PROCEED: "it is up; the trunk takes the call to the provider",
    CallState.RING_BACK: "Eva's phone rings in Munich",
    CallState.CONNECTED: "answered; the two phones are joined",
    CallState.ON_HOOK: "over",
}


async def calls_outside() -> None:
    """Call Eva, and be called by her. Raises `DemoError`."""
    begun = time.monotonic()
    password = secrets.token_urlsafe(12)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-demo-")))
        (folder / "provider.toml").write_text(
            PROVIDER.format(state=folder / "provider") + terminals(AT_THE_PROVIDER, password)
        )
        provider = await stack.enter_async_context(running(load(folder / "provider.toml"), only="manager"))
        assert provider.sip_address is not None
        host, port = provider.sip_address
        (folder / "site.toml").write_text(
            SITE.format(state=folder / "site", password=password, host=host, port=port)
            + terminals([KIM], password)
        )
        site = await stack.enter_async_context(running(load(folder / "site.toml")))
        assert site.sip_address is not None
        assert site.tsp_port is not None
        print("Offhook with a trunk, end to end on this machine:")
        print(f"  provider          SIP on {host}:{port}, played by a second switch")
        print(f"  site              SIP on {site.sip_address[0]}:{site.sip_address[1]}")
        kim = await stack.enter_async_context(Phone(site.sip_address, KIM.phone, password))
        lifted = Behaviour(answer_after=RING_S, auto_answer=False)
        eva = await stack.enter_async_context(Phone(provider.sip_address, EVA, password, behaviour=lifted))
        await _registered(site)
        print(f"  trunk             registered as {ACCOUNT}, with 100 numbers")
        print(f"  phones            {KIM.phone} ({KIM.name}, here) and +{EVA} (Eva, outside)\n")
        await one_call(site.tsp_port, DIALLED, EXPLAINED, kim, eva)
        assert eva.last_invite is not None
        print(f"Eva's phone showed +{eva.last_invite.from_.uri.user}.")
        kim.behaviour = lifted
        await _called(site.tsp_port, kim, eva)
    print(f"\nEverything works; done in {time.monotonic() - begun:.1f} s.")


async def _registered(site: System) -> None:
    """Wait until the trunk is."""
    while not all(trunk.usable for trunk in site.trunks()):  # noqa: ASYNC110
        await asyncio.sleep(LOOK_S)


async def _called(port: int, kim: Phone, eva: Phone) -> None:
    """Eva calls the site's number; Kim's phone rings, and is lifted."""
    print(f"\nEva calls +{ACCOUNT}:")
    begun = time.monotonic()
    session = await CallControlClient.connect("127.0.0.1", port)
    async with session:
        calling = asyncio.create_task(eva.call(ACCOUNT))
        shown = ""
        async for news in session:
            if not isinstance(news, CallNotify):
                continue
            call = news.call
            told = f"{call.state.value:<15} {call.direction.value:<9} from {call.caller.id}"
            if told != shown:
                print(f"{time.monotonic() - begun:8.3f} s  {told}")
            shown = told
            if call.state is CallState.CONNECTED:
                await calling
                await _talk(kim, eva)
            if call.state is CallState.ON_HOOK:
                return
    raise DemoError("the TSP session ended in the middle of a call")


async def _talk(kim: Phone, eva: Phone) -> None:
    """They talk, then Eva hangs up."""
    await asyncio.sleep(TALK_S)
    if not eva.calls or eva.calls[0].remote_media != kim.media:
        raise DemoError("Eva's phone was not told where Kim's audio is")
    eva.calls[0].hang_up()
