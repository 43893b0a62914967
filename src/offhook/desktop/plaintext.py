"""Plain-text labels, message boxes, tooltips and notifications, which never interpret HTML.

Names and numbers come from directories, callers and links. Qt's labels and tooltips guess: text that looks
like a tag is HTML, and `<img src=...>` then opens a file, or on Windows a share on an attacker's machine,
which gets the user's credentials. So all views use these functions; a test checks that.
"""

from unicodedata import bidirectional

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QFormLayout, QLabel, QLayout, QMessageBox, QStyle, QWidget

_JOINER = "\u2060"
"""Word joiner: invisible, and text after it is not taken for a tag or an entity (Qt::mightBeRichText)."""


class Label(QLabel):
    """Its text stands at the leading edge of the window, in whatever script it is.

    A `QLabel` goes by the text: in a window from right to left it puts numbers and Latin names to the left,
    away from what they belong to.
    """

    def __init__(self, text: str, *, wrap: bool) -> None:
        super().__init__(text, textFormat=Qt.TextFormat.PlainText, wordWrap=wrap)
        self._wanted = self.alignment()
        self._align()

    def setAlignment(self, wanted: Qt.AlignmentFlag) -> None:
        self._wanted = wanted
        self._align()

    def _align(self) -> None:
        super().setAlignment(QStyle.visualAlignment(self.layoutDirection(), self._wanted))

    def sizeHint(self) -> QSize:
        return self._with_key(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._with_key(super().minimumSizeHint())

    def _with_key(self, size: QSize) -> QSize:
        """Letters around the underlined one are drawn apart: without kerning, for which Qt leaves no room."""
        before, mark, after = self.text().partition("&")
        if mark and after and self.buddy() is not None and not self.wordWrap():
            wide = self.fontMetrics().horizontalAdvance
            apart = wide(before) + wide(after[:1]) + wide(after[1:]) - wide(before + after)
            return QSize(size.width() + max(0, apart) + 1, size.height())
        return size

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange and hasattr(self, "_wanted"):
            self._align()
        super().changeEvent(event)


def label(text: str = "", *, wrap: bool = False) -> QLabel:
    """A label that shows any text literally, also what is set later."""
    return Label(text, wrap=wrap)


def embolden(one: QLabel) -> QLabel:
    """The same label, in bold letters."""
    font = QFont()
    font.setBold(True)
    one.setFont(font)
    return one


def empty_note() -> QLabel:
    """What stands in the middle of a page that has nothing to show yet: why, and what to do."""
    made = label(wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def add_row(form: QFormLayout, text: str, widget: QWidget, line: QLayout | None = None) -> None:
    """Add a row to a form; `&` in the text marks the mnemonic of the widget. `line` is a layout around it."""
    made = label(text)
    made.setBuddy(widget)
    if line is None:
        form.addRow(made, widget)
    else:
        form.addRow(made, line)


def message_box(icon: QMessageBox.Icon, title: str, text: str) -> QMessageBox:
    """A message box with one button."""
    box = QMessageBox(icon, title, "")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box


def tip(text: str) -> str:
    """The text for a tooltip, which has no plain-text mode."""
    return text.replace("<", f"<{_JOINER}").replace("&", f"&{_JOINER}")


def caption(text: str) -> str:
    """The text for a button or menu, with `&` escaped, which would mark a mnemonic (`Müller & Sons`)."""
    return text.replace("&", "&&")


def without_mnemonic(text: str) -> str:
    """A button's text without its key, which Korean has in brackets behind the word."""
    head, mark, key = text.partition("(&")
    return head.rstrip() if mark and key[1:2] == ")" else text.replace("&", "")


def runs_right_to_left(text: str) -> bool:
    """Is the first letter that has a direction of a script from right to left? Digits and signs have none."""
    if text.isascii():
        return False
    for one in text:
        way = bidirectional(one)
        if way in ("L", "R", "AL"):
            return way != "L"
    return False


def isolated(number: str) -> str:
    """A number within a text from right to left, which would turn its groups of digits around."""
    if QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft and number:
        return f"\u2066{number}\u2069"
    return number


def notification(text: str) -> str:
    """The text for a desktop notification; on Linux some desktops interpret HTML."""
    return text.replace("<", "\u2039").replace(">", "\u203a")
