"""A user who reaches for a colleague's phone."""

from pathlib import Path

import pytest

from offhook.call import Dial
from offhook.demo.phone import Behaviour
from tests.attacks.site import PASSWORDS, a_site, attacking, audit, code_of, logged_in

ANSWERS = Behaviour(answer_after=0.05, auto_answer=False)


@pytest.mark.parametrize("command", ["dial", "calls", "watch", "history"])
async def test_another_users_terminal_is_neither_dialled_from_nor_watched(
    tmp_path: Path, command: str
) -> None:
    message = {"type": command, "id": 1, "terminal": "4001", "address": "4000"}
    async with a_site(tmp_path) as site, site.phone("4001"), attacking(site.url) as attacker:
        assert await attacker.log_in("kim", PASSWORDS["kim"]) == ""
        assert code_of(await attacker.ask(message)) == "not-allowed"
        assert code_of(await attacker.ask({"type": "watch", "id": 2, "terminal": "*"})) == "not-allowed"
        assert await site.calls() == []


async def test_another_users_call_is_neither_dropped_nor_seen(tmp_path: Path) -> None:
    async with (
        a_site(tmp_path) as site,
        site.phone("4001"),
        site.phone("4000", ANSWERS),
        logged_in(site.url, "lee") as lee,
        attacking(site.url) as attacker,
    ):
        assert await attacker.log_in("kim", PASSWORDS["kim"]) == ""
        call = await lee.perform(Dial("4001", "4000"))
        assert code_of(await attacker.ask({"type": "drop", "id": 1, "call": call.id})) == "no-such-call"
        seen = (await attacker.ask({"type": "history", "id": 2, "call": call.id}))["calls"]
        assert [entry["terminal"] for entry in seen] in ([], ["4000"])
        assert [live.id for live in await lee.calls()] == [call.id]
    (entry,) = audit(tmp_path, event="drop", user="kim")
    assert entry.result == "no-such-call"
