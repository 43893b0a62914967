"""An input line for trying the dialling rules: shows at once, step by step, what would be dialled."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLineEdit, QWidget

from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import GRID, column
from offhook.desktop.plaintext import label
from offhook.desktop.refusals import reason_text
from offhook.desktop.settings.steps import step_text
from offhook.desktop.settings.trying import NumberReading, Trial
from offhook.desktop.theme import colors, ink
from offhook.errors import ConfigError

SETTLE_MS = 120
"""The delay before reading, so that fast typing is read once."""


class NumberTrial(QWidget):
    """The line and its result. `config` returns the text of the configuration with the values on the page."""

    def __init__(self, trial: Trial, config: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trial, self._config = trial, config
        self._asked = 0
        self.input = QLineEdit(placeholderText="tel:+82-2-568-3848;ext=12", clearButtonEnabled=True)
        heading = label(self.tr("Try a &number"))
        heading.setBuddy(self.input)
        self.result = label(wrap=True)
        self.steps = label(wrap=True)
        self.steps.setIndent(2 * GRID)  # a line that is wrapped begins below itself
        for one in (self.result, self.steps):
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        for widget in (heading, self.input, self.result, self.steps):
            whole.addWidget(widget)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._read)
        self.input.textChanged.connect(self.refresh)
        self._hide()

    def _hide(self) -> None:
        self.result.hide()
        self.steps.hide()

    def refresh(self, *_: object) -> None:
        """Read again, because the text or the rules have changed."""
        self._asked += 1
        if self.input.text().strip():
            self._settle.start()
        else:
            self._settle.stop()
            self._hide()

    def _read(self) -> None:
        spawn(self._try(self._asked, self.input.text()))

    async def _try(self, asked: int, text: str) -> None:
        try:
            tried = await self._trial(self._config(), text)
        except ConfigError:
            return  # the page shows the error already
        if asked == self._asked:  # otherwise more has been typed meanwhile
            self._show(tried)

    def _show(self, tried: NumberReading) -> None:
        reading = tried.reading
        good = bool(reading.dialled) and tried.allowed
        lines = []
        if not reading.dialled:
            lines.append(self.tr("✗ Would not be dialled"))
            if reading.error is not None:
                lines.append(reason_text(reading.error))
        elif not tried.allowed:
            lines.append(
                self.tr("✗ {number} is not allowed by the dial rules").format(number=reading.dialled)
            )
        elif reading.shown == reading.dialled:
            lines.append(self.tr("✓ {number} would be dialled").format(number=reading.dialled))
        else:
            what = self.tr("✓ {number} would be dialled, that is {shown}")
            lines.append(what.format(number=reading.dialled, shown=reading.shown))
        look = colors(self.palette())
        for one in (self.result, self.steps):
            ink(one, look.good if good else look.bad)
        self.steps.setText("\n".join(map(step_text, reading.steps)))
        self.steps.setVisible(bool(reading.steps))
        self.result.setText("\n".join(lines))
        self.result.show()
