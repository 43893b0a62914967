"""What a setting looks like that an administrator has set by group policy."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from offhook.desktop.plaintext import label


def set_by_policy(editor: QWidget) -> QLabel:
    """Make the editor show its value only; the note to put below it."""
    text = QCoreApplication.translate("Policy", "Your administrator has set this.")
    editor.setEnabled(False)
    editor.setAccessibleDescription(text)
    note = label()
    note.setText(text)
    note.setEnabled(False)
    return note
