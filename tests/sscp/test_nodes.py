"""The Call Managers of a cluster over SSCP, and who may see them."""

from pathlib import Path

import pytest

from offhook import __version__
from offhook.call import NodeState
from offhook.errors import CallError, Refusal
from tests.sscp.helpers import a_client, a_site
from tests.sscp.playedserver import a_played_server

SOUTH = NodeState("south", "1.0", 1000.0, (), {"sscp": 3}, 2, ("call log: the disk is full",))


async def test_an_administrator_sees_this_one_and_the_others(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url, "root", "toor") as (client, _):
        site.manager.nodes.name = "west"
        site.switch.nodes = [SOUTH]
        south, west = await client.nodes()
    assert south == SOUTH
    assert (west.name, west.version, west.acts_for, west.here, west.well) == (
        *("west", __version__, ("switch",)),
        *(True, True),
    )


async def test_others_do_not(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (client, _):
        with pytest.raises(CallError, match="only they see the nodes") as caught:
            await client.nodes()
    assert caught.value.refusal is Refusal.NOT_ALLOWED


async def test_why_nobody_can_be_called_is_told(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url, "root", "toor") as (client, _):
        site.switch.why = "the PBX does not answer"
        (own,) = await client.nodes()
    assert (own.problems, own.well) == (("telephone system: the PBX does not answer",), False)


async def test_a_server_without_them_is_not_asked() -> None:
    async with a_played_server() as (_, url), a_client(url) as (client, _):
        with pytest.raises(CallError, match="too old to tell of its nodes"):
            await client.nodes()
