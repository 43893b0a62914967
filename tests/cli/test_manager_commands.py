"""`calls`, `watch`, `terminal list`, `check` and `up`, with everything running."""

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from offhook.demo.phone import Phone
from offhook.errors import OffhookError
from tests.cli.helpers import Command, Result, a_site, finish, interrupt, write_config


def findings(result: Result) -> dict[str, dict[str, Any]]:
    return {one["what"]: one for one in json.loads(result.out)}


async def test_calls_that_are_up_and_then_in_the_log(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000", "4001"]) as (command, _):
        waiting = await command.start("dial", "4001", "--wait")
        assert waiting.stdout is not None
        while b"connected" not in await waiting.stdout.readline():
            pass
        up = await command.run("calls", "--terminal", "4000")
        listed = await command.run("calls", "--json")
        await interrupt(waiting)
        none = await command.run("calls")
        rows = (await command.run("calls", "--history")).out.splitlines()[1:]
        log = await command.run("calls", "--history", "--terminal", "4000", "--json")
    assert "4000   ->  Lee Min-ho 4001" in up.out and "connected" in up.out
    assert {(call["terminal"], call["state"]) for call in json.loads(listed.out)} == {
        ("4000", "ConnectedState"),
        ("4001", "ConnectedState"),
    }
    assert none.out == "no calls\n"
    assert len(rows) == 1 and rows[0].endswith("call ended"), "of both phones one row"
    (logged,) = json.loads(log.out)
    assert (logged["callee"]["id"], logged["cause"]) == ("4001", "dropped")


async def test_watch_prints_a_line_for_each_change(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000", "4001"]) as (command, _):
        watching = await command.start("watch", "--terminal", "4000", "--json")
        assert watching.stdout is not None
        first = [json.loads(await watching.stdout.readline()) for _ in range(2)]
        assert {"link", "terminal"} == {line["type"] for line in first}
        assert (await command.run("dial", "4001")).code == 0
        states: list[str] = []
        while "ConnectedState" not in states:
            line = json.loads(await watching.stdout.readline())
            states.append(line["state"])
            assert (line["type"], line["terminal"]) == ("call", "4000")
        result = await interrupt(watching)
        await command.run("drop")
    assert states[0] == "OffHookState"
    assert result.code == 130


async def test_watch_into_a_pipe_that_closes_ends_at_the_next_change(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    async with a_site(tmp_path) as (command, system):
        watching = await command.start("watch", stdout=writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            while "4001" not in await asyncio.to_thread(pipe.readline):
                pass
        assert system.sip_address is not None
        async with Phone(system.sip_address, "4001", "second-phone"):
            result = await finish(watching)
    assert (result.code, result.err) == (0, "")


async def test_terminal_list_tells_who_is_registered(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4001"]) as (command, _):
        text = await command.run("terminal", "list")
        coloured = await command.run("terminal", "list", "--color", "always")
        fields = await command.run("terminal", "list", "--json")
    assert text.out.splitlines() == [
        "PHONE  NAME        STATE",
        "4000   Kim         not registered",
        "4001   Lee Min-ho  registered",
    ]
    assert [one["in_service"] for one in json.loads(fields.out)] == [False, True]
    assert [line[:5] for line in coloured.out.splitlines()] == ["PHONE", "\x1b[33m", "\x1b[32m"]


@pytest.mark.parametrize("words", [["calls"], ["watch"], ["hold"], ["dial", "4001"]], ids=lambda one: one[0])
async def test_a_phone_that_there_is_not_is_one_line_with_what_to_do(
    tmp_path: Path, words: list[str]
) -> None:
    async with a_site(tmp_path) as (command, _):
        result = await command.run(*words, "--terminal", "4009")
    assert result.code == 1
    assert re.fullmatch("offhook: there is no phone 4009; .*(terminal list|4000, 4001)\n", result.err)


async def test_a_phone_with_a_wrong_password_is_told_wherever_phones_are_shown(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, system):
        assert system.sip_address is not None
        for phone in ("4001", "4009"):
            with pytest.raises(OffhookError, match="403"):
                await Phone(system.sip_address, phone, "wrong-password").start()
        listed = await command.run("terminal", "list")
        shown = await command.run("terminal", "show", "4001")
        checked = await command.run("check", "--json")
    why = r"not registered: wrong password, from 127\.0\.0\.1, [0-9:]{5}"
    assert re.search(f"^4001 .*{why}$", listed.out, re.MULTILINE)
    assert "4009" not in listed.out, "what strangers make up is kept nowhere"
    assert re.search(f"^state: +{why}$", shown.out, re.MULTILINE)
    assert re.search(why, findings(checked)["phone 4001"]["finding"])


async def test_check_finds_everything_running(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4001"]) as (command, _):
        result = await command.run("check", "--json")
    found = findings(result)
    assert result.code == 0
    assert {what: one["level"] for what, one in found.items()} == {
        "configuration": "OK",
        "phones": "WARN",
        "state folder": "OK",
        "clock": "OK",
        "Smart Messenger": "OK",
        "Call Manager": "OK",
        "phone 4000": "WARN",
        "phone 4001": "OK",
    }
    assert found["phone 4000"]["fix"].endswith("user 4000, with the password of its [[terminal]]")


async def test_check_finds_what_could_be_started(tmp_path: Path) -> None:
    write_config(tmp_path)
    result = await Command(tmp_path).run("check")
    assert result.code == 0
    assert "WARN  Smart Messenger  does not run" in result.out
    assert "-> start it: offhook up" in result.out
    assert "OK    embedded switch  127.0.0.1:0 is free, UDP and TCP" in result.out


async def test_check_finds_a_port_that_another_program_uses(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, system):
        foreign = system.sscp_url.partition("://")[2]
        environ = {"OFFHOOK_TSP_LISTEN": foreign, "OFFHOOK_SSCP_LISTEN": f"127.0.0.1:{system.tsp_port}"}
        result = await Command(command.folder, environ).run("check", "--json")
    found = findings(result)
    assert result.code == 1
    assert found["Smart Messenger"]["level"] == found["Call Manager"]["level"] == "FAIL"
    assert found["Call Manager"]["fix"] == "Stop it, or set sscp.listen to another port"


async def test_check_of_a_wrong_configuration_exits_with_2(tmp_path: Path) -> None:
    write_config(tmp_path, "[tsp]\nport = 7700\n")
    result = await Command(tmp_path).run("check", "--json")
    assert result.code == 2
    (finding,) = json.loads(result.out)
    assert finding["level"] == "FAIL" and "tsp.port: is not a setting" in finding["finding"]


@pytest.mark.parametrize("user", ["", 'user = "kim"\n'], ids=["nobody is named", "without a password"])
async def test_check_leaves_a_login_that_the_window_asks_for(tmp_path: Path, user: str) -> None:
    (tmp_path / "offhook.toml").write_text(f'[sscp]\nurl = "wss://pbx.invalid:7701"\n{user}')
    result = await Command(tmp_path).run("check", "--json")
    assert result.code == 0
    assert "the window asks for it" in findings(result)["Call Manager"]["finding"]


async def test_without_a_call_manager_calls_exits_with_3(tmp_path: Path) -> None:
    write_config(tmp_path)
    result = await Command(tmp_path).run("calls")
    assert result.code == 3
    assert result.err.endswith("start it with: offhook up\n")


async def test_up_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    write_config(tmp_path)
    process = await Command(tmp_path).start("up", "--set", "log.level=info")
    assert process.stderr is not None
    while b"TSP sessions on port" not in await process.stderr.readline():
        pass
    process.terminate()
    assert (await finish(process)).code == 0


async def test_up_with_a_port_in_use_is_one_line_and_exits_with_2(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (_, system):
        (tmp_path / "second").mkdir()
        write_config(tmp_path / "second")
        for key in ("tsp.listen", "sscp.listen"):
            taken = f"{key}=127.0.0.1:{system.tsp_port}"
            result = await Command(tmp_path / "second").run("up", "--set", taken)
            assert result.code == 2
            lines = [line for line in result.err.splitlines() if line.startswith("offhook: ")]
            assert len(lines) == 1 and f"command line: {key}: " in lines[0]
            assert "Traceback" not in result.err


async def test_watch_on_a_terminal_draws_a_table(tmp_path: Path) -> None:
    screen, terminal = os.openpty()
    async with a_site(tmp_path, ["4000", "4001"]) as (command, _):
        watching = await command.start("watch", stdout=terminal)
        os.close(terminal)
        drawn = await read_until(screen, b"4001   Lee Min-ho  ready")
        assert (await command.run("dial", "4001")).code == 0
        drawn += await read_until(screen, b"connected  Kim 4000  Lee Min-ho 4001")
        result = await interrupt(watching)
    os.close(screen)
    assert b"PHONE  NAME" in drawn
    assert result.code == 130


async def read_until(descriptor: int, wanted: bytes) -> bytes:
    """What is read up to and with the first read that completes `wanted`."""
    data = b""
    while wanted not in data:
        data += await asyncio.to_thread(os.read, descriptor, 4096)
    return data
