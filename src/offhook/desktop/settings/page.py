"""A page of settings: fields with error messages below, Test and Save."""

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from offhook.address import check_country, meant_country
from offhook.common.finding import Finding, Level
from offhook.config import Config, check_text
from offhook.config.edit import edited, read_text, save, written
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import GRID, column, form, row
from offhook.desktop.plaintext import add_row, label, tip
from offhook.desktop.settings.countries import CountryEdit
from offhook.desktop.settings.fields import COUNTRY, Field, State
from offhook.desktop.settings.policynote import set_by_policy
from offhook.desktop.settings.several import Several
from offhook.desktop.settings.trying import Checker, Tester
from offhook.desktop.theme import colors
from offhook.errors import ConfigError


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
        self.good = True
        """Could what stands here be saved?"""
        self._testing: asyncio.Task[None] | None = None
        self.editors: dict[str, QWidget] = {}
        self.complaints: dict[str, QLabel] = {}
        self.notes: dict[str, QLabel] = {}
        self._before: dict[str, object] = {}
        self._states: dict[str, State] = {}
        self._shown: dict[str, QLayout] = {}
        self.browse: dict[str, QToolButton] = {}
        self._build(intro, config)
        self._changed()

    def _build(self, intro: str, config: Config) -> None:
        whole = column(self, 10)
        whole.setContentsMargins(0, 0, 0, 0)
        if intro:
            whole.addWidget(label(intro, wrap=True))
        self._form = fields = form()
        for one in self._fields:
            editor = one.editor(_setting(config, one.key, self._file))
            complaint = label(wrap=True)
            complaint.hide()
            self.editors[one.key], self.complaints[one.key] = editor, complaint
            self._before[one.key], self._states[one.key] = one.value(editor), one.state(editor)
            self._listen(editor)
            self._add_row(one, editor)
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
        self.cancel_button = QPushButton(self.tr("Ca&ncel"))
        self.cancel_button.hide()
        self.cancel_button.clicked.connect(self._cancel_test)
        self.undo_button = QPushButton(self.tr("Un&do"))
        self.undo_button.setToolTip(tip(self.tr("Take back what is not saved")))
        self.undo_button.clicked.connect(self.undo)
        self.save_button = QPushButton(self.tr("&Save"))
        self.save_button.clicked.connect(self._save)
        buttons = row()
        buttons.addStretch(1)
        for button in (self.test_button, self.cancel_button, self.undo_button, self.save_button):
            buttons.addWidget(button)
        whole.addWidget(self.progress)
        whole.addWidget(self.result)
        whole.addStretch(1)
        whole.addLayout(buttons)

    def _add_row(self, one: Field, editor: QWidget) -> None:
        """Add a field, with what helps to fill it in."""
        line = row(GRID // 2)
        line.addWidget(editor, 1)
        if one.is_file and isinstance(editor, QLineEdit):
            button = QToolButton()
            button.setText(self.tr("Browse …"))
            button.setAccessibleName(self.tr("Browse for {field}").format(field=one.label.replace("&", "")))
            button.clicked.connect(partial(self._browse, editor))
            line.addWidget(button)
            self.browse[one.key] = button
        if isinstance(editor, CountryEdit):
            line.addWidget(editor.name)
        self._shown[one.key] = line
        add_row(self._form, "" if one.is_flag else one.label, editor, line)

    def _browse(self, editor: QLineEdit, _checked: bool = False) -> None:
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), str(self._file.parent))
        if file:
            editor.setText(self.written_file(file))
            editor.setCursorPosition(0)

    def written_file(self, file: str) -> str:
        """A file as it is written into the configuration: beside it by its name alone."""
        chosen = Path(file)
        return chosen.name if chosen.parent == self._file.absolute().parent else str(chosen)

    def _fits(self, one: Field) -> bool:
        """Does the field belong to the kind of table that is chosen?"""
        if not one.only:
            return True
        kind = self.editors.get(f"{one.key.rpartition('.')[0]}.type")
        return isinstance(kind, QComboBox) and kind.currentData() in one.only

    @property
    def unsaved(self) -> bool:
        """Is there anything that is not saved?"""
        return any(one.state(self.editors[one.key]) != self._states[one.key] for one in self._fields)

    def undo(self) -> None:
        """Take back what is not saved."""
        for one in self._fields:
            one.restore(self.editors[one.key], self._states[one.key])

    def say_saved(self, text: str) -> None:
        """Say that it is saved, and what comes of it."""
        self.result.setStyleSheet(f"color: {colors(self.palette()).good.name()}")
        self.result.setText(text)

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
        elif isinstance(editor, Several):
            editor.changed.connect(self._changed)
        elif isinstance(editor, QPlainTextEdit):
            editor.textChanged.connect(self._changed)

    def _changed(self, *_: object) -> None:
        """Check while typing; an error is shown below its field."""
        for complaint in self.complaints.values():
            complaint.hide()
        self.result.clear()
        good = True
        changes: dict[str, object] = {}
        for one in self._fields:
            fits = self._fits(one)
            self._form.setRowVisible(self._shown[one.key], fits)
            try:
                value = one.value(self.editors[one.key]) if fits else None
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
        self._changes, self.good = changes, good
        self.save_button.setEnabled(good and bool(changes))
        self.undo_button.setEnabled(self.unsaved)
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
        if key.startswith("pop.") and "only one of them" in error.what:
            return self.tr("Fill in the web page or the program, and only one of them.")
        if key == COUNTRY and "is not a country" in error.what:
            typed = self.editors.get(key)
            text = typed.text().strip() if isinstance(typed, QLineEdit) else ""
            meant = meant_country(text)
            if meant:
                return self.tr("'{text}' is not a country. Did you mean '{code}'?").format(
                    text=text, code=meant
                )
            return self.tr("'{text}' is not a country. Take its two letters, like KR.").format(text=text)
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
            editor = self.editors[one.key]
            self._before[one.key] = one.value(editor) if self._fits(one) else None
            self._states[one.key] = one.state(editor)
        self._changed()
        self.say_saved(self.tr("Saved to {file}.").format(file=self._file))
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
