"""The service provider's DLL under our own telephony service, in Wine: each check of tests/tspi_host is a
test here.

A file of checks runs as a whole, in a Windows Python of its own, when the first of its tests is asked for.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.wine import ROOT, run, windows, windows_path

CHECKS = ROOT / "tests" / "tspi_host"
LIMIT_S = 500.0
SHOWN = 6000


def checks_in(file: Path) -> list[str]:
    """The names of its checks, without running it: it needs Windows."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return [
        item.name for item in body if isinstance(item, ast.FunctionDef) and item.name.startswith("check_")
    ]


ALL = [(file.stem, check) for file in sorted(CHECKS.glob("check_*.py")) for check in checks_in(file)]


class Run:
    """What came of a file: reports of its tests as tests/tspi_host/plugin.py writes them, and all output."""

    def __init__(self, name: str, folder: Path) -> None:
        report = folder / f"{name}.jsonl"
        self.status, self.output = run(
            *("-m", "pytest", "-c", "tests/tspi_host/windows.ini", "--rootdir", "."),
            f"tests/tspi_host/{name}.py",
            limit=LIMIT_S,
            OFFHOOK_REPORT=windows_path(report),
        )
        lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
        self.reports = [json.loads(line) for line in lines]

    def complaints(self, check: str) -> str:
        """Why the check failed, with every set of parameters; empty when it passed."""
        mine = [report for report in self.reports if report["test"].partition("[")[0] == check]
        began = {report["test"] for report in mine if report["outcome"] == "began"}
        ended = {report["test"] for report in mine if report["outcome"] != "began"}
        found = [
            f"{report['test']} {report['outcome']} ({report['when']}):\n{report['text']}"
            for report in mine
            if report["outcome"] not in ("began", "passed")
        ]
        found += [f"{test} began and never ended:\n{self.output[-SHOWN:]}" for test in sorted(began - ended)]
        if not began:
            found.append(f"it did not run; exit status {self.status}:\n{self.output[-SHOWN:]}")
        return "\n".join(found)


class Runs:
    """One run of each file, at the first need."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: dict[str, Run] = {}

    def of(self, name: str) -> Run:
        if name not in self._runs:
            self._runs[name] = Run(name, self._folder)
        return self._runs[name]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with windows():
        yield Runs(tmp_path_factory.mktemp("in_wine"))


@pytest.mark.peer
@pytest.mark.timeout(LIMIT_S + 60, func_only=True)  # without the wait for the one Windows
@pytest.mark.parametrize(("name", "check"), ALL)
def test_in_wine(runs: Runs, name: str, check: str) -> None:
    complaints = runs.of(name).complaints(check)
    assert not complaints, complaints


def test_there_are_checks() -> None:
    assert len(ALL) > 100
