"""The window's tests run in processes of their own: `pytest tests/desktop`.

Qt's objects do not bear being destroyed in another thread than theirs, and Python's collector runs in any:
the program keeps it in one (`offhook.desktop.bridge.collect_here`), other tests do not.
"""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from offhook.common import openfiles
from tests import hashcost, hung, leftbehind, waiting
from tests.order import slowest_first

DESKTOP = Path(__file__).with_name("desktop")

ASKED_TO_END = ("SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP")


def let_children_be_stopped() -> None:
    """What starts in the background of a script or of some CI runners ignores SIGINT, as all its children do.

    A signal that is handled, if only by doing nothing, is not ignored by what is started from then on; the
    tests themselves go on to ignore it. Ctrl-C at a program under test is SIGINT.
    """
    numbers = [getattr(signal, name) for name in ASKED_TO_END if hasattr(signal, name)]
    for number in numbers:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: None)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)


let_children_be_stopped()
hung.show_tasks_too()

# What several tests share is to say as much when it fails as a test does: pytest does it for test files only.
pytest.register_assert_rewrite(
    *(f"tests.{folder.name}" for folder in Path(__file__).parent.iterdir() if folder.is_dir())
)

# A busy machine may take as long as it needs to think of an example, and to try it.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The gate tries the same examples each time; each run by hand tries others.
settings.register_profile("gate", settings.get_profile("tests"), derandomize=True, database=None)
settings.load_profile("gate" if os.environ.get("CI") else "tests")

hashcost.make_cheap()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip the tests of the window unless they are named on the command line."""
    asked_for = any(DESKTOP.name in Path(argument).parts for argument in config.args)
    return True if collection_path == DESKTOP and not asked_for else None


BUSY = 3
"""How many times the time that its mark says a test may take: the marks are of a machine with nothing else to
do. The limit is there to end what hangs; it is no judgement."""


def time_limit_s(item: pytest.Item) -> float:
    """The time limit of a test, in seconds; 0 for none."""
    marker = item.get_closest_marker("timeout")
    limit = marker.args[0] if marker is not None and marker.args else item.config.getini("timeout")
    return float(limit or 0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each of several workers begin with what takes longest; xdist would begin with most tests."""
    if hasattr(config, "workerinput"):
        rank = slowest_first((item.path, time_limit_s(item)) for item in items)
        items.sort(key=lambda item: rank[item.path])
    if config.getoption("timeout") is None:
        for item in items:
            marker = item.get_closest_marker("timeout")
            more = marker.kwargs if marker is not None else {}
            item.add_marker(pytest.mark.timeout(BUSY * time_limit_s(item), **more), append=False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Make `until` fail with its message before the time limit of the test ends it without one."""
    waiting.limit_s = waiting.SHARE * time_limit_s(item) or waiting.NO_LIMIT_S


@pytest.fixture(autouse=True)
def _shares_of_files() -> Iterator[None]:
    """Which servers share the open files is said once a process: what a test says is
    for itself only."""
    before = dict(openfiles._needs)
    yield
    openfiles.share_among(before)


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """What a test has set at a log is not so for those after it; what it leaves otherwise is its fault."""
    with leftbehind.as_it_was():
        yield
