"""“Offhook 0.2.0 is available”, above everything in the window. Nothing is fetched before a yes."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import row
from offhook.desktop.plaintext import label
from offhook.errors import OffhookError
from offhook.update import Offer, Updates
from offhook.windows.setup import start_setup

logger = logging.getLogger(__name__)

LOOK_MS = 600_000
"""How often it is asked whether a day is over: timers do not count while a computer sleeps."""

MARGIN = 12


class UpdateBar(QFrame):
    """Not there while nothing is newer. What goes wrong in looking is in the log: nobody has asked for it."""

    def __init__(
        self,
        updates: Updates,
        start: Callable[[Path, str], bool] = start_setup,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._updates, self._start = updates, start
        self._offer: Offer | None = None
        self._work: asyncio.Task[None] | None = None
        self.text = label(wrap=True)
        self.news = QPushButton(self.tr("&What is new"))
        self.install = QPushButton(self.tr("&Install"))
        self.later = QPushButton(self.tr("&Later"))
        self.cancel = QPushButton(self.tr("Sto&p"))
        self.news.clicked.connect(self._show_news)
        self.install.clicked.connect(lambda: self._begin(self._fetch_and_start()))
        self.later.clicked.connect(self._put_off)
        self.cancel.clicked.connect(self._stop)
        line = row()
        line.setContentsMargins(MARGIN, 6, MARGIN, 6)
        line.addWidget(self.text, 1)
        for button in (self.news, self.install, self.later, self.cancel):
            line.addWidget(button)
        self.setLayout(line)
        self.setVisible(False)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    def watch(self) -> None:
        """Look now, if a day is over, and then each day."""
        self._timer.start(LOOK_MS)
        self._tick()

    def end(self) -> None:
        """Look no more; a setup that is being fetched is thrown away."""
        self._timer.stop()
        if self._work is not None:
            self._work.cancel()

    def _tick(self) -> None:
        if self._work is None:
            self._begin(self._look())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._work = task = spawn(work)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._work is task:
            self._work = None

    async def _look(self) -> None:
        try:
            if self._updates.due():
                await self._updates.look()
        except OffhookError as error:
            logger.warning("looking for updates: %s", error)
        if self._work is not asyncio.current_task():
            return  # Install was pressed meanwhile
        offer = self._updates.latest()
        if offer is None:
            self.hide()
        elif offer != self._offer or self.isHidden():
            self._show_offer(offer)

    def _show_offer(self, offer: Offer, problem: str = "") -> None:
        self._offer = offer
        said = self.tr("Offhook {version} is available").format(version=offer.version)
        self._show(f"{said}. {problem}" if problem else said, self.news, self.later)
        self.install.setVisible(offer.download is not None)

    def _show(self, text: str, *buttons: QPushButton) -> None:
        self.text.setText(text)
        for one in (self.news, self.install, self.later, self.cancel):
            one.setVisible(one in buttons)
        self.show()

    def _show_news(self) -> None:
        if self._offer is not None:
            QDesktopServices.openUrl(QUrl(self._offer.notes))

    def _put_off(self) -> None:
        self.hide()
        try:
            self._updates.put_off()
        except OffhookError as error:
            logger.warning("putting an update off: %s", error)

    def _stop(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def _fetch_and_start(self) -> None:
        offer = self._offer
        if offer is None or offer.download is None:
            return
        size, sum_ = offer.download.size, offer.download.sha256
        fetching = self.tr("Fetching Offhook {version}: {percent} %")

        def told(got: int) -> None:
            self.text.setText(fetching.format(version=offer.version, percent=got * 100 // size))

        self._show(fetching.format(version=offer.version, percent=0), self.cancel)
        try:
            file = await self._updates.download(offer, told)
            self._show(self.tr("Windows asks whether the setup may be started."))
            started = await asyncio.to_thread(self._start, file, sum_)
        except (OffhookError, OSError) as error:
            self._show_offer(offer, self.tr("It could not be fetched: {reason}").format(reason=error))
        except asyncio.CancelledError:
            self._show_offer(offer)
            raise
        else:
            if started:
                self._show(self.tr("The setup has started. Go on in its window."))
            else:
                self._show_offer(offer, self.tr("Windows did not allow it. Ask your administrator."))
