"""A page of settings: fields with error messages below, Test and Save."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from offhook.address import check_country
from offhook.common.finding import Finding, Level
from offhook.config import Config, check_text
from offhook.config.edit import edited, read_text, save, written
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import column, form, row
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.settings.fields import Field
from offhook.desktop.settings.policynote import set_by_policy
from offhook.desktop.theme import colors
from offhook.errors import ConfigError

Tester = Callable[[str], Awaitable[Sequence[Finding]]]
"""A test; its argument is the text of the configuration as it would be saved."""

Checker = Callable[[str], None]
"""A check before saving, with the same argument: raises `ConfigError` if the program could not start."""


class SettingsPage(QWidget):
    """Edits settings in a configuration file. `saved` is emitted after the file has changed."""

    saved = Signal()
    changed = Signal()
    """Something was typed."""

    def __init__(
        self,
        title: str,
        intro: str,
        fields: Sequence[Field],
        config: Config,
        file: Path,
        test: Tester | None = None,
        check: Checker | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title, self._fields, self._file, self._test = title, fields, file, test
        self._check = check
        self._text = ""
        self._testing: asyncio.Task[None] | None = None
        self.editors: dict[str, QWidget] = {}
        self.complaints: dict[str, QLabel] = {}
        self.notes: dict[str, QLabel] = {}
        self._before: dict[str, object] = {}
        self._build(intro, config)
        self._changed()

    def _build(self, intro: str, config: Config) -> None:
        whole = column(self, 10)
        text = label(intro, wrap=True)
        whole.addWidget(text)
        fields = form()
        for one in self._fields:
            editor = one.editor(_setting(config, one.key, self._file))
            complaint = label(wrap=True)
            complaint.hide()
            self.editors[one.key], self.complaints[one.key] = editor, complaint
            self._before[one.key] = one.value(editor)
            self._listen(editor)
            add_row(fields, "" if one.is_flag else one.label, editor)
            fields.addRow("", complaint)
            if one.key in config.policies.settings:
                self.notes[one.key] = set_by_policy(editor)
                fields.addRow("", self.notes[one.key])
        whole.addLayout(fields)
        self._whole, self._below = whole, whole.count()
        self.result = label(wrap=True)
        self.result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.hide()
        self.test_button = QPushButton(self.tr("&Test"))
        self.test_button.setVisible(self._test is not None)
        self.test_button.clicked.connect(self._start_test)
        self.cancel_button = QPushButton(self.tr("&Cancel"))
        self.cancel_button.hide()
        self.cancel_button.clicked.connect(self._cancel_test)
        self.save_button = QPushButton(self.tr("&Save"))
        self.save_button.clicked.connect(self._save)
        buttons = row()
        buttons.addStretch(1)
        for button in (self.test_button, self.cancel_button, self.save_button):
            buttons.addWidget(button)
        whole.addWidget(self.progress)
        whole.addWidget(self.result)
        whole.addStretch(1)
        whole.addLayout(buttons)

    @property
    def text(self) -> str:
        """The text of the configuration as it would be saved."""
        return self._text

    def put_below(self, widget: QWidget) -> None:
        """Add a widget below the fields."""
        self._whole.insertWidget(self._below, widget)

    def _listen(self, editor: QWidget) -> None:
        if isinstance(editor, QLineEdit):
            editor.textChanged.connect(self._changed)
        elif isinstance(editor, QComboBox):
            editor.currentIndexChanged.connect(self._changed)
        elif isinstance(editor, QCheckBox):
            editor.toggled.connect(self._changed)

    def _changed(self, *_: object) -> None:
        """Check while typing; an error is shown below its field."""
        for complaint in self.complaints.values():
            complaint.hide()
        self.result.clear()
        good = True
        changes: dict[str, object] = {}
        for one in self._fields:
            try:
                value = one.value(self.editors[one.key])
            except ValueError:
                self._complain(one.key, self.tr("This cannot be understood; see the example."))
                good = False
                continue
            if value != self._before[one.key]:
                changes[one.key] = value
        try:
            self._text = edited(read_text(self._file), self._file, changes)
            check_country(check_text(self._text, self._file))
        except ConfigError as error:
            self._complain_of(error)
            good = False
        self._changes = changes
        self.save_button.setEnabled(good and bool(changes))
        self.test_button.setEnabled(good)
        self.changed.emit()

    def _complain(self, key: str, text: str) -> None:
        bad = colors(self.palette()).bad.name()
        label = self.complaints.get(key, self.result)
        label.setStyleSheet(f"color: {bad}")
        label.setText(text[:1].upper() + text[1:])
        label.show()
        if key in self.editors:
            self.editors[key].setAccessibleDescription(text)

    def _complain_of(self, error: ConfigError) -> None:
        """Show an error in plain words; one about a setting that is not on this page, with its key."""
        key = re.sub(r"\[(\d+)\]", lambda found: f".{int(found[1]) - 1}", error.key)
        text = self._words(key, error)
        self._complain(key, text if key in self.editors or not key else f"{key}: {text}")

    def _words(self, key: str, error: ConfigError) -> str:
        if key == "tsp.require_token":
            return self.tr(
                'Other computers could dial without a token. Tick "Require a token", or listen on 127.0.0.1'
            )
        if error.what == "is missing":
            return self.tr("This is needed: {what}").format(what=_plain(error.fix, self._fields))
        fix = "" if error.fix.startswith("correct") else error.fix
        return ". ".join(filter(None, (_plain(error.what, self._fields), _plain(fix, self._fields))))

    # Testing.

    def _start_test(self) -> None:
        self._busy(True)
        self.result.setStyleSheet("")
        self.result.setText(self.tr("Testing …"))
        self._testing = spawn(self._run_test())

    def _cancel_test(self) -> None:
        if self._testing is not None:
            self._testing.cancel()
        self._busy(False)
        self.result.setText(self.tr("The test was cancelled."))

    def _busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self.test_button.setEnabled(not busy)

    async def _run_test(self) -> None:
        assert self._test is not None
        try:
            found = await self._test(self._text)
        except ConfigError as error:
            found = [Finding("", str(error), level=Level.FAIL)]
        self._busy(False)
        look = colors(self.palette())
        good = all(one.level is not Level.FAIL for one in found)
        self.result.setStyleSheet(f"color: {(look.good if good else look.bad).name()}")
        self.result.setText("\n".join(_line(one) for one in found))

    # Saving.

    def _save(self) -> None:
        try:
            if self._check is not None:
                self._check(self._text)
            save(self._file, self._changes)
        except ConfigError as error:
            self._complain_of(error)
            return
        for one in self._fields:
            self._before[one.key] = one.value(self.editors[one.key])
        self._changed()
        self.result.setStyleSheet("")
        self.result.setText(self.tr("Saved to {file}.").format(file=self._file))
        self.saved.emit()


def _plain(text: str, fields: Sequence[Field]) -> str:
    """The text with the labels of the page instead of the keys of the file."""
    for one in fields:
        label = one.label.replace("&", "")
        text = text.replace(one.key, label).replace("[[terminal]]", "phone")
    return text[:1].upper() + text[1:]


def _line(one: Finding) -> str:
    mark = "✗" if one.level is Level.FAIL else "✓"
    return f"{mark} {one.what}: {one}" if one.what else f"{mark} {one}"


def _setting(config: Config, key: str, file: Path) -> object:
    """The current value; for a table in a list, the value in the file."""
    if any(part.isdecimal() for part in key.split(".")):
        return written(read_text(file), key)
    value: object = config
    for part in key.split("."):
        value = getattr(value, part)
    return value
