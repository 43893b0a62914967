"""Whoever keeps to the contract of `/events` always knows what there is, however often the stream breaks."""

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from offhook.call import CallState, Cause, live
from tests.http.helpers import EventStream, Site, a_client, a_site, events
from tests.long import times

STEPS = 60
RUNS = times(4, 200)


class Replica:
    """A client that does what docs/http.md says."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.calls: dict[str, Any] = {}
        self.last = ""
        self.snapshots = 0
        self._stack = AsyncExitStack()
        self._stream: EventStream | None = None

    async def read(self) -> None:
        """The next event."""
        if self._stream is None:
            self._stream = await self._stack.enter_async_context(events(self.client, self.last))
        heard = await self._stream.next()
        self.last = heard.id
        if heard.kind == "snapshot":
            self.snapshots += 1
            self.calls = {call["id"]: call for call in heard.data["calls"]}
        elif heard.kind == "call":
            known = self.calls.get(heard.data["id"])
            if heard.data["state"] == "OnHookState":
                self.calls.pop(heard.data["id"], None)
            elif known is None or heard.data["revision"] > known["revision"]:
                self.calls[heard.data["id"]] = heard.data

    async def lose(self) -> None:
        """The connection breaks."""
        await self._stack.aclose()
        self._stack, self._stream = AsyncExitStack(), None


def step(site: Site, chance: random.Random) -> None:
    """Something happens on the telephones."""
    switch = site.switch
    calls = [call for call in switch.calls.values() if live(call)]
    what = chance.random()
    if not calls or what < 0.3:
        switch.ring_in(chance.choice(("4000", "4001")), "4002")
    elif what < 0.6:
        switch.change(chance.choice(calls).id, held=chance.random() < 0.5)
    elif what < 0.8:
        call = chance.choice(calls)
        if call.state is CallState.RING_BACK:
            switch.go(call.id, CallState.CONNECTED)
    else:
        switch.go(chance.choice(calls).id, CallState.ON_HOOK, Cause.NORMAL)


async def dial_and_drop(client: httpx.AsyncClient) -> None:
    """The person itself does something, whose events wait for the answers."""
    answer = await client.post("/terminals/4000/calls", json={"number": "4001"})
    if answer.status_code == 201:
        await client.delete(f"/calls/{answer.json()['id']}")


@pytest.mark.parametrize("seed", range(RUNS))
async def test_a_client_that_resumes_always_comes_to_know_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr("offhook.http.events.KEPT", chance.choice((3, 20, 1000)))
    async with a_site(tmp_path) as site, a_client(site) as client:
        replica = Replica(client)
        await replica.read()
        for _ in range(STEPS):
            what = chance.random()
            if what < 0.15:
                await replica.lose()
            elif what < 0.3:
                await dial_and_drop(client)
            else:
                step(site, chance)
            if chance.random() < 0.2:
                await asyncio.sleep(0)
        end = site.switch.ring_in("4000", "4002")  # the last that happens: then everything has been told
        while end.id not in replica.calls:
            await replica.read()
        there = (await client.get("/calls")).json()["calls"]
        await replica.lose()
    assert replica.calls == {call["id"]: call for call in there}
