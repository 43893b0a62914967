"""The trunks over SSCP: who may see them, and what comes of a break."""

from pathlib import Path

import pytest

from offhook.call import TrunkServer, TrunkState
from offhook.errors import CallError, Refusal
from tests.sscp.helpers import a_client, a_site, a_socket
from tests.sscp.playedserver import a_played_server

TRUNK = TrunkState(
    "provider", usable=True, since=1000.0, registered=True, servers=(TrunkServer("192.0.2.1:5060", up=True),)
)


async def test_only_administrators_see_them(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        site.switch.tell_trunk(TRUNK)
        with pytest.raises(CallError) as caught:
            await client.trunks(watch=True)
    assert caught.value.refusal is Refusal.NOT_ALLOWED


async def test_who_has_not_asked_is_not_told(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_socket(site.url) as raw:
        await raw.log_in("root", "toor")
        listed = await raw.ask({"type": "trunks", "id": 1})
        site.switch.tell_trunk(TRUNK)
        after = await raw.ask({"type": "trunks", "id": 2, "watch": True})
        site.switch.tell_trunk(TRUNK)
        event = await raw.next()
    assert (listed["trunks"], [one["name"] for one in after["trunks"]]) == ([], ["provider"])
    assert (event["type"], event["trunk"]["servers"]) == (
        "trunk",
        [{"address": "192.0.2.1:5060", "up": True, "problem": ""}],
    )


async def test_after_a_break_they_are_told_anew(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site:
        port = site.server.port
        async with a_client(site.url, "root", "toor") as (client, heard):
            assert await client.trunks(watch=True) == []
            await site.server.stop()
            await heard.until(lambda: heard.links == [True, False])
            (tmp_path / "other").mkdir()
            async with a_site(tmp_path / "other", port) as again:
                again.switch.trunks["provider"] = TRUNK
                await heard.until(lambda: bool(heard.trunks))
    assert heard.trunks[0] == TRUNK


async def test_a_server_without_them_is_not_asked() -> None:
    async with a_played_server() as (_, url), a_client(url) as (client, _):
        with pytest.raises(CallError, match="too old to tell of its trunks"):
            await client.trunks()
