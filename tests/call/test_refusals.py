"""No refusal is forgotten at a door."""

from pathlib import Path

import pytest

from offhook.call.refusals import FAILED, PRESENTATIONS, UNREACHABLE, older
from offhook.cli import common
from offhook.cli.main import _code_of
from offhook.errors import CallError, Refusal

DOCS = Path(__file__).parents[2] / "docs"

KNOWN_TO_THE_FIRST = {
    "not-authenticated", "not-allowed", "no-such-terminal", "terminal-unavailable", "terminal-busy",
    "invalid-address", "no-such-call", "bad-request", "overloaded", "unavailable", "failure",
}  # fmt: skip
"""The codes of the first SSCP 1, and the reasons of version 2 of the TSP session."""


def test_each_refusal_has_its_line() -> None:
    assert list(PRESENTATIONS) == list(Refusal)
    assert all(told.step for told in PRESENTATIONS.values())


@pytest.mark.parametrize("page", ["sscp.md", "tsp-session.md"])
@pytest.mark.parametrize("refusal", Refusal)
def test_each_refusal_is_documented_for_each_protocol(page: str, refusal: Refusal) -> None:
    assert f"`{refusal.value}`" in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("refusal", Refusal)
def test_the_command_line_ends_as_the_table_says(refusal: Refusal) -> None:
    assert _code_of(CallError(refusal, "no")) == PRESENTATIONS[refusal].exit_code
    assert (FAILED, UNREACHABLE) == (common.FAILED, common.UNREACHABLE)


def test_a_peer_of_the_first_version_is_told_what_it_knows() -> None:
    assert {older(refusal).value for refusal in Refusal} == KNOWN_TO_THE_FIRST
    assert [older(Refusal(code)).value for code in sorted(KNOWN_TO_THE_FIRST)] == sorted(KNOWN_TO_THE_FIRST)
