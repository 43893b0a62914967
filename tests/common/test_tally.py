"""What strangers cause to be written, summed up."""

from collections.abc import Callable

from offhook.common.tally import EVERY_S, MAX_KINDS, MAX_SOURCES, SHOWN, Tally


class Minute:
    """A tally, the lines it wrote, and the end of its minute."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.waiting: list[Callable[[], None]] = []
        self.tally = Tally(self.lines.append, self._later)

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        assert seconds == EVERY_S
        self.waiting.append(do)

    def end(self) -> list[str]:
        """What is said then."""
        self.lines.clear()
        waiting, self.waiting = self.waiting, []
        for do in waiting:
            do()
        return self.lines


def test_what_happens_once_is_told_at_once_and_not_again() -> None:
    minute = Minute()
    minute.tally.note("no SIP", "10.0.0.9:5060")
    assert minute.lines == ["from 10.0.0.9:5060: no SIP"]
    assert minute.end() == []


def test_a_flood_from_one_source_is_two_lines() -> None:
    minute = Minute()
    for _ in range(20_000):
        minute.tally.note("no SIP", "10.0.0.9")
    assert minute.lines == ["from 10.0.0.9: no SIP"]
    assert minute.end() == ["in the last 60 s: no SIP: 20000 times from 1 source"]


def test_a_flood_from_everywhere_is_a_few_lines_and_little_memory() -> None:
    minute = Minute()
    for number in range(5000):
        minute.tally.note("no SIP", f"host {number}")
        minute.tally.note("wrong password", f"host {number % 7}")
    assert len(minute.lines) == 2 * SHOWN
    assert minute.end() == [
        f"in the last 60 s: no SIP: 5000 times from {MAX_SOURCES} sources or more; "
        "wrong password: 5000 times from 7 sources"
    ]


def test_kinds_that_strangers_make_up_are_one_in_the_end() -> None:
    minute = Minute()
    for number in range(1000):
        minute.tally.note(f"method {number}", "10.0.0.9")
    assert len(minute.lines) <= MAX_KINDS + 1
    assert minute.end()[0].endswith(f"other: {1000 - MAX_KINDS} times from 1 source")


def test_the_next_minute_begins_anew() -> None:
    minute = Minute()
    minute.tally.note("no SIP", "10.0.0.9")
    minute.end()
    minute.lines.clear()
    minute.tally.note("no SIP", "10.0.0.9")
    assert minute.lines == ["from 10.0.0.9: no SIP"]
    assert len(minute.waiting) == 1
