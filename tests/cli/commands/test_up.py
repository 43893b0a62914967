"""`offhook up`, as a process."""

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from offhook.common.processes import holder_of_file
from offhook.demo.phone import Behaviour, Phone
from offhook.errors import OffhookError
from tests.cli.helpers import CONFIG, LIMIT_S, Command, finish, interrupt, write_config
from tests.waiting import until


def a_command(folder: Path) -> Command:
    write_config(folder, CONFIG.replace('level = "warning"', 'level = "info"'))
    return Command(folder, {"OFFHOOK_CONFIG": str(folder / "offhook.toml")})


async def started(command: Command, *arguments: str) -> asyncio.subprocess.Process:
    """`up`, once it serves."""
    process = await command.start("up", *arguments)
    await said(process, "TSP sessions on port")
    return process


async def said(process: asyncio.subprocess.Process, text: str) -> str:
    """The line with this text, once it is there."""
    assert process.stderr is not None
    async with asyncio.timeout(LIMIT_S):
        while text not in (line := (await process.stderr.readline()).decode()):
            assert line, f"it ended before it said {text!r}"
    return line


async def started_ignoring(signals: str, command: Command) -> asyncio.subprocess.Process:
    """It runs, begun by a script that ignores these signals."""
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", f'trap "" {signals}; exec "$0" -m offhook.cli.main up', sys.executable),
        cwd=command.folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(command.folder), **command.environ},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await said(process, "TSP sessions on port")
    return process


@pytest.mark.skipif("sys.platform == 'win32'")
async def test_it_runs_also_where_there_is_no_standard_output(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'exec "$0" -m offhook.cli.main up >&-', sys.executable),
        cwd=command.folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(command.folder), **command.environ},
        stderr=asyncio.subprocess.PIPE,
    )
    await said(process, "TSP sessions on port")
    assert (await interrupt(process)).code == 0


async def test_ctrl_c_stops_it_and_nothing_is_called_lost(tmp_path: Path) -> None:
    result = await interrupt(await started(a_command(tmp_path)))
    assert result.code == 0
    assert "stopping" in result.err
    assert result.err.splitlines()[-1].endswith("stopped")
    assert "lost" not in result.err


async def test_ctrl_c_stops_it_also_when_it_was_started_in_the_background_of_a_script(tmp_path: Path) -> None:
    """There SIGINT is ignored from the start; as with other servers it is a request to stop all the same."""
    process = await started_ignoring("INT HUP", a_command(tmp_path))
    assert (await interrupt(process)).code == 0


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal is closed like that")
async def test_closing_its_terminal_stops_it_in_order(tmp_path: Path) -> None:
    process = await started(a_command(tmp_path))
    process.send_signal(signal.SIGHUP)
    result = await finish(process)
    assert result.code == 0
    assert result.err.splitlines()[-1].endswith("stopped")


async def test_with_nohup_a_closed_terminal_does_not_stop_it(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    process = await started_ignoring("HUP", command)
    process.send_signal(signal.SIGHUP)
    assert "Offhook runs already" in (await command.run("up")).err
    assert (await interrupt(process)).code == 0


async def test_a_second_one_on_the_same_state_folder_is_told_of_the_first(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    first = await started(command)
    second = await command.run("up")
    await interrupt(first)
    assert second.code == 2
    assert f"offhook: Offhook runs already (pid {first.pid}, since " in second.err
    assert f"with the state folder {tmp_path / 'state'}. Stop it, or use --config for another" in second.err
    assert len(second.err.splitlines()) == 1


async def test_a_second_one_on_the_same_port_is_told_of_the_first(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    first = await started(command, "--set", f"tsp.listen=127.0.0.1:{port}")
    other = ("--set", f"state.dir={tmp_path / 'other'}", "--set", f"tsp.listen=127.0.0.1:{port}")
    second = await finish(await command.start("up", *other))
    await interrupt(first)
    assert second.code == 2
    assert f"tsp.listen: port {port} is taken by Offhook (pid {first.pid}, since " in second.err


async def test_a_file_of_ours_that_another_program_holds(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    await interrupt(await started(command))
    file = tmp_path / "state" / "calls.sqlite"
    code = (
        f"import sqlite3, sys; one = sqlite3.connect({str(file)!r}, isolation_level=None);"
        "one.execute('PRAGMA locking_mode = EXCLUSIVE'); one.execute('BEGIN EXCLUSIVE');"
        "print('held', flush=True); sys.stdin.read()"
    )
    pipe = asyncio.subprocess.PIPE
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=pipe, stdout=pipe)
    assert holder.stdout is not None
    await holder.stdout.readline()
    assert (found := holder_of_file(file)) is not None and found.pid == holder.pid
    result = await command.run("up")
    await holder.communicate(b"")
    assert result.code == 2
    assert f"{file}: is in use by python" in result.err
    assert f"(pid {holder.pid}, since " in result.err


@pytest.mark.skipif("sys.platform == 'win32'")
async def test_systemd_hears_when_it_is_ready_and_when_it_stops(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        command = a_command(tmp_path)
        command.environ["NOTIFY_SOCKET"] = systemd.getsockname()
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(LIMIT_S):
            process = await started(command)
            assert await loop.sock_recv(systemd, 100) == b"READY=1"
            process.send_signal(signal.SIGTERM)
            assert await loop.sock_recv(systemd, 100) == b"STOPPING=1"
        assert (await finish(process)).code == 0


async def test_a_log_in_json_is_one_object_a_line_and_has_no_secret_in_it(tmp_path: Path) -> None:
    """At the level that tells most, with a call, and a phone that has a wrong password."""
    command = a_command(tmp_path)
    file = tmp_path / "offhook.toml"
    text = file.read_text(encoding="utf-8")
    more = 'level = "debug"\nformat = "json"\n[metrics]\nlisten = "127.0.0.1:0"\ntoken = "metrics-secret"\n'
    file.write_text(text.replace('level = "info"', more), encoding="utf-8")
    process = await command.start("up")
    address = json.loads(await said(process, "phones register at"))["message"].split(" ")[3]
    host, _, port = address.partition(":")
    tsp = json.loads(await said(process, "TSP sessions on port"))["message"].rpartition(" ")[2]
    command.environ["OFFHOOK_TSP_LISTEN"] = f"127.0.0.1:{tsp}"
    where = (host, int(port))
    async with Phone(where, "4000", "first-phone"), Phone(where, "4001", "second-phone") as lee:
        with pytest.raises(OffhookError):
            async with Phone(where, "4000", "planted-wrong"):
                pass
        assert (await command.run("dial", "4001")).code == 0
        await until(lambda: lee.calls)
        secrets = [(tmp_path / "state" / name).read_text().strip() for name in ("tsp.token", "local.token")]
        result = await interrupt(process)
    found = [json.loads(line) for line in result.err.splitlines()]
    assert {"call", "terminal"} <= {one.get("event") for one in found}
    for secret in ("first-phone", "second-phone", "planted-wrong", "metrics-secret", *secrets):
        assert secret not in result.err


@pytest.mark.skipif("sys.platform == 'win32'")
async def test_at_sigterm_a_call_that_rings_has_time_and_a_second_one_ends_it(tmp_path: Path) -> None:
    command = a_command(tmp_path)
    with (tmp_path / "offhook.toml").open("a", encoding="utf-8") as config:
        config.write("[drain]\nringing_s = 600\n")
    process = await command.start("up")
    line = await said(process, "phones register at")
    host, port = line.split(" at ")[1].split(" ")[0].split(":")
    await said(process, "TSP sessions on port")
    where = (host, int(port))
    rings = Behaviour(answer_after=None, auto_answer=False)
    async with (
        Phone(where, "4000", "first-phone") as kim,
        Phone(where, "4001", "second-phone", behaviour=rings) as lee,
    ):
        calling = asyncio.create_task(kim.call("4001"))
        await until(lambda: lee.calls)
        process.send_signal(signal.SIGTERM)
        await said(process, "no new calls any more; those that are being made have 600 s")
        process.send_signal(signal.SIGTERM)
        result = await finish(process)
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
    assert (result.code, result.err.splitlines()[-1][-7:]) == (0, "stopped")
