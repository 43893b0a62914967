"""`offhook audit` and `offhook token`."""

import json
from pathlib import Path

from offhook.manager.audit import Event
from offhook.manager.stores.audit import FileAuditLog
from tests.cli.helpers import Command


def a_log(folder: Path) -> Command:
    log = FileAuditLog(folder)
    log.record(Event.LOGIN, "ok", door="sscp", user="kim", source="10.0.0.9")
    log.record(
        Event.DIAL, "not-allowed", door="sscp", user="kim", source="10.0.0.9", terminal="4000", number="0900"
    )
    log.record(Event.DIAL, "ok", door="tsp", source="127.0.0.1", terminal="4001", number="4000")
    log.close()
    return Command(folder, {"OFFHOOK_STATE_DIR": str(folder)})


async def test_the_log_is_shown_as_a_table(tmp_path: Path) -> None:
    lines = (await a_log(tmp_path).run("audit")).out.splitlines()
    assert lines[0].split() == ["WHEN", "WHAT", "RESULT", "USER", "FROM", "PHONE", "NUMBER", "DOOR"]
    assert lines[2].split()[2:] == ["dial", "not-allowed", "kim", "10.0.0.9", "4000", "0900", "sscp"]


async def test_entries_are_chosen_by_user_event_result_and_age(tmp_path: Path) -> None:
    command = a_log(tmp_path)
    for arguments, numbers in (
        (["--user", "kim", "--event", "dial"], ["0900"]),
        (["--failed"], ["0900"]),
        (["--terminal", "4001", "--since", "1h"], ["4000"]),
        (["--limit", "1"], ["4000"]),
        (["--since", "0m"], []),
    ):
        out = (await command.run("audit", "--json", *arguments)).out
        assert [json.loads(line)["number"] for line in out.splitlines()] == numbers, arguments


NO_ENTRIES = (
    *("17", "[1, 2]", "null", '"text"', "true", "{}", "{", '{"time": 1.0}', '{"event": "dial"}'),
    *('{"time": "soon", "event": "dial"}', '{"time": 1, "event": 7}', '{"time": 1e300, "event": "dial"}'),
    *('{"time": -1, "event": "dial"}', '{"time": NaN, "event": "dial"}', '{"time": 1, "event": null}'),
    '{"time": 1, "event": "dial", "user": ["kim"]}',
    '{"time": 1, "event": "dial", "repeated": "many"}',
    "[" * 5000,
)


async def test_lines_that_are_no_entries_are_passed_over_and_counted(tmp_path: Path) -> None:
    command = a_log(tmp_path)
    file = tmp_path / "audit.jsonl"
    before, last = file.read_text().rstrip("\n").rsplit("\n", 1)
    file.write_text("\n".join([before, *NO_ENTRIES, last, ""]))
    for arguments in ([], ["--json"]):
        result = await command.run("audit", *arguments)
        assert result.code == 0
        assert len(result.out.splitlines()) == 3 + (not arguments)
        left_out = f"{len(NO_ENTRIES)} lines of the audit log are invalid and left out"
        assert result.err == f"offhook: {left_out}\n"


async def test_a_token_is_made_shown_and_renewed(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OFFHOOK_TSP_TOKEN_FILE": str(tmp_path / "tsp.token")})
    first = (await command.run("token", "show")).out
    assert (await command.run("token", "show")).out == first
    assert (await command.run("token", "new")).code == 0
    assert (await command.run("token", "show")).out != first
    assert (tmp_path / "tsp.token").stat().st_mode & 0o077 == 0


async def test_of_several_nodes_it_says_which_one_and_shows_those_of_one(tmp_path: Path) -> None:
    for node in ("north", "south"):
        log = FileAuditLog(tmp_path, node=node)
        log.record(Event.LOGIN, "ok", door="sscp", user=node)
        log.close()
    command = Command(tmp_path, {"OFFHOOK_STATE_DIR": str(tmp_path)})
    lines = (await command.run("audit")).out.splitlines()
    one = (await command.run("audit", "--node", "south", "--json")).out.splitlines()
    assert [line.split()[-1] for line in lines] == ["NODE", "north", "south"]
    assert [json.loads(line)["user"] for line in one] == ["south"]
