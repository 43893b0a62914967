"""A user who reaches for a colleague's phone."""

from contextlib import closing
from pathlib import Path

import pytest

from offhook.call import CallCommand, Dial, Drop, TerminalCommand
from offhook.demo.phone import Behaviour
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.commands import MESSAGES
from tests.attacks.site import PASSWORDS, a_site, attacking, audit, code_of, logged_in
from tests.manager.helpers import QUICK

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


OF_A_CALL = sorted(one.command.name for one in MESSAGES if issubclass(one.command, CallCommand))
OF_A_PHONE = sorted(one.command.name for one in MESSAGES if issubclass(one.command, TerminalCommand))
FILLED = {"address": "4000", "digits": "1", "target": "4001", "slot": "701", "forwardings": [], "on": True}


async def test_another_users_phone_and_call_take_no_command_at_all(tmp_path: Path) -> None:
    """With the right to watch neither: then it is seen that there is a call."""
    async with (
        a_site(tmp_path) as site,
        site.phone("4001"),
        site.phone("4000", ANSWERS),
        logged_in(site.url, "lee") as lee,
        logged_in(site.url, "root") as root,
    ):
        call = await lee.perform(Dial("4001", "4000"))
        for watches, code in (([], "no-such-call"), (["4001"], "not-allowed")):
            with closing(SqliteUsers(tmp_path / "state" / "users.sqlite", hasher=QUICK)) as users:
                users.set_watches("kim", watches)
            async with attacking(site.url) as attacker:
                assert await attacker.log_in("kim", PASSWORDS["kim"]) == ""
                for number, name in enumerate(OF_A_CALL):
                    message = {"type": name, "id": number, "call": call.id, **FILLED}
                    assert code_of(await attacker.ask(message)) == code, name
                for number, name in enumerate(OF_A_PHONE, 100):
                    message = {"type": name, "id": number, "terminal": "4001", **FILLED}
                    assert code_of(await attacker.ask(message)) == "not-allowed", name
        assert call.id in [live.id for live in await lee.calls()]
        await root.perform(Drop(call.id))
    refused = {(one.event, one.result) for one in audit(tmp_path, user="kim", door="sscp")}
    assert {event for event, result in refused if result == "not-allowed"} >= {*OF_A_CALL, *OF_A_PHONE}
