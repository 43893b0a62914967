"""Text as it is: labels, message boxes, tooltips and notifications that take nothing for HTML.

Names and numbers come from directories, callers and links. Qt's labels and tooltips guess: what looks like a
tag is HTML, and `<img src=...>` then opens a file, or on Windows a share of somebody else's machine, which is
sent the user's credentials. So no view makes these itself; a test looks for it.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QMessageBox, QWidget

_JOINER = "\u2060"
"""Word joiner. It takes no room, and what is behind it is no tag and no entity (Qt::mightBeRichText)."""


def label(text: str = "", *, wrap: bool = False) -> QLabel:
    """A label that shows its text as it is, now and whatever it is set to later."""
    return QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=wrap)


def add_row(form: QFormLayout, text: str, widget: QWidget) -> None:
    """A row of a form; an `&` in the text marks the key that leads to the widget."""
    made = label(text)
    made.setBuddy(widget)
    form.addRow(made, widget)


def message_box(icon: QMessageBox.Icon, title: str, text: str) -> QMessageBox:
    """A box with one button."""
    box = QMessageBox(icon, title, "")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box


def tip(text: str) -> str:
    """For a tooltip, which cannot be told that it is plain."""
    return text.replace("<", f"<{_JOINER}").replace("&", f"&{_JOINER}")


def caption(text: str) -> str:
    """For a button or menu, where `&` marks a key: `Müller & Sons` is called so."""
    return text.replace("&", "&&")


def notification(text: str) -> str:
    """For the desktop's own notifications, which on Linux may show HTML, each in its way."""
    return text.replace("<", "\u2039").replace(">", "\u203a")
