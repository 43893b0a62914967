"""`[[group]]`: who works together may watch each other's phones, from the configuration to the session."""

from contextlib import closing
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.call import Feature
from offhook.config import load
from offhook.errors import CallError, Refusal
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.client import Credentials, SscpClient
from tests.cli.helpers import CONFIG, write_config
from tests.manager.helpers import QUICK
from tests.sscp.helpers import a_client
from tests.waiting import ONE_STEP_S

GROUPS = """
[[terminal]]
id = "4002"
name = "Park"
password = "third-phone"
[[group]]
name = "sales"
terminals = ["4000", "4001"]
[[group]]
name = "reception"
users = ["park"]
watch = ["*"]
"""


def add_users(folder: Path) -> None:
    (folder / "state").mkdir(mode=0o700)
    with closing(SqliteUsers(folder / "state" / "users.sqlite", hasher=QUICK)) as users:
        for name, terminal in (("kim", "4000"), ("lee", "4001"), ("park", "4002")):
            users.add(name, "secret", terminals=[terminal])


async def watchable(client: SscpClient) -> list[str]:
    return [one.id for one in await client.terminals(watched=True)]


async def test_a_group_of_the_configuration_lets_its_people_watch(tmp_path: Path) -> None:
    add_users(tmp_path)
    async with running(load(write_config(tmp_path, CONFIG + GROUPS), environ={})) as system:
        url = system.sscp_url
        async with a_client(url) as (kim, heard), a_client(url, "park") as (park, _):
            assert (await watchable(kim), await watchable(park)) == (
                ["4000", "4001"],
                ["4000", "4001", "4002"],
            )
            await kim.watch("4000")
            assert Feature.PICKUP_GROUP in (heard.terminals[-1].capabilities or ())
            with pytest.raises(CallError) as caught:
                await kim.watch("4002")
            assert caught.value.refusal is Refusal.NOT_ALLOWED
            assert await park.watch("*") == []


async def test_the_right_comes_with_a_token_as_well(tmp_path: Path) -> None:
    add_users(tmp_path)
    async with running(load(write_config(tmp_path, CONFIG + GROUPS), environ={})) as system:
        tokens: list[str] = []
        client = SscpClient(system.sscp_url, Credentials("kim", "secret"), on_token=tokens.append)
        await client.start()
        await client.connected_once(ONE_STEP_S)
        await client.stop()
        client = SscpClient(system.sscp_url, Credentials(token=tokens[0]))
        await client.start()
        await client.connected_once(ONE_STEP_S)
        assert await watchable(client) == ["4000", "4001"]
        await client.stop()
