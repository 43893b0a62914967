"""The background thread that writes a log."""

import logging
import time
from collections.abc import Callable, Sized
from threading import Event, Thread

from offhook.common.quiet import AT_ONCE, Pace

logger = logging.getLogger(__name__)

SETTLE_S = 0.05
"""So long nothing new must have come before it is written. Meanwhile the processor is free for what is
urgent: writing at once delayed an INVITE by 0.6 ms, on two cores."""

LATEST_S = 0.5
"""But after so long it is written in any case. While call follows call, each writing delays some of them by a
millisecond or two, however much is written: so there are two in a second then, not twenty."""

LOOK_S = 0.2
"""The last part of that time, in which it is written a little at a time, while the event loop rests."""

BEGUN = time.monotonic()
"""All logs of a process that are written as often are written at the same times, which are counted from here:
so fewer calls are delayed."""

RETRY_S = 1.0
"""How long it waits after a write has failed."""

TELL_S = 60.0
"""How often such a failure is logged: a disk may be full for a whole night."""


class LogWriter:
    """Calls `write` when nothing has come for a moment after `wake`, again after one of `errors`, and a last
    time at `close`. It is given the pace at which it is to write.

    `name` names the log in messages. `every_s`: `write` is called at least this often. `latest_s`: so long it
    waits at most.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Pace], None],
        errors: type[Exception],
        *,
        every_s: float | None = None,
        latest_s: float = LATEST_S,
    ) -> None:
        self._name, self._write, self._errors = name, write, errors
        self._every_s, self._latest_s = every_s, latest_s
        self.problem = ""
        """Why the last attempt failed; "" if it did not."""
        self._woken, self._closing = Event(), Event()
        self._more = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something to write. Never blocks."""
        self._more = True
        if not self._woken.is_set():  # as mostly, when entries come one after the other
            self._woken.set()

    def close(self) -> None:
        """Write what is pending, and stop the thread."""
        self._closing.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        closing, told = False, 0.0
        while not closing:
            self._woken.wait(self._every_s)
            pace = self._settle()
            self._woken.clear()
            # Checked after the wait: a `close` before it is seen here, a later one wakes the thread again.
            closing = self._closing.is_set()
            try:
                self._write(pace)
            except Exception as error:
                self.problem = str(error) or type(error).__name__
                if closing or not told or time.monotonic() - told >= TELL_S:
                    told = time.monotonic()
                    # Other than `errors` it is a mistake of ours; later entries are written all the same.
                    mistake = None if isinstance(error, self._errors) else error
                    logger.error(
                        "the %s cannot be written (%s); what is new is kept in memory only. Check the disk;"
                        " trying again", self._name, error, exc_info=mistake,
                    )  # fmt: skip
                self._closing.wait(RETRY_S)
                self._woken.set()
            else:
                self.problem = ""
                if told:
                    logger.info("the %s is written again", self._name)
                told = 0.0

    def _settle(self) -> Pace:
        """Wait until nothing new has come for a moment; if something always does, until all logs are written.
        Then it is done in moments in which the event loop rests."""
        look_s = self._latest_s * LOOK_S
        latest = next_time(time.monotonic(), self._latest_s - look_s)
        self._more = True
        left = self._latest_s
        while self._more and left > SETTLE_S:
            self._more = False
            left = latest - time.monotonic()
            if self._closing.wait(max(0.0, min(SETTLE_S, left))):
                return AT_ONCE
        return Pace(look_s) if left <= SETTLE_S else AT_ONCE  # nothing new in less than that says nothing


def next_time(now: float, every_s: float) -> float:
    """The next of the times at which all logs are written that are written so often."""
    return now + every_s - (now - BEGUN) % every_s


class WrittenLater:
    """What every such log tells of its state. `_pending` is what waits in memory for the thread."""

    _pending: Sized
    _writer: LogWriter

    @property
    def waiting(self) -> int:
        """How many entries wait to be written."""
        return len(self._pending)

    @property
    def problem(self) -> str:
        """Why nothing can be written just now; "" if it can."""
        return self._writer.problem
