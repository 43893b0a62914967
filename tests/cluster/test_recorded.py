"""A node of today beside one of an earlier version, by the messages that such a node wrote: an upgrade of a
cluster, node by node, has both. Whole programs of two versions are in tests/peers/test_cluster_upgrade.py."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError

from offhook.call import CallState, Dial, Drop
from offhook.cluster import entries, kept, messages
from offhook.cluster.entries import NodeEntry, TerminalEntry
from offhook.common.repeating import Repeating
from offhook.sscp.messages import Reply, decode_server_message
from offhook.switch.b2bua import begun
from offhook.switch.b2bua import kept as keptcalls
from offhook.switch.embedded.bindings import binding_of_row
from tests.cluster.fakeswitch import System
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.cluster.recordings import VERSIONS, of, recorded
from tests.waiting import until

RENEWED_S = 0.5


def read(where: str, text: str) -> Any:
    """As today's node does. A `Struct`, all of which has been understood."""
    data, (kind, _, rest) = text.encode(), where.partition(" ")
    if kind == "bucket":
        of_node = rest.startswith(entries.NODE)
        return msgspec.json.decode(data, type=NodeEntry if of_node else TerminalEntry)
    if kind == "kept":
        return msgspec.json.decode(data, type=kept.Kept)
    if kind == "answer" and b'"states"' in data:
        return messages.decode(messages.States, data)
    if kind == "answer":
        return decode_server_message(data)
    kinds: dict[str, Any] = {
        "told.terminal": messages.State,
        "told.beat": messages.Beat,
        "node": messages.NodeTold,
        "command": messages.AskCommand,
    }
    (found,) = [one for name, one in kinds.items() if where.startswith(name)]
    return msgspec.json.decode(data, type=found)


def lacks(old: object, new: object, at: str = "") -> list[str]:
    """What stands in the old one, and in the new one does not, or is something else."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [what for key, value in old.items() for what in lacks(value, new.get(key), f"{at}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        if all(isinstance(one, str) for one in old):
            return [] if sorted(old) == sorted(new) else [at]
        return [what for pair in zip(old, new, strict=True) for what in lacks(*pair, at)]
    return [] if old == new else [at]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_it_wrote_is_understood_and_would_be_written_so_today(version: str) -> None:
    """So an earlier node finds whatever it looks for in what today's node writes."""
    for where, text in recorded(version):
        again = json.loads(msgspec.json.encode(read(where, text)))
        assert lacks(json.loads(text), again) == [], where


@pytest.mark.parametrize("version", VERSIONS)
def test_what_it_kept_of_a_call_and_of_open_invites_is_taken_over(version: str) -> None:
    texts = [msgspec.json.decode(one, type=kept.Kept) for one in of(version, "kept call.")]
    calls = [one.text for one in texts if one.name and not one.name.startswith(("invite-", "since"))]
    (call,) = (keptcalls.decode(text.encode()) for text in calls)
    assert (call.call.state, call.caller.terminal, call.callee.terminal) == (
        CallState.CONNECTED,
        "4000",
        "4001",
    )
    assert lacks(json.loads(calls[0]), json.loads(keptcalls.encode(call))) == []
    for one in texts:
        if one.name.startswith("invite-"):
            invite = msgspec.json.decode(one.text, type=begun.KeptInvite)
            assert invite.invite.startswith("INVITE sip:")


@pytest.mark.parametrize("version", VERSIONS)
def test_where_phones_had_registered_with_it_is_taken_over(version: str) -> None:
    texts = [msgspec.json.decode(one, type=kept.Kept) for one in of(version, "kept phone.")]
    bindings = [binding_of_row(row) for one in texts for row in json.loads(one.text)]
    assert {(one.terminal, one.host) for one in bindings} == {
        ("4000", "127.0.0.1"),
        ("4001", "127.0.0.1"),
    }


class Earlier:
    """Writes what was recorded, as node north, which acts, and answers as it did."""

    def __init__(self, server: NatsServer, version: str) -> None:
        self._server, self.version = server, version
        self.asked: list[dict[str, Any]] = []
        self._entry = json.loads(of(version, "bucket node.north")[0])
        self._renewing = Repeating(self._renew, RENEWED_S)

    async def start(self) -> None:
        self._client = await nats.connect(self._server.url)
        stream = self._client.jetstream()
        try:
            self._bucket = await stream.key_value("offhook-offhook")
        except NotFoundError:
            self._bucket = await stream.create_key_value(bucket="offhook-offhook", history=1)
        await self._renew()
        self._renewing.start()
        await self._bucket.put("terminal.switch", of(self.version, "bucket terminal.switch")[0].encode())
        await self._client.subscribe("offhook.offhook.command.north", cb=self._on_command)
        await self._client.subscribe("offhook.offhook.states.north", cb=self._on_states)

    async def _renew(self) -> None:
        await self._bucket.put("node.north", json.dumps(self._entry).encode())
        self._entry["beat"] += 1
        for where in ("told.beat", "node"):
            for text in of(self.version, where)[-1:]:
                await self._client.publish(f"offhook.offhook.{where}", text.encode())

    async def _on_command(self, message: Msg) -> None:
        self.asked.append(json.loads(message.data))
        await message.respond(of(self.version, "answer")[-1].encode())

    async def _on_states(self, message: Msg) -> None:
        states = [json.loads(text) for text in of(self.version, "told.terminal.")]
        last = {state["terminal"]: state | {"total": 0} for state in states}
        await message.respond(json.dumps({"states": list(last.values())}).encode())

    async def tells(self) -> None:
        """All that it told of the two terminals, in its order."""
        for where, text in recorded(self.version):
            if where.startswith("told.terminal."):
                await self._client.publish(f"offhook.offhook.{where}", text.encode())

    async def goes(self) -> None:
        """In order."""
        await self._renewing.cancel()
        await self._bucket.put("node.north", of(self.version, "bucket node.north")[-1].encode())

    async def dies(self) -> None:
        await self._renewing.cancel()

    async def stop(self) -> None:
        await self._renewing.cancel()
        await self._client.close()


@pytest.fixture(params=VERSIONS)
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Earlier, One, System]]:
    """The earlier node, which acts, and today's, which stands by, with the telephone system."""
    server, system = NatsServer(tmp_path), System()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        await server.start()
        earlier = Earlier(server, request.param)
        stack.push_async_callback(earlier.stop)
        await earlier.start()
        today = One("today", server, system.make)
        stack.push_async_callback(today.switch.stop)
        await today.switch.start()
        yield earlier, today, system


def told_call(earlier: Earlier) -> str:
    """The id of the call that it had."""
    (found,) = {
        call["id"]
        for text in of(earlier.version, "told.terminal.4000")
        for call in json.loads(text).get("calls", ())
    }
    return str(found)


pytestmark = pytest.mark.peer


async def test_its_call_is_shown_at_todays_node(site: tuple[Earlier, One, System]) -> None:
    earlier, today, system = site
    await earlier.tells()
    call = await today.until_state(told_call(earlier), CallState.CONNECTED)
    assert (call.terminal, call.callee.id) == ("4000", "4001")
    assert today.switch.in_service("4000")
    assert not system.drivers


async def test_todays_node_asks_it_to_dial_in_words_that_it_knows(site: tuple[Earlier, One, System]) -> None:
    earlier, today, _ = site
    await earlier.tells()
    await today.until_state(told_call(earlier), CallState.CONNECTED)
    was = json.loads(of(earlier.version, "command.north")[0])
    call = await today.switch.perform(Dial("4000", was["command"]["address"]))
    (asked,) = earlier.asked
    reply = read("answer", of(earlier.version, "answer")[-1])
    assert isinstance(reply, Reply)
    assert reply.call is not None
    assert call.id == reply.call.id
    assert asked.keys() >= was.keys()
    assert asked["command"].keys() >= was["command"].keys() - {"dial_id"}
    assert (asked["terminal"], asked["epoch"]) == ("4000", was["epoch"])
    assert asked["command"]["type"] == was["command"]["type"]


@pytest.mark.parametrize("how", ["goes", "dies"])
async def test_todays_node_goes_on_with_its_call(site: tuple[Earlier, One, System], how: str) -> None:
    earlier, today, system = site
    await earlier.tells()
    call = await today.until_state(told_call(earlier), CallState.CONNECTED)
    system.calls[call.id] = replace(call, revision=0)
    await getattr(earlier, how)()
    await until(lambda: today.acts and len(system.drivers) == 1)
    await today.switch.perform(Drop(call.id))
    await today.until_state(call.id, CallState.ON_HOOK)
    revisions = [one.revision for one in today.calls(call.id)]
    assert revisions == sorted(set(revisions))
    assert today.states(call.id).count(CallState.ON_HOOK) == 1
