"""`python -m bench sessions_load`, with a few sessions: that it runs, and finds nothing lost."""

import pytest

from bench.load import command
from bench.load.command import UnfinishedError, main, measured
from bench.load.site import Size, processes_for
from bench.report import TooSmallError
from tests.long import LONG


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "split",
    [
        pytest.param(False, id="one process"),
        pytest.param(
            True, id="two processes", marks=pytest.mark.skipif(not LONG, reason="the same: OFFHOOK_LONG=1")
        ),
    ],
)
async def test_few_sessions_are_told_every_call_once(split: bool) -> None:
    tables = await measured(Size(sessions=16, terminals=8), rate=4, seconds=1, workers=1, split=split)
    all_told, rate_kept = tables[0].aims
    assert all_told.met
    assert rate_kept.met


@pytest.mark.timeout(60)
async def test_what_is_not_done_in_its_time_says_how_far_it_was() -> None:
    with pytest.raises(
        UnfinishedError, match=r"not done within 0\.001 min, and stopped at: the product starts"
    ):
        await measured(Size(sessions=4, terminals=2), rate=1, seconds=1, workers=1, limit_s=0.06)


@pytest.mark.timeout(90)
async def test_parts_of_the_rate_are_tried_before_long_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "TRIED_FROM_S", 0.5)
    monkeypatch.setattr(command, "RUNGS", (0.5, 1.0))
    monkeypatch.setattr(command, "RUNG_S", 1.0)
    said: list[str] = []
    (latency, _) = await measured(Size(8, 8), rate=4, seconds=1, workers=1, say=said.append)
    tried = [text for text in said if text.startswith("tried, ")]
    assert [text.partition(" dials")[0] for text in tried] == ["tried, 2", "tried, 4"]
    assert all(aim.met for aim in latency.aims)


@pytest.mark.timeout(60)
async def test_calls_are_cut_short_to_the_time_that_is_left() -> None:
    (latency, _) = await measured(Size(sessions=8, terminals=8), rate=2, seconds=600, workers=1, limit_s=35)
    all_told, rate_kept = latency.aims
    assert all_told.met
    assert not rate_kept.met
    assert "calls were cut short to " in " ".join(latency.notes)


def test_where_few_files_may_be_open_it_takes_two_processes_and_below_that_says_so() -> None:
    size = Size(sessions=10_000, terminals=2000)
    assert processes_for(size, 65_536) == 1
    assert processes_for(size, 20_000) == 2
    with pytest.raises(TooSmallError, match="open files"):
        processes_for(size, 10_000)


def test_more_dials_than_terminals_can_make_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--sessions", "4", "--terminals", "4", "--rate", "100"])
    assert "--rate has to be at most" in capsys.readouterr().err
