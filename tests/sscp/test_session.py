"""Client and server over a real WebSocket: what a session is for."""

from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.errors import CallError, Refusal
from tests.sscp.helpers import a_client, a_site


async def test_dial_reaches_the_switch_and_returns_the_call(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        call = await client.dial("4000", "4001")
    assert site.switch.dialled == [("4000", "4001")]
    assert (call.state, call.caller.name, call.callee.name) == (CallState.OFF_HOOK, "Kim", "Lee Min-ho")


async def test_a_watcher_hears_every_state(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, heard):
        assert await client.watch("4000") == []
        call = await client.dial("4000", "4001")
        site.switch.go(call.id, CallState.PROCEED)
        site.switch.go(call.id, CallState.RING_BACK)
        site.switch.go(call.id, CallState.CONNECTED)
        await client.drop(call.id)
        await heard.until(lambda: len(heard.calls) == 4)
    assert heard.states == ["PROCEED", "RING_BACK", "CONNECTED", "ON_HOOK"]
    assert heard.calls[-1].cause is Cause.DROPPED


async def test_another_watcher_hears_the_beginning_too(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path) as site,
        a_client(site.url) as (kim, _),
        a_client(site.url, "root", "toor") as (root, heard),
    ):
        await root.watch("*")
        await kim.dial("4000", "4001")
        await heard.until(lambda: len(heard.calls) == 1)
    assert heard.states == ["OFF_HOOK"]


async def test_a_refusal_keeps_its_code(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        with pytest.raises(CallError) as caught:
            await client.dial("4001", "4000")
    assert caught.value.refusal is Refusal.NOT_ALLOWED
