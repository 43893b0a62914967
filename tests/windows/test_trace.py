"""The provider's log."""

from pathlib import Path

from offhook.windows.trace import Trace, read_trace, switch_trace
from tests.windows.helpers import FakeWindows


def test_it_is_off_until_it_is_switched_on(tmp_path: Path) -> None:
    fake = FakeWindows(tmp_path)
    assert read_trace(fake.windows()) == Trace(False, fake.trace_file)
    assert switch_trace(fake.windows(), True) == Trace(True, fake.trace_file)
    assert fake.registry.keys[r"SOFTWARE\Offhook\TSP"] == {"Trace": 1}
    assert switch_trace(fake.windows(), False) == Trace(False, fake.trace_file)


def test_it_remembers_a_file_of_its_own(tmp_path: Path) -> None:
    fake = FakeWindows(tmp_path)
    switch_trace(fake.windows(), True, tmp_path / "elsewhere.log")
    assert switch_trace(fake.windows(), True) == Trace(True, tmp_path / "elsewhere.log")
