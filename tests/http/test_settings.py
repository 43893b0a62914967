"""What a person has set for itself."""

from pathlib import Path
from typing import Any

import pytest

from tests.http.helpers import a_client, a_site


async def test_settings_that_are_changed_are_there_in_every_browser(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client, a_client(site) as other:
        favourites = [{"name": "Lee", "number": "+82 2 568 3848"}]
        await client.patch("/settings", json={"theme": "dark", "favourites": favourites})
        changed = (
            await client.patch("/settings", json={"extension": {"sites": {"a.example": False}}})
        ).json()
        found = (await other.get("/settings")).json()
        me = (await other.get("/me")).json()["settings"]
        await client.patch("/settings", json={"theme": None, "extension": {"sites": None}})
        back = (await other.get("/settings")).json()
    assert found == changed == me
    assert (found["theme"], found["favourites"], found["extension"]) == (
        "dark", favourites, {"sites": {"a.example": False}},
    )  # fmt: skip
    assert (back["theme"], back["extension"], back["favourites"]) == ("", {}, favourites)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"theme": "pink"}, "theme"),
        ({"them": "dark"}, "them"),
        ({"favourites": [{"name": "Lee"}]}, "number"),
        ({"favourites": [{"name": "x", "number": "1"}] * 201}, "favourites"),
        ({"extension": {"x": "y" * 9000}}, "extension"),
        ({"default_terminal": "4001"}, "default_terminal"),
    ],
)
async def test_a_setting_that_is_wrong_is_named_and_nothing_changes(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        before = (await client.get("/settings")).json()
        answer = await client.patch("/settings", json=changes)
        after = (await client.get("/settings")).json()
    assert answer.status_code in (400, 403) and says in answer.json()["detail"]
    assert before == after


async def test_the_default_terminal_is_the_one_that_is_set(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site, "root") as client:
        await client.patch("/settings", json={"default_terminal": "4002"})
        answer = await client.post("/terminals/default/calls", json={"number": "4001"})
    assert (answer.status_code, site.switch.dialled) == (201, [("4002", "4001")])


async def test_what_another_version_kept_and_nobody_can_read_counts_as_not_set(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        site.users.keep_settings("kim", '{"theme": "pink"}')
        assert (await client.get("/settings")).json()["theme"] == ""
