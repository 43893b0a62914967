"""The built providers in a telephony service of ours, a Windows program, against a scripted Smart Messenger.

x64 and x86: here alone is the 32-bit DLL run, which a 32-bit program loads for its dialogs.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.long import times
from tests.native.dll import path_of
from tests.native.messenger import SCRIPTS, Messenger
from tests.native.wine import Report, program, report, warm_up, windows_path
from tests.peers.program import Program
from tests.tspi_host.switchboard import LARGE, Switchboard

pytestmark = [pytest.mark.peer, pytest.mark.timeout(times(180, 1_800))]

LIMIT_S = float(times(60, 600))
"""What a program may take: many times what it does: Wine takes seconds to start one on a busy machine."""

CALLS = times(100, 10_000)
"""How many are looked at for what they leave behind."""

ARCHITECTURES = ("x64", "x86")
VERSIONS = ("10004", "20000", "20001", "20002", "30000")
"""Versions of TSPI that a line is opened with, in hexadecimal: 1.4, 2.0, 2.1, 2.2, 3.0."""

LIFE = [
    "Action%Login%4000%s3cret%3",
    "Action%Dial%4001",
    "Action%Drop%c1",
    "Action%Dial%4002",
    "Action%Dial%4005",
    "Action%Dial%4001",
    "Action%Drop%c4",
    "Action%Dial%4001",
    "Action%Dial%4004",
    "Action%Dial%4003",
    "Action%Drop%4003",
    "Action%Dial%+82 (2) 568-3848",
    "Action%Drop%c8",
    "Action%Dial%4006",
    "Action%Login%4000%s3cret%3",
    "Action%Dial%4001",
]
"""What the Smart Messenger hears of the host's run on its first line; addresses as they were given. Calls
that were let go of, the last one with its line, are not dropped."""

SEEN = frozenset(
    {
        "negotiate: the newest version of both",
        "answered: completed before its states",
        "answered: the handle was there before",
        "call info: whole, with room to spare",
        "drop: idle before its completion",
        "busy: told",
        "lost: told",
        "close: taken, with a call",
        "install: a first line where the telephony service looks for it",
        "shutdown: the DLL can go",
        "nothing comes of a call or line that was closed",
        "no callback comes before the last has returned",
    }
)
"""Checks that a run must have made; there are many more."""


async def walk(folder: Path, messenger: Messenger, architecture: str, version: str) -> Report:
    """The host's report of a provider's whole life."""
    await warm_up()
    dll = windows_path(path_of(architecture))
    async with program(folder, architecture, "host", dll, str(messenger.port), version) as host:
        await ended(host)
        return report(host.output)


async def ended(host: Program) -> None:
    """All of its output is there."""
    await host.ended(LIMIT_S)
    await host.until(lambda: host.over, "to close its output")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_a_provider_lives_as_the_telephony_service_wants_it(
    tmp_path: Path, architecture: str, version: str
) -> None:
    async with Messenger() as messenger:
        told = await walk(tmp_path, messenger, architecture, version)
    assert told.whole, told.text
    assert told.failed == [], told.text
    assert set(told.passed) >= SEEN
    assert messenger.heard[: len(LIFE)] == LIFE
    assert not any("Drop" in heard for heard in messenger.heard[len(LIFE) :])


CONTROLLED = frozenset(
    {
        "it is offered",
        "call info: whole, with room to spare",
        "connected before the answer is completed",
        "on hold before that is completed",
        "swapped: the second one waits",
        "the transfer is completed",
        "joined: it is told whose party it is",
        "four: he is told whose party he is",
        "a party is removed",
        "where it is parked",
        "forwarded: where to",
        "forwarded: each where to",
        "forwarded in three ways: always is told",
        "the user dials",
        "nothing is completed that was not asked for",
    }
)
"""Checks that a run of the program of version 3 must have made."""


FORWARDED = [
    "forward always=4001",
    "forward busy=4001 no-answer=4002",
    "forward always=4001 busy=4002 no-answer=4003",
]
"""What the program asks for, with one, two and three entries."""


WISH = "# wanted: "


def wishes(host: Program) -> list[str]:
    """What the program has said so far that it wants."""
    return [line.removeprefix(WISH).strip() for line in host.output.splitlines() if line.startswith(WISH)]


async def have_happen_what_is_wanted(board: Switchboard, host: Program) -> None:
    """Until the program's end."""
    happens: dict[str, Callable[[], str]] = {"a call": board.incoming, "a call by hand": board.by_hand}
    done: list[str] = []
    while True:
        await host.until(lambda: len(wishes(host)) > len(done) or host.over, "a wish, or its end")
        if len(wishes(host)) == len(done):
            return
        done.append(await asyncio.to_thread(happens[wishes(host)[len(done)]]))


@pytest.mark.parametrize("version", ("10004", "20002", "30000"))
@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_calls_come_in_and_are_controlled_over_version_3(
    tmp_path: Path, architecture: str, version: str
) -> None:
    await warm_up()
    dll = windows_path(path_of(architecture))
    with Switchboard(LARGE) as board:
        async with program(tmp_path, architecture, "control", dll, str(board.port), version) as host:
            await have_happen_what_is_wanted(board, host)
            await ended(host)
        told = report(host.output)
        assert told.whole, told.text
        assert told.failed == [], told.text
        assert set(told.passed) >= CONTROLLED
        assert [heard for heard in board.heard if heard.startswith("forward ")][:3] == FORWARDED
        assert len(board.calls) == 1, "who talks, talks on when the telephony service ends"


async def test_the_host_notices_a_wrong_cause(tmp_path: Path) -> None:
    async with Messenger({**SCRIPTS, "4002": ["OffHookState", "no-answer"]}) as messenger:
        told = await walk(tmp_path, messenger, "x64", "20002")
    assert told.whole, told.text
    assert told.failed == ["busy: told"]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_the_host_notices_what_is_no_provider(tmp_path: Path, architecture: str) -> None:
    await warm_up()
    async with program(tmp_path, architecture, "host", "kernel32.dll", "7700", "20002") as host:
        await ended(host)
        assert not report(host.output).whole
        assert "Bail out! TSPI_lineNegotiateTSPIVersion is not exported" in host.output


@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_a_smart_messenger_that_sends_without_a_pause_holds_up_nothing(
    tmp_path: Path, architecture: str
) -> None:
    await warm_up()
    dll = windows_path(path_of(architecture))
    async with (
        Messenger() as messenger,
        program(tmp_path, architecture, "flood", dll, str(messenger.port)) as flood,
    ):
        await ended(flood)
    told = report(flood.output)
    assert told.whole, told.text
    assert told.failed == [], told.text
    assert "the call can be asked for while its information changes" in told.passed


@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_calls_leave_nothing_behind(tmp_path: Path, architecture: str) -> None:
    await warm_up()
    dll = windows_path(path_of(architecture))
    async with (
        Messenger() as messenger,
        program(tmp_path, architecture, "wear", dll, str(messenger.port), str(CALLS)) as wear,
    ):
        await ended(wear)
    told = report(wear.output)
    assert told.whole, told.text
    assert told.failed == [], told.text
    none = {f"{CALLS} calls take no handles", f"{CALLS} calls take no memory"}
    assert {"a handle is seen", *none} <= set(told.passed)
    assert messenger.heard.count("Action%Dial%4001") == CALLS


@pytest.mark.parametrize("architecture", ARCHITECTURES)
async def test_the_benchmarks_program_runs_to_its_end(tmp_path: Path, architecture: str) -> None:
    await warm_up()
    dll = windows_path(path_of(architecture))
    async with program(tmp_path, architecture, "speed", dll, "2") as speed:
        await ended(speed)
    lines = speed.output.splitlines()
    assert lines[-1:] == ["end"], speed.output
    assert sorted(line.split()[0] for line in lines[1:-1]) == sorted(
        2 * ["answer", "dial", "notify", "offer", "one-way", "round-trip"]
    )
