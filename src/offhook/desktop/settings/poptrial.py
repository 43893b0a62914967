"""A caller for trying a screen pop: shows what would be opened, and opens it."""

import shlex
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from offhook.call import Call, CallState, Direction, Party
from offhook.call.occurrences import Occurrence
from offhook.config import PopSettings
from offhook.desktop.layouts import column, form
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.poptemplate import filled_arguments, filled_url, values
from offhook.desktop.screenpops import Opener, Starter, open_page, start_program
from offhook.desktop.theme import colors
from offhook.errors import ConfigError

NUMBER, NAME = "+49 371 38", "Anna Schmidt"
"""Somebody whom nobody is likely to have in a real directory."""

Writings = Callable[[str], tuple[str, str]]
"""A number in E.164, and as it is written in its country; raises `ConfigError`."""


class PopTrial(QWidget):
    """`pop` gives the screen pop that is on the page, None while that is empty. It raises `ConfigError`."""

    def __init__(
        self,
        pop: Callable[[], PopSettings | None],
        writings: Writings,
        *,
        opened: Opener | None = None,
        started: Starter | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pop, self._writings = pop, writings
        self._open, self._start = opened or open_page, started or start_program
        self.number, self.name = QLineEdit(NUMBER), QLineEdit(NAME)
        self.preview = label(wrap=True)
        self.preview.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.result = label(wrap=True)
        self.button = QPushButton(self.tr("Tr&y it"))
        self.button.clicked.connect(self._try)
        fields = form()
        add_row(fields, self.tr("Caller's n&umber"), self.number)
        add_row(fields, self.tr("Caller's na&me"), self.name)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(label(self.tr("Try it with a caller:")))
        whole.addLayout(fields)
        whole.addWidget(self.preview)
        whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addWidget(self.result)
        self.result.hide()
        for line in (self.number, self.name):
            line.textChanged.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show what would be opened now."""
        self.result.hide()
        made = self._made()
        said = shlex.join(made) if isinstance(made, list) else made
        # An address has no spaces at which it could be broken.
        self.preview.setText(said.replace("/", "/\u200b").replace("&", "&\u200b") if said else "")
        self.preview.setVisible(bool(said))
        self.button.setEnabled(bool(said))

    def _made(self) -> str | list[str]:
        """The page that would be opened, or the program with its arguments; "" if there is neither."""
        try:
            pop = self._pop()
            if pop is None:
                return ""
            number = self.number.text().strip()
            writings = self._writings(number) if number else ("", "")
        except ConfigError:
            return ""  # the page shows the error already
        them, us = Party(self.name.text().strip(), number), Party("", "4000")
        inbound = pop.direction != "outbound"
        caller, callee = (them, us) if inbound else (us, them)
        way = Direction.INBOUND if inbound else Direction.OUTBOUND
        call = Call("sample", us.id, CallState.RING_BACK, caller, callee, time.time(), direction=way)
        event = Occurrence(pop.events[0]) if pop.events else Occurrence.RINGING
        found = values(call, event, them.name, writings)
        return filled_url(pop.url, found) if pop.url else filled_arguments(pop.program, found)

    def _try(self) -> None:
        made = self._made()
        good = self._start(made) if isinstance(made, list) else self._open(made)
        if good:
            said = self.tr("✓ Opened.")
        elif isinstance(made, list):
            said = self.tr("✗ {program} cannot be started. Check its path.").format(program=made[0])
        else:
            said = self.tr("✗ No browser can be opened. See the system's default browser.")
        look = colors(self.palette())
        self.result.setStyleSheet(f"color: {(look.good if good else look.bad).name()}")
        self.result.setText(said)
        self.result.show()
