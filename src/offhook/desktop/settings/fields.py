"""The fields of a settings page: what they edit, and how they turn it to the file's values and back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from offhook.desktop.plaintext import tip

Value = str | bool | None


@dataclass(frozen=True)
class Field:
    """One setting: its dotted key, a label, what to type, and the value shown as an example.

    `choices` makes it a list to choose from (value, text); `is_flag` a check box; `secret` hides it, and
    keeps what the file has while nothing is typed. `parse` turns the text into the file's value.
    """

    key: str
    label: str
    hint: str = ""
    example: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_flag: bool = False
    secret: bool = False
    parse: Callable[[str], object] = field(default=lambda text: text)

    def editor(self, value: object) -> QWidget:
        """The widget to edit it with, showing `value`."""
        made: QLineEdit | QCheckBox | QComboBox
        if self.is_flag:
            made = QCheckBox(self.label)
            made.setChecked(bool(value))
        elif self.choices:
            made = QComboBox()
            for one, text in self.choices:
                made.addItem(text, one)
            made.setCurrentIndex(max(0, made.findData(str(value or ""))))
        else:
            made = QLineEdit("" if self.secret else shown(value))
            made.setPlaceholderText(self.example)
            if self.secret:
                made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setAccessibleName(self.label)
        made.setToolTip(tip(self.hint))
        made.setAccessibleDescription(self.hint)
        return made

    def value(self, editor: QWidget) -> object:
        """What the editor holds, as the file has it; None for the default. Raises `ValueError`."""
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            return editor.currentData() or None
        assert isinstance(editor, QLineEdit)
        text = editor.text().strip()
        return self.parse(text) if text else None


def shown(value: object) -> str:
    """A setting's value as a person types it."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    if isinstance(value, Path):
        return str(value) if value.parts else ""
    return str(value)


def numbers(text: str) -> list[int]:
    """`3, 4` as a list. Raises `ValueError`."""
    return [int(part) for part in text.replace(",", " ").split()]
