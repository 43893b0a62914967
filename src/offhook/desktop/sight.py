"""Whether a window can be seen just now, or is closed, minimised, elsewhere or behind another program's."""

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

LOOKED_AT = (0.2, 0.5, 0.8)
"""Where in the window it is looked at, as parts of its width and its upper half."""

SEEN = 6
"""Of the nine points, so many have to be in sight: a corner that another window covers does not count."""


def in_sight(widget: QWidget) -> bool:
    """Whether the window of the widget can be seen, as far as the system tells.

    X11, Windows and macOS tell what is in front at a point of the screen; Wayland tells nobody.
    """
    window = widget.window()
    handle = window.windowHandle()
    if not window.isVisible() or window.isMinimized() or handle is None or not handle.isExposed():
        return False
    if window.isActiveWindow():
        return True
    # Windows of this program that lie on it do not count: they are its own pop-ups and dialogs.
    points = [
        QPoint(round(window.width() * x), round(window.height() * y / 2))
        for x in LOOKED_AT
        for y in LOOKED_AT
    ]
    ours = [QGuiApplication.topLevelAt(window.mapToGlobal(point)) is not None for point in points]
    return sum(ours) >= SEEN
