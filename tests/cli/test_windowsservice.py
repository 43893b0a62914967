"""What the service manager starts, on a Windows that is played: how it ends, and what is told of it."""

import signal
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from offhook.assembly import run as assembly
from offhook.cli import windowsservice
from offhook.windows import serviceprocess
from tests.cli.helpers import write_config


class Manager:
    """The service manager, and Windows' event log."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: list[str] = []
        self.events: list[str] = []
        manager = self

        class Process:
            def __init__(self, name: str) -> None:
                manager.told.append(name)

            def connect(self) -> None:
                manager.told.append("connected")

            def running(self, on_end: Callable[[], object]) -> None:
                manager.told.append("running")
                on_end()

            def stopped(self, problem: int = 0) -> None:
                manager.told.append(f"stopped {problem}")

        monkeypatch.setattr(serviceprocess, "ServiceProcess", Process)
        monkeypatch.setattr(serviceprocess, "report", lambda _kind, text: self.events.append(text))
        monkeypatch.setattr(windowsservice, "site_folder", lambda: folder)
        monkeypatch.setattr(windowsservice, "_log_to_file", lambda: None)
        # It is a process of its own: this one goes on to other tests.
        monkeypatch.setattr(assembly, "tune_gc", lambda: None)


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manager:
    return Manager(tmp_path, monkeypatch)


def serve(file: Path) -> int:
    return windowsservice.serve(Namespace(config=file))


def test_it_runs_until_it_is_told_to_end_and_ends_in_order(manager: Manager, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert serve(write_config(tmp_path)) == 0
    assert manager.told == ["Offhook", "connected", "running", "stopped 0"]
    assert manager.events[0].startswith("Offhook runs: Call Manager at ws://127.0.0.1:")
    assert manager.events[1:] == ["Offhook has stopped."]
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_configuration_that_cannot_be_used_ends_it_for_good(manager: Manager, tmp_path: Path) -> None:
    assert serve(write_config(tmp_path, "[switch]\nno_such_setting = 1\n")) == 1
    assert manager.told == ["Offhook", "connected", "stopped 1"]
    (event,) = manager.events
    assert event.startswith("Offhook cannot run: ") and "no_such_setting" in event


def test_a_crash_is_not_told_as_an_end_so_that_windows_starts_it_again(
    manager: Manager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(assembly, "run", crash)
    with pytest.raises(RuntimeError):
        serve(write_config(tmp_path))
    assert manager.told == ["Offhook", "connected"]
    assert "RuntimeError: a defect" in manager.events[0]


def test_the_log_is_bounded() -> None:
    assert windowsservice.LOG_BYTES * windowsservice.LOG_FILES <= 25_000_000
