"""What administrators see and do, and nobody else."""

from pathlib import Path

import pytest

from offhook.call import NodeState, TrunkState
from tests.http.helpers import PASSWORDS, a_client, a_site


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/admin/users"),
        ("POST", "/admin/users"),
        ("PATCH", "/admin/users/kim"),
        ("DELETE", "/admin/users/lee"),
        ("POST", "/admin/users/lee/logout"),
        ("GET", "/admin/terminals"),
        ("GET", "/admin/calls"),
        ("GET", "/admin/trunks"),
        ("GET", "/admin/nodes"),
        ("POST", "/admin/dial-rules/test"),
        ("GET", "/admin/audit"),
        ("GET", "/admin/health"),
    ],
)
async def test_others_are_refused_before_anything_is_looked_at(
    tmp_path: Path, method: str, path: str
) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        answer = await client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
        assert len(site.users.list()) == 3


async def test_a_user_is_added_changed_and_removed(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client, a_client(site, "") as choi:
        body = {"name": "choi", "password": "secret", "terminals": ["4002"]}
        added = await client.post("/admin/users", json=body)
        again = await client.post("/admin/users", json=body)
        login = await choi.post("/session", json={"user": "choi", "password": "secret"})
        changed = await client.patch("/admin/users/choi", json={"watches": ["*"], "password": "other"})
        late = await choi.get("/me", headers={"Authorization": f"Bearer {login.json()['token']}"})
        removed = await client.delete("/admin/users/choi")
        gone = await client.delete("/admin/users/choi")
        names = [one["name"] for one in (await client.get("/admin/users")).json()["users"]]
    assert (added.status_code, again.status_code, login.status_code) == (201, 400, 201)
    assert (changed.json()["watches"], changed.json()["terminals"]) == (["*"], ["4002"])
    assert late.status_code in (200, 401)  # within seconds
    assert (removed.status_code, gone.status_code, names) == (204, 404, ["kim", "lee", "root"])


async def test_an_administrator_does_not_lock_itself_out(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        answers = [
            await client.delete("/admin/users/root"),
            await client.patch("/admin/users/root", json={"administrator": False}),
        ]
    assert [one.json()["code"] for one in answers] == ["not-possible-now", "not-possible-now"]


async def test_a_number_is_tried_on_the_dial_rules(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:

        async def tried(number: str) -> tuple[str, bool]:
            body = {"number": number, "user": "kim", "terminal": "4000"}
            found = (await client.post("/admin/dial-rules/test", json=body)).json()
            assert found["allowed"] == (found["reason"] == "")
            return found["dialled"], found["allowed"]

        assert await tried("+82 2 568 3848") == ("9025683848", True)
        assert await tried("060-700-1234") == ("90607001234", False)
        assert await tried("what?") == ("", False)


async def test_the_audit_log_is_read_in_pages_and_shows_who_changed_users(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client, a_client(site, "") as stranger:
        await stranger.post("/session", json={"user": "kim", "password": "wrong"})
        await client.post("/admin/users", json={"name": "choi", "password": PASSWORDS["kim"]})
        site.audit.flush()
        first = (await client.get("/admin/audit", params={"limit": 1})).json()
        rest = (await client.get("/admin/audit", params={"cursor": first["next"]})).json()
        failed = (await client.get("/admin/audit", params={"failed": "true"})).json()
    (entry,) = first["entries"]
    assert (entry["event"], entry["user"], entry["number"], entry["result"], entry["door"]) == (
        "user", "root", "choi", "ok", "http",
    )  # fmt: skip
    assert sorted(one["user"] for one in rest["entries"]) == ["kim", "root"]
    assert [one["user"] for one in failed["entries"]] == ["kim"]
    assert PASSWORDS["kim"] not in (tmp_path / "audit.jsonl").read_text()


async def test_health_says_what_somebody_should_look_at(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        site.switch.ring_in("4000", "4001")
        health = (await client.get("/admin/health")).json()
    assert (health["terminals"], health["calls"], health["streams"]) == (3, 1, 0)
    assert health["problems"] == ["3 of 3 phones are not in service"]


async def test_health_and_the_list_of_trunks_have_what_a_provider_says(tmp_path: Path) -> None:
    refused = TrunkState("provider", problem="the provider refuses the account (403 Forbidden)")
    full = TrunkState("second", usable=True, limit="max_calls_an_hour")
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        site.switch.trunks = {one.name: one for one in (refused, full)}
        trunks = (await client.get("/admin/trunks")).json()["trunks"]
        health = (await client.get("/admin/health")).json()
    assert [(one["name"], one["usable"], one["problem"]) for one in trunks] == [
        ("provider", False, refused.problem),
        ("second", True, ""),
    ]
    assert health["problems"][1:] == [
        "trunk provider: the provider refuses the account (403 Forbidden)",
        "trunk second: max_calls_an_hour is reached, and calls are refused",
    ]


async def test_an_administrator_sees_the_whole_site(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        site.switch.ring_in("4001", "4002")
        terminals = (await client.get("/admin/terminals")).json()["terminals"]
        calls = (await client.get("/admin/calls")).json()["calls"]
    assert [one["id"] for one in terminals] == ["4000", "4001", "4002"]
    assert [one["terminal"] for one in calls] == ["4001"]


async def test_a_call_manager_alone_is_one_node(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        alone = (await client.get("/admin/nodes")).json()["nodes"]
        site.switch.nodes = [NodeState("south", live=False, silent_s=12.0)]
        both = (await client.get("/admin/nodes")).json()["nodes"]
    assert [(one["name"], one["here"], one["live"], one["acts_for"]) for one in alone] == [
        ("", True, True, ["switch"])
    ]
    assert [(one["name"], one["live"]) for one in both] == [("", True), ("south", False)]
