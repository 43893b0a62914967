"""What opens on the desktop when somebody calls."""

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.config import PopSettings
from offhook.desktop.screenpops import MOST, WITHIN_S, ScreenPops
from tests.desktop.stage import Stage, incoming, outgoing
from tests.waiting import until

PAGE = PopSettings(url="https://crm.example/?p={number}&e={event}")


@dataclass
class Desktop:
    """Remembers what was opened."""

    urls: list[str] = field(default_factory=list)
    programs: list[list[str]] = field(default_factory=list)
    now: float = 0.0

    def open(self, url: str) -> bool:
        self.urls.append(url)
        return True

    def start(self, arguments: Sequence[str]) -> bool:
        self.programs.append(list(arguments))
        return True


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    await until(lambda: stage.phones.terminals)
    yield stage
    stage.phones.close()


def popping(stage: Stage, desktop: Desktop, *pops: PopSettings) -> ScreenPops:
    return ScreenPops(
        stage.phones,
        pops,
        lambda _number: ("", ""),
        lambda: desktop.now,
        opened=desktop.open,
        started=desktop.start,
    )


async def test_a_page_opens_while_it_rings_and_once(stage: Stage) -> None:
    desktop = Desktop()
    pops = popping(stage, desktop, PAGE)
    call = stage.play(incoming("a"))
    stage.change("a", state=CallState.CONNECTED, connected=2.0)
    stage.change("a", state=CallState.ON_HOOK, ended=3.0, cause=Cause.NORMAL)
    assert desktop.urls == [f"https://crm.example/?p={call.caller.id}&e=ringing"]
    pops.close()


async def test_other_moments_open_it_when_that_is_wanted(stage: Stage) -> None:
    desktop = Desktop()
    wanted = PopSettings(url=PAGE.url, events=("answered", "ended", "missed"))
    pops = popping(stage, desktop, wanted)
    stage.play(incoming("a"))
    stage.change("a", state=CallState.CONNECTED, connected=2.0)
    stage.change("a", state=CallState.ON_HOOK, ended=3.0, cause=Cause.NORMAL)
    stage.play(incoming("b"))
    stage.change("b", state=CallState.ON_HOOK, ended=3.0, cause=Cause.CANCELLED)
    assert [one.rpartition("=")[2] for one in desktop.urls] == ["answered", "ended", "ended", "missed"]
    pops.close()


async def test_calls_of_ones_own_open_nothing_unless_that_is_wanted(stage: Stage) -> None:
    desktop = Desktop()
    program = PopSettings(program=("crm.exe", "{number}"), events=("answered",), direction="outbound")
    pops = popping(stage, desktop, PAGE, program)
    call = stage.play(outgoing("a"))
    stage.change("a", state=CallState.CONNECTED, connected=2.0)
    assert (desktop.urls, desktop.programs) == ([], [["crm.exe", call.callee.id]])
    pops.close()


async def test_who_calls_again_and_again_does_not_fill_the_screen(stage: Stage) -> None:
    desktop = Desktop()
    pops = popping(stage, desktop, PAGE)
    for number in range(MOST + 3):
        stage.play(incoming(str(number)))
    assert len(desktop.urls) == MOST
    desktop.now = WITHIN_S
    stage.play(incoming("later"))
    assert len(desktop.urls) == MOST + 1
    pops.close()


async def test_a_call_that_was_there_before_opens_nothing(stage: Stage) -> None:
    stage.play(incoming("a"))
    desktop = Desktop()
    pops = popping(stage, desktop, PAGE)
    stage.change("a", held=True)
    assert desktop.urls == []
    pops.close()


async def test_a_program_is_started_with_its_arguments_and_without_a_shell(
    stage: Stage, tmp_path: Path
) -> None:
    script = tmp_path / "crm.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])")
    told = tmp_path / "told"
    pop = PopSettings(program=(sys.executable, str(script), str(told), "; touch {number} $(id) &"))
    pops = ScreenPops(stage.phones, [pop], lambda _number: ("", ""), lambda: 0.0)
    call = stage.play(incoming("a"))
    await until(lambda: told.exists() and told.read_text())
    assert told.read_text() == f"; touch {call.caller.id} $(id) &"
    pops.close()


async def test_a_program_that_is_not_there_is_told_in_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    pops = ScreenPops(
        stage.phones, [PopSettings(program=("/nowhere/crm", "x"))], lambda _number: ("", ""), lambda: 0.0
    )
    stage.play(incoming("a"))
    assert "/nowhere/crm cannot be started" in caplog.text
    pops.close()
