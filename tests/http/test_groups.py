"""Groups, and what rings for numbers outside, over HTTP."""

from pathlib import Path

import httpx
import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests.assembly.helpers import a_config
from tests.waiting import ONE_STEP_S

SITE = """
[http]
listen = "127.0.0.1:0"
[[group]]
name = "sales"
terminals = ["4000"]
users = ["lee"]
[[group]]
name = "stores"
terminals = ["4001"]
watch = ["4000"]
[[trunk]]
name = "provider"
server = "127.0.0.1:9"
register = false
probe_s = 0
numbers = ["+4930900100-+4930900199"]
[[incoming]]
numbers = ["+4930900100"]
ring = ["sales"]
order = "longest_idle"
hours = ["mon-fri 09:00-17:30", "sat 10:00-12:00"]
closed = ["2026-12-24/2027-01-01"]
otherwise = "4001"
"""


async def seen(folder: Path, user: str) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """What this user is told of groups, and of what rings."""
    file = a_config(folder)
    file.write_text(file.read_text(encoding="utf-8") + SITE, encoding="utf-8")
    config = load(file, environ={}, secrets=True)
    from offhook.assembly.access import open_users
    from offhook.common.statefolder import make_folder

    make_folder(config.state.dir, serving=False)
    users = open_users(config, config.state.dir)
    users.add("root", "secret", administrator=True)
    users.add("kim", "secret", terminals=["4000"])
    users.add("choi", "secret")
    users.close()
    async with (
        running(config, only="manager") as system,
        httpx.AsyncClient(timeout=ONE_STEP_S, trust_env=False) as client,
    ):
        base = f"{system.http_url}/api/v1"
        login = await client.post(f"{base}/session", json={"user": user, "password": "secret"})
        client.headers["Authorization"] = f"Bearer {login.json()['token']}"
        groups = (await client.get(f"{base}/groups")).json()["groups"]
        return groups, (await client.get(f"{base}/incoming")).json()["incoming"]


async def test_administrators_see_every_group_with_its_users_and_what_rings(tmp_path: Path) -> None:
    groups, incoming = await seen(tmp_path, "root")
    assert groups == [
        {"name": "sales", "terminals": ["4000"], "users": ["lee"], "watch": []},
        {"name": "stores", "terminals": ["4001"], "users": [], "watch": ["4000"]},
    ]
    [found] = incoming
    assert isinstance(found.pop("open"), bool)
    assert found == {
        "numbers": [{"first": "+4930900100", "last": "+4930900100"}],
        "ring": ["4000"],
        "order": "longest_idle",
        "ring_s": 20.0,
        "hours": ["mon-fri 09:00-17:30", "sat 10:00-12:00"],
        "closed": ["2026-12-24/2027-01-01"],
        "otherwise": "4001",
    }


@pytest.mark.parametrize("user, group, rings", [("kim", ["sales"], 1), ("choi", [], 0)])
async def test_others_see_what_concerns_them(tmp_path: Path, user: str, group: list[str], rings: int) -> None:
    groups, incoming = await seen(tmp_path, user)
    assert [(one["name"], one["users"]) for one in groups] == [(name, []) for name in group]
    assert [one["otherwise"] for one in incoming] == [""] * rings
