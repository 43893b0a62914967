"""Opens a web page or a program with the caller's number: `[[pop]]`. Never by way of a shell."""

import logging
from collections import deque
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from offhook.call import Call
from offhook.call.occurrences import Occurrence, Occurrences, other_party
from offhook.common.clock import Clock
from offhook.config import PopSettings
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.poptemplate import filled_arguments, filled_url, values

logger = logging.getLogger(__name__)

MOST, WITHIN_S = 5, 10.0
"""So many in so long a time: somebody who calls again and again does not fill the screen."""

Opener = Callable[[str], bool]
Starter = Callable[[Sequence[str]], bool]


class ScreenPops(QObject):
    """Opens what the settings want for each call of this person's phones, as it happens.

    `writings` gives a number in E.164 and as it is written in its country. `opened` and `started` are how a
    page and a program are opened; both say whether that was possible.
    """

    def __init__(
        self,
        phones: PhoneModel,
        pops: Sequence[PopSettings],
        writings: Callable[[str], tuple[str, str]],
        clock: Clock,
        *,
        opened: Opener | None = None,
        started: Starter | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._phones, self._pops, self._writings, self._clock = phones, pops, writings, clock
        self._open, self._start = opened or open_page, started or start_program
        self._occurrences = Occurrences()
        self._times: deque[float] = deque(maxlen=MOST)
        for call in phones.calls():  # what was there before the window is nothing new
            self._occurrences.of(call)
        phones.call_changed.connect(self._on_call)

    def close(self) -> None:
        """Open nothing more."""
        self._phones.call_changed.disconnect(self._on_call)

    def _on_call(self, call: Call) -> None:
        for occurrence in self._occurrences.of(call):
            for pop in self._pops:
                if occurrence.value in pop.events and pop.direction in (call.direction.value, "both"):
                    self._pop(pop, call, occurrence)

    def _pop(self, pop: PopSettings, call: Call, occurrence: Occurrence) -> None:
        now = self._clock()
        if len(self._times) == MOST and now - self._times[0] < WITHIN_S:
            logger.warning("nothing is opened for a call: there were %d in %g s", MOST, WITHIN_S)
            return
        self._times.append(now)
        party = other_party(call)
        name = party.name or self._phones.name_of(party.id)
        found = values(call, occurrence, name, self._writings(party.id) if party.id else ("", ""))
        if pop.url:
            if not self._open(filled_url(pop.url, found)):
                logger.error("no browser can be opened for [[pop]] url; see the system's default browser")
        elif not self._start(filled_arguments(pop.program, found)):
            logger.error("[[pop]] program %s cannot be started; check its path", pop.program[0])


def open_page(url: str) -> bool:
    """Open a page in the system's browser. Could it be done?"""
    return QDesktopServices.openUrl(QUrl(url, QUrl.ParsingMode.StrictMode))


def start_program(arguments: Sequence[str]) -> bool:
    """Start a program, without a shell. Could it be done?"""
    process = QProcess()
    process.setProgram(arguments[0])
    process.setArguments(list(arguments[1:]))
    process.setStandardInputFile(QProcess.nullDevice())
    process.setStandardOutputFile(QProcess.nullDevice())
    process.setStandardErrorFile(QProcess.nullDevice())
    found = process.startDetached()
    return bool(found[0] if isinstance(found, tuple) else found)
