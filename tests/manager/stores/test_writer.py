"""The thread beside the event loop that writes a log (`offhook.manager.stores.writer`)."""

import threading
import time
from collections.abc import Callable

import pytest

from offhook.common.quiet import AT_ONCE, Pace
from offhook.manager.stores import writer
from offhook.manager.stores.writer import LogWriter

ENOUGH_S = 15.0


class Log:
    """What a `LogWriter` writes: everything that was noted. `refusals`: so many times the disk is full."""

    def __init__(self, refusals: int = 0) -> None:
        self.noted: list[int] = []
        self.written: list[int] = []
        self.done = threading.Event()
        self._refusals = refusals

    def write(self, pace: Pace) -> None:
        self.pace = pace
        if self._refusals:
            self._refusals -= 1
            raise OSError(28, "No space left on device")
        self.written = list(self.noted)
        self.done.set()


def closed_in_time(log_writer: LogWriter) -> bool:
    closing = threading.Thread(target=log_writer.close, daemon=True)
    closing.start()
    closing.join(ENOUGH_S)
    return not closing.is_alive()


def test_what_is_new_is_written() -> None:
    log = Log()
    log_writer = LogWriter("log", log.write, OSError)
    log.noted.append(1)
    log_writer.wake()
    assert log.done.wait(ENOUGH_S)
    assert log.written == [1]
    log_writer.close()


class Meanwhile(threading.Event):
    """Of the writer that waits for a moment of quiet: as long as `more` lasts, something new comes in it."""

    more = 0
    note: Callable[[], None]

    def wait(self, timeout: float | None = None) -> bool:
        if timeout == writer.SETTLE_S and self.more:
            Meanwhile.more -= 1
            Meanwhile.note()
            timeout = 0
        return super().wait(timeout)


def a_busy_log(
    monkeypatch: pytest.MonkeyPatch, more: int, latest_s: float = ENOUGH_S
) -> tuple[LogWriter, Log]:
    """While one entry is to be written, another one comes, so many times."""
    log = Log()

    def note() -> None:
        log.noted.append(len(log.noted))
        log_writer.wake()

    monkeypatch.setattr(writer, "BEGUN", time.monotonic())
    monkeypatch.setattr(writer, "Event", Meanwhile)
    monkeypatch.setattr(Meanwhile, "more", more)
    monkeypatch.setattr(Meanwhile, "note", note, raising=False)
    log_writer = LogWriter("log", log.write, OSError, latest_s=latest_s)
    note()
    return log_writer, log


def test_what_comes_one_after_the_other_is_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each writing delays a call that begins meanwhile."""
    log_writer, log = a_busy_log(monkeypatch, 3)
    assert log.done.wait(ENOUGH_S)
    assert log.written == [0, 1, 2, 3]
    log_writer.close()


def test_it_is_written_in_the_end_however_much_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    log_writer, log = a_busy_log(monkeypatch, 1_000_000_000, latest_s=0.1)
    assert log.done.wait(ENOUGH_S)
    log_writer.close()


@pytest.mark.parametrize("more", [0, 1_000_000_000])
def test_only_while_more_comes_it_is_written_while_the_event_loop_rests(
    monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    """If nothing has come for a while, this is such a moment."""
    log_writer, log = a_busy_log(monkeypatch, more, latest_s=0.5)
    assert log.done.wait(ENOUGH_S)
    assert (log.pace is not AT_ONCE) == bool(more)
    log_writer.close()


def test_logs_in_which_something_is_new_are_written_at_the_same_time() -> None:
    one, other = (writer.next_time(writer.BEGUN + 9.0 + later, 0.45) for later in (0.1, 0.2))
    assert one == pytest.approx(other)
    assert one == pytest.approx(writer.BEGUN + 9.45)


def test_a_mistake_of_ours_is_logged_and_the_log_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writer, "RETRY_S", 0.01)
    log = Log(refusals=1)
    log_writer = LogWriter("log", log.write, KeyError)
    log.noted.append(1)
    log_writer.wake()
    assert log.done.wait(ENOUGH_S)
    assert "Traceback" in caplog.text
    log_writer.close()


def test_close_writes_what_nobody_woke_it_for() -> None:
    log = Log()
    log_writer = LogWriter("log", log.write, OSError)
    log.noted.append(1)
    log_writer.close()
    assert log.written == [1]


def test_what_the_disk_refused_is_written_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writer, "RETRY_S", 0.01)
    log = Log(refusals=2)
    log_writer = LogWriter("call log", log.write, OSError)
    log.noted.append(1)
    log_writer.wake()
    assert log.done.wait(ENOUGH_S)
    assert log.written == [1]
    assert "the call log cannot be written" in caplog.text
    log_writer.close()


def test_it_writes_now_and_then_in_any_case() -> None:
    log = Log()
    log_writer = LogWriter("log", log.write, OSError, every_s=0.01)
    assert log.done.wait(ENOUGH_S)
    log_writer.close()


def test_a_close_that_comes_as_the_writer_begins_to_write_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    about_to_clear, sets = threading.Event(), threading.Semaphore(0)

    class HeldBack(threading.Event):
        """Is not cleared before `wake` (1) and `close` (2) have set what they set."""

        def set(self) -> None:
            super().set()
            sets.release()

        def clear(self) -> None:
            about_to_clear.set()
            assert all(sets.acquire(timeout=ENOUGH_S) for _ in range(3))
            super().clear()

    monkeypatch.setattr(writer, "Event", HeldBack)
    log = Log()
    log_writer = LogWriter("log", log.write, OSError)
    log.noted.append(1)
    log_writer.wake()
    assert about_to_clear.wait(ENOUGH_S)
    assert closed_in_time(log_writer)
    assert log.written == [1]
