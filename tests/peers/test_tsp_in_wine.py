"""The service provider's DLL under our own telephony service, in Wine: each check of tests/tspi_host is a
test here.

A file of checks runs as a whole, in a Windows Python of its own, when the first of its tests is asked for.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tests.long import times
from tests.peers.wine import ROOT, run, windows, windows_path

CHECKS = ROOT / "tests" / "tspi_host"
LIMIT_S = float(times(900, 7200))
"""What a whole file may take. None takes more than two minutes in the gate, on two cores that are busy."""

SHOWN = 6000


def checks_in(file: Path) -> list[str]:
    """The names of its checks, without running it: it needs Windows."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return [
        item.name for item in body if isinstance(item, ast.FunctionDef) and item.name.startswith("check_")
    ]


ALL = [(file.stem, check) for file in sorted(CHECKS.glob("check_*.py")) for check in checks_in(file)]


@dataclass(frozen=True)
class Run:
    """What came of a file: reports of its tests as tests/tspi_host/plugin.py writes them, and all output."""

    status: int
    output: str
    reports: list[dict[str, str]]

    @classmethod
    def of(cls, name: str, folder: Path) -> Self:
        """Run it."""
        report = folder / f"{name}.jsonl"
        status, output = run(
            *("-m", "pytest", "-c", "tests/tspi_host/windows.ini", "--rootdir", "."),
            f"tests/tspi_host/{name}.py",
            limit=LIMIT_S,
            OFFHOOK_REPORT=windows_path(report),
        )
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
        return cls(status, output, [json.loads(line) for line in lines])

    @property
    def unfinished(self) -> list[str]:
        """What was running when the file was ended, or ended Python."""
        ended = {report["test"] for report in self.reports if report["outcome"] != "began"}
        return [report["test"] for report in self.reports if report["test"] not in ended]

    def complaints(self, check: str) -> str:
        """Why the check failed, with every set of parameters; empty when it passed."""
        mine = [report for report in self.reports if report["test"].partition("[")[0] == check]
        began = {report["test"] for report in mine if report["outcome"] == "began"}
        found = [
            f"{report['test']} {report['outcome']} ({report['when']}):\n{report['text']}"
            for report in mine
            if report["outcome"] not in ("began", "passed")
        ]
        unfinished = self.unfinished
        found += [
            f"{test} began and never ended:\n{self.output[-SHOWN:]}" for test in unfinished if test in began
        ]
        if not began and unfinished:
            found.append(f"it did not run, as {', '.join(unfinished)} began before it and never ended")
        elif not began:
            found.append(f"it did not run; exit status {self.status}:\n{self.output[-SHOWN:]}")
        return "\n".join(found)


class Runs:
    """One run of each file, at the first need."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: dict[str, Run] = {}

    def of(self, name: str) -> Run:
        if name not in self._runs:
            self._runs[name] = Run.of(name, self._folder)
        return self._runs[name]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with windows():
        yield Runs(tmp_path_factory.mktemp("in_wine"))


@pytest.mark.peer
@pytest.mark.timeout(LIMIT_S + 60, func_only=True)  # without the start of a Windows
@pytest.mark.parametrize(("name", "check"), ALL)
def test_in_wine(runs: Runs, name: str, check: str) -> None:
    complaints = runs.of(name).complaints(check)
    assert not complaints, complaints


def test_there_are_checks() -> None:
    assert len(ALL) > 100


def test_a_check_that_had_no_time_left_names_the_one_that_took_it() -> None:
    ended = [
        {"test": "check_a", "outcome": outcome, "when": "call", "text": ""} for outcome in ("began", "passed")
    ]
    run = Run(-9, "ended after 900 s", [*ended, {"test": "check_b[1]", "outcome": "began"}])
    assert run.complaints("check_a") == ""
    assert run.complaints("check_b") == "check_b[1] began and never ended:\nended after 900 s"
    assert run.complaints("check_c") == "it did not run, as check_b[1] began before it and never ended"


def test_a_check_that_did_not_run_is_a_complaint() -> None:
    assert Run(3, "no module", []).complaints("check_a") == "it did not run; exit status 3:\nno module"
