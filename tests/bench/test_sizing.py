"""`python -m bench sizing`, and the table that the docs have of it."""

from pathlib import Path

import pytest

from bench.sizing import SIZES, main, need, table

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


def test_the_table_of_the_docs_is_the_one_that_is_calculated() -> None:
    assert table(SIZES) in DOCS.read_text(encoding="utf-8")


def test_calls_at_once_are_the_dials_of_the_time_that_one_lasts() -> None:
    found = need(3600, an_hour=1, minutes=2)
    assert found.dials_s == 1
    assert found.calls == 120


def test_a_site_that_one_call_manager_has_sessions_for_needs_no_other() -> None:
    assert need(18_000, an_hour=4, minutes=3).nodes == 1
    assert need(18_001, an_hour=4, minutes=3).nodes == 2


def test_numbers_that_make_no_sense_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--minutes", "0"])
    assert "above 0" in capsys.readouterr().err
