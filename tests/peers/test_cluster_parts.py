"""Two telephone systems in one cluster, with real phones and NATS: the node of one is killed, and people talk
at both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from offhook.assembly.run import running
from offhook.call import Call, CallState, Direction, Drop, Hold, Pickup, Retrieve
from offhook.config import load
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal
from offhook.manager.principal import LOCAL
from tests.cluster.natsserver import NatsServer
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import TspPeer, session
from tests.peers.manager import Manager
from tests.peers.program import free_port
from tests.switch.certificate import make_certificate
from tests.switch.keys import Keys
from tests.waiting import until

pytestmark = pytest.mark.peer

CONFIG = """\
[cluster]
node = "{node}"
servers = ["{nats}"]
[[cluster.part]]
name = "seoul"
nodes = ["one"]
[cluster.part.switch.embedded]
listen = "127.0.0.1:{seoul}"
{tls_seoul}
[[cluster.part]]
name = "busan"
nodes = ["two"]
[cluster.part.switch.embedded]
listen = "127.0.0.1:{busan}"
{tls_busan}
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[address]
extension_lengths = [4]
[[group]]
name = "reception"
terminals = ["4000", "5001"]
"""

TLS = """\
tls_listen = "127.0.0.1:{port}"
tls_certificate = "{chain}"
tls_key = "{key}"
"""

PHONES = {"4000": "seoul", "4001": "seoul", "5000": "busan", "5001": "busan"}

PHONE = """\
[[terminal]]
id = "{id}"
password = "phone-{id}"
part = "{part}"
"""


class Site:
    """Node one has Seoul, in a process of its own; node two, here, has Busan. `by_tls`: each node shows a
    certificate of its own."""

    def __init__(self, folder: Path, nats: NatsServer, stack: AsyncExitStack, *, by_tls: bool) -> None:
        self._folder, self._nats, self._stack, self._by_tls = folder, nats, stack, by_tls
        self.ports = {node: {part: free_port() for part in ("seoul", "busan")} for node in ("one", "two")}

    def _config(self, node: str) -> Path:
        folder = self._folder / node
        folder.mkdir()
        file = folder / "offhook.toml"
        tls = {"tls_seoul": "", "tls_busan": ""}
        if self._by_tls:
            chain, key = make_certificate(folder)
            tls = {part: TLS.format(port=free_port(), chain=chain, key=key) for part in tls}
        ports = self.ports[node]
        text = CONFIG.format(node=node, nats=self._nats.url, state=folder / "state", **ports, **tls)
        file.write_text(text + "".join(PHONE.format(id=phone, part=part) for phone, part in PHONES.items()))
        return file

    async def start(self) -> tuple[Manager, TspPeer, TspPeer]:
        """Node one, and at node two a session of a phone of Seoul and one of Busan."""
        one = await self._stack.enter_async_context(Manager(self._config("one")))
        two = await self._stack.enter_async_context(running(load(self._config("two"))))
        await one.said("node one works the telephone system busan no longer")
        sessions = [await self._stack.enter_async_context(session(two, phone)) for phone in ("4000", "5000")]
        assert two.manager is not None
        self.manager = two.manager
        return one, sessions[0], sessions[1]

    def calls(self, terminal: str) -> list[Call]:
        """Those that are up, as node two has them."""
        calls = self.manager.snapshot(LOCAL, terminal).calls
        return [call for call in calls if call.state is CallState.CONNECTED]

    async def pick_up(self, taker: str, target: str) -> None:
        """Until the taker's node has heard where the target's is."""
        while True:
            try:
                await self.manager.perform(LOCAL, Pickup(taker, target))
            except CallError as error:
                assert error.refusal in (Refusal.UNAVAILABLE, Refusal.NOT_POSSIBLE_NOW)
                await asyncio.sleep(0.1)
            else:
                return

    def between(self) -> set[str]:
        """How the calls that are up go from Busan to Seoul."""
        driver = self.manager._switch._part_of["5000"].ready  # type: ignore[attr-defined]
        legs = [leg for leg in driver.legs.values() if not leg.terminal]
        return {leg.dialog.flow.protocol for leg in legs if leg.dialog is not None}

    def reaches(self, terminal: str, number: str) -> bool:
        """Can the phone, which node two has, be called from here, and knows this the other's node?"""
        driver = self.manager._switch._part_of[terminal].ready  # type: ignore[attr-defined]
        return driver is not None and driver.other_systems.reaches(number)

    async def phone(self, user: str, answer: Literal["auto", "manual"] = "auto") -> Baresip:
        part = PHONES[user]
        address = ("127.0.0.1", self.ports["one" if part == "seoul" else "two"][part])
        phone = Baresip(self._folder, address, user, f"phone-{user}", answer=answer)
        return await self._stack.enter_async_context(phone)


@pytest.fixture
async def site(tmp_path: Path, nats: NatsServer, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(tmp_path, nats, stack, by_tls=getattr(request, "param", "udp") == "tls")


IN_CLEAR_AND_NOT = pytest.mark.parametrize("site", ["udp", "tls"], indirect=True)


@pytest.mark.timeout(90)
async def test_when_the_node_of_a_part_is_killed_its_calls_go_on_at_another_and_the_other_part_is_untouched(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    one, seoul, busan = await site.start()
    phones = {user: await site.phone(user) for user in PHONES}
    for tsp, far in ((seoul, "4001"), (busan, "5001")):
        await tsp.done(f"Action%Dial%{far}")
        await tsp.come_to("ConnectedState")
    await talk(phones["4000"], phones["4001"])
    await talk(phones["5000"], phones["5001"])
    assert "node two works the telephone system seoul" not in caplog.text
    await one.kill()
    await until(lambda: "1 calls of the last run are gone on with" in caplog.text)
    await talk(phones["4000"], phones["4001"])
    await talk(phones["5000"], phones["5001"])
    assert seoul.untold() and busan.untold()
    assert "node two works the telephone system busan no longer" not in caplog.text
    await seoul.done("Action%Drop%4001")
    assert (await seoul.over()).cause == "dropped"
    assert busan.untold()
    for user in ("4000", "4001"):
        await phones[user].happened("CALL_CLOSED")
        await phones[user].kill()  # the node where it has registered is dead
    await busan.done("Action%Drop%5001")
    assert (await busan.over()).cause == "dropped"


@pytest.mark.timeout(90)
async def test_phones_of_two_embedded_switches_call_each_other_and_both_halves_are_seen_and_dropped(
    site: Site,
) -> None:
    _one, seoul, _busan = await site.start()
    phones = {user: await site.phone(user) for user in ("4000", "5000")}
    await seoul.done("Action%Dial%5000")
    await seoul.come_to("ConnectedState")
    await until(lambda: site.calls("5000"))
    (there,) = site.calls("5000")
    assert (there.direction, there.caller.id, there.external) == (Direction.INBOUND, "4000", False)
    await talk(phones["4000"], phones["5000"])
    await site.manager.perform(LOCAL, Drop(there.id))
    assert (await seoul.over()).cause == "normal"
    for phone in phones.values():
        await phone.happened("CALL_CLOSED")


@pytest.mark.timeout(90)
async def test_a_phone_is_dialled_by_hand_at_a_phone_of_the_other_switch_and_put_on_hold(site: Site) -> None:
    await site.start()
    phones = {user: await site.phone(user) for user in ("4000", "5000")}
    await until(lambda: site.reaches("5000", "4000"))
    await phones["5000"].dial("4000")
    await phones["4000"].happened("CALL_ESTABLISHED")
    await talk(phones["4000"], phones["5000"])
    await until(lambda: site.calls("4000") and site.calls("5000"))
    (here,), (there,) = site.calls("4000"), site.calls("5000")
    assert (there.direction, there.by_hand) == (Direction.OUTBOUND, True)
    await site.manager.perform(LOCAL, Hold(here.id))
    await until(lambda: [call.held_by_other for call in site.calls("5000")] == [True])
    await site.manager.perform(LOCAL, Retrieve(here.id))
    await talk(phones["4000"], phones["5000"])
    await phones["4000"].hang_up()
    await until(lambda: not site.calls("4000") and not site.calls("5000"))


@pytest.mark.timeout(90)
@pytest.mark.parametrize("target", ["5001", ""])
async def test_a_call_that_rings_at_the_other_switch_is_picked_up(site: Site, target: str) -> None:
    """By the phone that rings, or whatever rings in the taker's groups."""
    _one, seoul, _busan = await site.start()
    phones = {user: await site.phone(user) for user in ("4000", "5000")}
    rings = await site.phone("5001", answer="manual")
    await until(lambda: site.reaches("5000", "4000"))
    await phones["5000"].dial("5001")
    await rings.happened("CALL_INCOMING")
    await site.pick_up("4000", target)
    await seoul.come_to("ConnectedState")
    await talk(phones["4000"], phones["5000"])
    await rings.happened("CALL_CLOSED")
    await phones["5000"].hang_up()
    assert (await seoul.over()).cause == "normal"


@pytest.mark.timeout(90)
async def test_a_key_of_a_desk_phone_shows_a_colleague_at_the_other_switch(site: Site) -> None:
    await site.start()
    colleague = await site.phone("4000")
    caller = await site.phone("4001")
    async with Phone(("127.0.0.1", site.ports["two"]["busan"]), "5001", "phone-5001") as phone:
        keys = Keys(phone)
        assert (await keys.watch("4000")).status == 200
        await keys.comes(("4000", "terminated"))
        await caller.dial("4000")
        await until(lambda: keys.told[-1] == ("4000", "confirmed"))
        await colleague.hang_up()
        await until(lambda: keys.told[-1] == ("4000", "terminated"))


@pytest.mark.timeout(90)
async def test_phones_hand_a_call_on_from_switch_to_switch(site: Site) -> None:
    """A call from Seoul to Busan, handed by Busan's phone to one of Seoul, and by that to one of Busan."""
    _one, seoul, _busan = await site.start()
    phones = {user: await site.phone(user) for user in PHONES}
    await seoul.done("Action%Dial%5000")
    await seoul.come_to("ConnectedState")
    await talk(phones["4000"], phones["5000"])
    await phones["5000"].transfer("4001")
    await talk(phones["4000"], phones["4001"])
    await phones["5000"].happened("CALL_CLOSED")
    await until(lambda: [call.callee.id for call in site.calls("4000")] == ["4001"])
    await until(lambda: not site.calls("5000"))
    await phones["4001"].transfer("5001")
    await talk(phones["4000"], phones["5001"])
    await until(lambda: [call.callee.id for call in site.calls("4000")] == ["5001"])
    await until(lambda: [call.caller.id for call in site.calls("5001")] == ["4000"])
    await phones["5001"].hang_up()
    assert (await seoul.over()).cause == "normal"
    await phones["4000"].happened("CALL_CLOSED")


@pytest.mark.timeout(90)
async def test_a_half_that_went_to_another_node_is_told_to_whom_the_other_one_is_handed_on(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    one, seoul, _busan = await site.start()
    phones = {user: await site.phone(user) for user in ("4000", "5000", "5001")}
    await seoul.done("Action%Dial%5000")
    await seoul.come_to("ConnectedState")
    await talk(phones["4000"], phones["5000"])
    await one.kill()
    await until(lambda: "1 calls of the last run are gone on with" in caplog.text)
    await talk(phones["4000"], phones["5000"])
    await phones["5000"].transfer("5001")
    await talk(phones["4000"], phones["5001"])
    await until(lambda: [call.callee.id for call in site.calls("4000")] == ["5001"])
    await phones["5001"].hang_up()
    assert (await seoul.over()).cause == "normal"
    await phones["4000"].happened("CALL_CLOSED")
    await phones["4000"].kill()  # the node where it has registered is dead


@pytest.mark.timeout(90)
@IN_CLEAR_AND_NOT
async def test_when_one_half_of_a_call_goes_to_another_node_both_talk_on_and_either_half_ends_it(
    site: Site, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    caplog.set_level("INFO", "offhook")
    one, seoul, _busan = await site.start()
    phones = {user: await site.phone(user) for user in ("4000", "5000")}
    await seoul.done("Action%Dial%5000")
    await seoul.come_to("ConnectedState")
    await until(lambda: site.calls("5000"))
    (there,) = site.calls("5000")
    await talk(phones["4000"], phones["5000"])
    assert site.between() == {request.node.callspec.params["site"]}
    await one.kill()
    await until(lambda: "1 calls of the last run are gone on with" in caplog.text)
    await talk(phones["4000"], phones["5000"])
    assert seoul.untold()
    assert [call.id for call in site.calls("5000")] == [there.id]
    await site.manager.perform(LOCAL, Drop(there.id))
    assert (await seoul.over()).cause == "normal"
    for phone in phones.values():
        await phone.happened("CALL_CLOSED")
    await phones["4000"].kill()  # the node where it has registered is dead


@pytest.mark.timeout(90)
@IN_CLEAR_AND_NOT
async def test_a_phone_rings_no_more_when_the_node_of_who_calls_it_from_the_other_part_is_killed(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    one, seoul, _busan = await site.start()
    caller, rings = await site.phone("4000"), await site.phone("5000", answer="manual")
    await seoul.done("Action%Dial%5000")
    await rings.happened("CALL_INCOMING")
    await one.kill()
    await rings.happened("CALL_CLOSED")
    assert (await seoul.over()).cause == "failure"
    await caller.kill()  # the node where it has registered is dead


@pytest.mark.timeout(90)
@IN_CLEAR_AND_NOT
async def test_who_waits_for_a_phone_of_the_other_part_hears_of_it_when_the_node_there_is_killed(
    site: Site,
) -> None:
    one, _seoul, busan = await site.start()
    rings, caller = await site.phone("4000", answer="manual"), await site.phone("5000")
    await until(lambda: site.reaches("5000", "4000"))
    await busan.done("Action%Dial%4000")
    await rings.happened("CALL_INCOMING")
    await one.kill()
    assert (await busan.over()).cause != "normal"
    await caller.happened("CALL_CLOSED")
    await rings.kill()  # the node where it has registered is dead
