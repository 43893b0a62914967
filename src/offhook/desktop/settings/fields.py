"""The fields of a settings page, and the conversion between their editors and the values of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from offhook.config.hosts import Hosts
from offhook.config.kinds import Choice, Flag, Number, Whole, Wholes
from offhook.config.listen import Listen
from offhook.config.model import setting_of
from offhook.config.named import typed
from offhook.desktop.plaintext import tip
from offhook.desktop.settings.countries import CountryEdit
from offhook.desktop.settings.several import Several

State = str | bool | int | tuple[str, ...]
"""What stands in an editor."""

LINES = 4
"""Of a list that is typed one a line, as many are seen at a time."""

NARROWEST = 8
"""Characters of a choice that are seen in the narrowest window."""

COUNTRY = "address.country"
"""It is chosen from a list."""


@dataclass(frozen=True)
class Field:
    """A setting: its dotted key, a label, a hint, and an example if there is no default.

    The configuration knows its type: a choice of words becomes a list, with `words` as their labels and
    `unset` for none of them, or without it where one is always chosen (`always`); a boolean becomes a box.
    A list of words becomes boxes (`several`), and any other list can be typed one a line (`by_line`).
    """

    key: str
    label: str
    hint: str = ""
    example: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    unset: str = ""
    always: bool = False
    several: bool = False
    by_line: bool = False

    @property
    def is_flag(self) -> bool:
        """Is it true or false?"""
        return isinstance(setting_of(self.key).setting.kind, Flag)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Values and what they are called; empty when anything may be typed."""
        kind = setting_of(self.key).setting.kind
        if not isinstance(kind, Choice):
            return ()
        words = tuple((word, self.words.get(word, word)) for word in kind.words)
        return words if self.always else (("", self.unset), *words)

    def editor(self, value: object) -> QWidget:
        """The widget to edit it with, showing `value`."""
        made: QLineEdit | QCheckBox | QComboBox | Several | QPlainTextEdit
        if value is None and (self.always or self.several):
            value = setting_of(self.key).default
        if self.several:
            made = Several(self.words, _listed(value))
        elif self.by_line:
            made = QPlainTextEdit("\n".join(_listed(value)))
            made.setPlaceholderText(self.example)
            made.setTabChangesFocus(True)
            made.setFixedHeight((LINES + 1) * made.fontMetrics().lineSpacing())
        elif self.is_flag:
            made = QCheckBox(self.label)
            made.setChecked(bool(value))
        elif self.choices:
            made = QComboBox()
            made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            made.setMinimumContentsLength(NARROWEST)
            for one, text in self.choices:
                made.addItem(text, one)
            made.setCurrentIndex(max(0, made.findData(str(value or ""))))
        else:
            made = CountryEdit() if self.key == COUNTRY else QLineEdit()
            made.setText(shown(value))
            made.setCursorPosition(0)  # of what is longer than the field its beginning is seen
            made.setPlaceholderText(self.example or shown(setting_of(self.key).default))
            if self.is_secret:
                made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setAccessibleName(self.label)
        made.setToolTip(tip(self.hint))
        made.setAccessibleDescription(self.hint)
        return made

    @property
    def is_file(self) -> bool:
        """Is it the name of a file?"""
        return self.key.endswith(("_file", ".file"))

    @property
    def is_secret(self) -> bool:
        """Is it never to be read on the screen?"""
        return setting_of(self.key).setting.kind.secret and not self.is_file

    @property
    def only(self) -> tuple[str, ...]:
        """The kinds of table that have it; empty for all of them."""
        return setting_of(self.key).setting.only

    @staticmethod
    def state(editor: QWidget) -> State:
        """What stands in the editor."""
        if isinstance(editor, Several):
            return tuple(editor.chosen())
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText()
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            return editor.currentIndex()
        assert isinstance(editor, QLineEdit)
        return editor.text()

    @staticmethod
    def restore(editor: QWidget, state: State) -> None:
        """Have it stand there again."""
        if isinstance(editor, Several):
            editor.choose(_listed(state))
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(str(state))
        elif isinstance(editor, QCheckBox):
            editor.setChecked(bool(state))
        elif isinstance(editor, QComboBox) and isinstance(state, int):
            editor.setCurrentIndex(state)
        elif isinstance(editor, QLineEdit):
            editor.setText(str(state))
            editor.setCursorPosition(0)

    def value(self, editor: QWidget) -> object:
        """The value of the editor for the file; None for the default. Raises `ValueError`."""
        if isinstance(editor, Several):
            chosen = editor.chosen()
            return None if chosen == list(_listed(setting_of(self.key).default)) else chosen
        if isinstance(editor, QPlainTextEdit):
            return [line.strip() for line in editor.toPlainText().splitlines() if line.strip()] or None
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            default = setting_of(self.key).default if self.always else ""
            return None if editor.currentData() == default else editor.currentData() or None
        assert isinstance(editor, QLineEdit)
        text = editor.text().strip()
        if not text:
            return None
        kind = setting_of(self.key).setting.kind
        if isinstance(kind, Wholes):
            return numbers(text)
        value = typed(self.key, text) if isinstance(kind, Hosts | Whole | Number) else text
        if isinstance(kind, Whole | Number) and isinstance(value, str):
            raise ValueError
        return value


def _listed(value: object) -> Sequence[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else []


def shown(value: object) -> str:
    """The value of a setting as a person types it."""
    if value is None:
        return ""
    if isinstance(value, tuple | list) and not isinstance(value, Listen):
        return ", ".join(map(str, value))
    if isinstance(value, Path):
        return str(value) if value.parts else ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def numbers(text: str) -> list[int]:
    """`3, 4` as a list. Raises `ValueError`."""
    return [int(part) for part in text.replace(",", " ").split()]
