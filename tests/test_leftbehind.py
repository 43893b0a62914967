"""What a test leaves behind in its process does not reach the next one."""

import logging
import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest
from pytestqt.exceptions import _except_hook

from tests.leftbehind import as_it_was, changed, logs_as_before, of_the_process

SAID = logging.getLogger("offhook.said")


def test_a_log_that_was_silenced_speaks_again(caplog: pytest.LogCaptureFixture) -> None:
    with logs_as_before():
        SAID.setLevel(logging.CRITICAL)
        logging.getLogger("offhook").setLevel(logging.CRITICAL)
        logging.disable()
    SAID.warning("heard")
    assert caplog.messages == ["heard"]


def test_a_log_that_was_asked_for_the_first_time_has_no_level() -> None:
    with logs_as_before():
        logging.getLogger("offhook.never.asked.for").setLevel(logging.CRITICAL)
    assert logging.getLogger("offhook.never.asked.for").level == logging.NOTSET


def test_handlers_and_switches_of_a_log_are_what_they_were() -> None:
    kept, added = logging.NullHandler(), logging.NullHandler()
    with logs_as_before():
        SAID.addHandler(kept)
        with logs_as_before():
            SAID.addHandler(added)
            SAID.removeHandler(kept)
            SAID.propagate, SAID.disabled = False, True
        assert SAID.handlers == [kept]
    assert (SAID.handlers, SAID.propagate, SAID.disabled) == ([], True, False)


def test_a_test_that_silences_a_log() -> None:
    logging.getLogger("offhook.sscp").setLevel(logging.CRITICAL)


def test_after_it_that_log_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("offhook.sscp.places").warning("heard")
    assert caplog.messages == ["heard"]


def test_what_changes_the_process_is_what_fails() -> None:
    with pytest.raises(AssertionError, match="OFFHOOK_LEFT=None, is 'behind'"), as_it_was():
        os.environ["OFFHOOK_LEFT"] = "behind"
    del os.environ["OFFHOOK_LEFT"]


def test_an_excepthook_of_pytest_qt_is_none_of_a_test_s(monkeypatch: pytest.MonkeyPatch) -> None:
    with as_it_was():
        monkeypatch.setattr(sys, "excepthook", partial(_except_hook, exceptions=[]))


def test_what_is_changed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = of_the_process()
    monkeypatch.setenv("OFFHOOK_LEFT", "behind")
    monkeypatch.chdir(tmp_path)
    handler = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    umask = os.umask(0o012)
    try:
        found = changed(before)
    finally:
        os.umask(umask)
        signal.signal(signal.SIGTERM, handler)
    assert [line.partition(" was ")[0] for line in found] == [
        *("os.environ", "the working folder", "the umask", "handlers of signals"),
    ]
