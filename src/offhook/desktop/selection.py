"""The text that a person has selected or copied in whatever program."""

from PySide6.QtGui import QClipboard, QGuiApplication

from offhook.windows import selection


async def selected_text() -> str:
    """What is selected in the program in front, else what was copied last; "" if there is neither.

    On X11 any program can read the selection. On Windows the program in front is asked to copy it. Elsewhere
    only what was copied can be read.
    """
    clipboard = QGuiApplication.clipboard()
    if clipboard.supportsSelection():
        text = clipboard.text(QClipboard.Mode.Selection)
    else:
        text = await selection.copied_from_the_front()
    return text.strip() or clipboard.text().strip()
