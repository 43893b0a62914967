"""pytest inside the Windows Python: fixtures of the checks, and a report that survives a crash.

The report is a line of JSON before and after every test, in the file that OFFHOOK_REPORT names.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tspi_host.calls import Line
from tests.tspi_host.constants import LineState
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import ANSWERED, Messenger
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings
from tests.tspi_host.switchboard import Switchboard


@pytest.fixture
def messenger(request: pytest.FixtureRequest) -> Iterator[Messenger]:
    """A Smart Messenger; its parameter are the steps of every call, that are answered otherwise."""
    with Messenger(otherwise=getattr(request, "param", ANSWERED)) as running:
        yield running


@pytest.fixture
def board() -> Iterator[Switchboard]:
    """A Smart Messenger of version 3."""
    with Switchboard() as running:
        yield running


@pytest.fixture
def whole_host(board: Switchboard) -> Iterator[Host]:
    """The telephony service, with the provider started, whose one line is the switchboard's."""
    with Settings(LineSettings(board.port)), Host(whole=True) as running:
        yield running


@pytest.fixture
def desk(whole_host: Host, board: Switchboard) -> Line:
    """Its line, opened by a program that wants calls, and in service."""
    return desk_of(whole_host)


@pytest.fixture
def settings(messenger: Messenger) -> Iterator[LineSettings]:
    """One line in the registry, to the Smart Messenger."""
    line = LineSettings(messenger.port)
    with Settings(line):
        yield line


@pytest.fixture
def host(settings: LineSettings) -> Iterator[Host]:
    """The telephony service, with the provider started."""
    with Host() as running:
        yield running


@pytest.fixture
def line(host: Host) -> Line:
    """The first line, opened and in service."""
    opened = host.open(host.devices[0])
    opened.comes_to(LineState.INSERVICE)
    return opened


def _write(**values: object) -> None:
    if name := os.environ.get("OFFHOOK_REPORT"):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")


def pytest_runtest_logstart(nodeid: str) -> None:
    _write(test=nodeid.partition("::")[2], outcome="began")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        test = report.nodeid.partition("::")[2]
        _write(test=test, outcome=report.outcome, when=report.when, text=report.longreprtext)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _write(test="", outcome="failed", when="collect", text=report.longreprtext)
