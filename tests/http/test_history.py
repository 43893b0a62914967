"""History and everything else that comes in pages."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.http.listing import Cursor, page
from offhook.http.problems import ProblemError
from tests.http.helpers import a_client, a_site
from tests.manager.helpers import OVER


@given(st.lists(st.sampled_from([1.0, 2.0, 2.5, 3.0]), max_size=30), st.integers(1, 7))
def test_pages_together_are_the_whole_list_however_many_have_the_same_time(
    times: list[float], limit: int
) -> None:
    rows = sorted(enumerate(times), key=lambda row: -row[1])
    seen: list[tuple[int, float]] = []
    text = ""
    while True:
        cursor = Cursor.read(text)
        found = [row for row in rows if cursor is None or row[1] <= cursor.time]
        found = found[: limit + 1 + (cursor.alike if cursor else 0)]
        shown, following = page(found, limit, cursor, lambda row: row[1])
        seen += shown
        if following is None:
            break
        text = following
    assert seen == rows


@pytest.mark.parametrize("text", ["x", "1_", "_1", "nan_1", "0x1p9_-1", "0x1p9999_1", "1_99999999"])
def test_a_cursor_that_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ProblemError, match="cursor"):
        Cursor.read(text)


async def test_history_is_read_in_pages_newest_first(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site) as client:
        for number in range(7):
            site.log.record(replace(OVER, id=f"c{number}", started=1000.0 + number // 3))
        site.log.record(replace(OVER, id="lees", terminal="4001"))
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        while True:
            found = (await client.get("/history", params=query)).json()
            seen += [one["id"] for one in found["calls"]]
            if found["next"] is None:
                break
            query["cursor"] = found["next"]
        refused = await client.get("/history", params={"terminal": "4001"})
        wrong = await client.get("/history", params={"limit": 501})
    assert sorted(seen) == [f"c{number}" for number in range(7)] and seen[0] == "c6"
    assert (refused.status_code, wrong.status_code) == (403, 400)
