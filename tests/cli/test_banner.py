"""What `offhook up` shows on a terminal."""

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import DOES_NOT_ANSWER, Call, CallState, Cause, Direction, Party, Reason, Terminal
from offhook.cli.banner import LINES_A_SECOND, Changes
from offhook.demo.phone import Phone
from tests.cli.helpers import CONFIG, LIMIT_S, write_config
from tests.peers.program import free_port

KIM, LEE = Terminal("4000", "Kim", in_service=True), Terminal("4001", "Lee")
CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("Lee", "4001"), started=1.0)
IN = replace(CALL, id="c2", terminal="4001", direction=Direction.INBOUND, state=CallState.RING_BACK)


class Screen:
    """What has been said, without the times."""

    def __init__(self) -> None:
        self.now = 100.0
        self.lines: list[str] = []
        self.changes = Changes(lambda text, _colour: self.lines.append(text), lambda: self.now)
        self.changes.begin([KIM, LEE])
        self.first, self.lines[:] = list(self.lines), []

    def told(self) -> list[str]:
        told, self.lines[:] = [line[10:] for line in self.lines], []
        return told


@pytest.fixture
def screen() -> Screen:
    return Screen()


def test_it_begins_with_who_is_registered_and_who_is_not(screen: Screen) -> None:
    assert [line.split() for line in screen.first if line] == [
        ["registered:", "4000", "Kim"],
        ["not", "registered:", "4001", "Lee"],
    ]


def test_a_phone_that_comes_and_goes_is_told_once_each(screen: Screen) -> None:
    for there in (False, True, True, False):
        screen.changes.on_terminal(replace(LEE, in_service=there))
    assert screen.told() == ["4001 Lee registered", "4001 Lee is not registered any more"]


def test_a_phone_that_loses_its_power_is_told_to_be_silent(screen: Screen) -> None:
    silent = replace(LEE, problem=DOES_NOT_ANSWER, problem_at=1.0)
    for one in (replace(LEE, in_service=True), silent, silent):
        screen.changes.on_terminal(one)
    assert screen.told() == ["4001 Lee registered", "4001 Lee does not answer any more"]


def test_a_failure_to_register_is_told_with_its_reason(screen: Screen) -> None:
    failed = replace(LEE, problem="wrong password, from 10.0.0.7", problem_at=1.0)
    for one in (failed, failed, replace(failed, missed=1)):
        screen.changes.on_terminal(one)
    (line,) = screen.told()
    assert line.startswith("4001 Lee could not register: wrong password, from 10.0.0.7, ")


def test_a_call_within_the_site_is_told_once(screen: Screen) -> None:
    screen.changes.on_call(CALL)
    screen.changes.on_call(IN)
    screen.changes.on_call(replace(CALL, state=CallState.CONNECTED, connected=2.0))
    over = replace(CALL, state=CallState.ON_HOOK, connected=2.0, ended=66.0, cause=Cause.NORMAL)
    screen.changes.on_call(over)
    assert screen.told() == [
        "Kim 4000 -> Lee 4001  off hook",
        "Kim 4000 -> Lee 4001  connected",
        "Kim 4000 -> Lee 4001  call ended after 1:04",
    ]


def test_a_call_from_outside_and_one_that_was_sent_on_are_told(screen: Screen) -> None:
    screen.changes.on_call(replace(IN, caller=Party("", "0301234")))
    screen.changes.on_call(replace(IN, id="c3", reason=Reason.FORWARDED_BUSY))
    assert screen.told() == [
        "0301234 -> Lee 4001  ringing",
        "Kim 4000 -> Lee 4001  ringing (forwarded, busy)",
    ]


def test_more_than_can_be_read_is_counted(screen: Screen) -> None:
    for number in range(LINES_A_SECOND + 5):
        screen.changes.on_call(replace(CALL, id=str(number)))
    assert len(screen.told()) == LINES_A_SECOND
    screen.now += 1
    screen.changes.on_call(replace(CALL, id="later"))
    assert screen.told()[0] == "... and 5 changes more; see: offhook watch"


@pytest.mark.skipif("sys.platform == 'win32'")
async def test_up_on_a_terminal_shows_where_it_is_reached_and_what_changes(tmp_path: Path) -> None:
    sip = free_port()
    write_config(tmp_path, CONFIG.partition("[log]")[0])
    ports = {f"OFFHOOK_{part}_LISTEN": f"127.0.0.1:{free_port()}" for part in ("TSP", "SSCP")}
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "offhook.cli.main", "up", "--set", f"switch.embedded.listen=127.0.0.1:{sip}"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "NO_COLOR": "1", **ports},
    )
    os.close(theirs)
    seen = ""

    async def until(wanted: str) -> None:
        nonlocal seen
        async with asyncio.timeout(LIMIT_S):
            while wanted not in seen:
                seen += (await asyncio.to_thread(os.read, ours, 4096)).decode()

    try:
        await until("not registered:     4000 Kim, 4001 Lee Min-ho")
        async with Phone(("127.0.0.1", sip), "4000", "first-phone"):
            await until("4000 Kim registered")
        process.terminate()
        await until("stopped")
        async with asyncio.timeout(LIMIT_S):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        os.close(ours)
    assert f"phones register at  127.0.0.1, port {sip} (from this machine only)" in seen
    assert "INFO" not in seen and "\x1b" not in seen
