"""Light, dark, or the system's appearance; and the few colours for which a palette has no role."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from offhook.desktop.contrast import CLEAR, READABLE, contrast, is_dark
from offhook.desktop.edges import VisibleEdges


class Appearance(Enum):
    """The chosen appearance."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colors:
    """Colours with a meaning; each has a contrast of 4.5:1 or more to the window (WCAG 2.1, 1.4.3).

    Of 7:1 or more (1.4.6) where the system has high contrast.
    """

    good: QColor
    bad: QColor
    quiet: QColor
    attention: QColor
    on_color: QColor


_LIGHT = {
    "Window": "#f6f7f8", "WindowText": "#1b1d1f", "Base": "#ffffff", "AlternateBase": "#eff1f3",
    "Text": "#1b1d1f", "Button": "#eceef0", "ButtonText": "#1b1d1f", "BrightText": "#ffffff",
    "Highlight": "#1f6feb", "HighlightedText": "#ffffff", "ToolTipBase": "#ffffff", "ToolTipText": "#1b1d1f",
    "Link": "#0b57d0", "LinkVisited": "#0b57d0", "PlaceholderText": "#63686e", "Mid": "#c3c8cd",
    "Light": "#ffffff", "Midlight": "#e4e7ea", "Dark": "#9aa0a6", "Shadow": "#5f6368",
}  # fmt: skip
_DARK = {
    "Window": "#202225", "WindowText": "#eceff1", "Base": "#17191b", "AlternateBase": "#1e2023",
    "Text": "#eceff1", "Button": "#2f3236", "ButtonText": "#eceff1", "BrightText": "#ffffff",
    "Highlight": "#2563eb", "HighlightedText": "#ffffff", "ToolTipBase": "#2f3236", "ToolTipText": "#eceff1",
    "Link": "#8ab4f8", "LinkVisited": "#8ab4f8", "PlaceholderText": "#a0a6ac", "Mid": "#4a4e53",
    "Light": "#4a4e53", "Midlight": "#3a3d41", "Dark": "#101112", "Shadow": "#000000",
}  # fmt: skip


_LIGHT_COLORS = Colors(
    good=QColor("#1f7a4d"),
    bad=QColor("#c5221f"),
    quiet=QColor("#5f6368"),
    attention=QColor("#8a5300"),
    on_color=QColor("#ffffff"),
)
_DARK_COLORS = Colors(
    good=QColor("#5bd08f"),
    bad=QColor("#ff8a80"),
    quiet=QColor("#a8aeb4"),
    attention=QColor("#ffc46b"),
    on_color=QColor("#101112"),
)


def on_accent(of: QPalette) -> QColor:
    """The colour of letters on the accent: the palette's, unless some system's accent makes it unreadable."""
    accent = of.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
    own = of.color(QPalette.ColorGroup.Active, QPalette.ColorRole.HighlightedText)
    if contrast(own, accent) >= READABLE:
        return own
    return max((QColor("#ffffff"), QColor("#000000")), key=lambda one: contrast(one, accent))


def _accent(application: QApplication) -> QColor | None:
    """The accent that is set in the system, if white letters can be read on it; Qt tells it from 6.6 on."""
    role = getattr(QPalette.ColorRole, "Accent", None)
    if role is None:
        return None
    application.setPalette(QPalette())
    found = application.palette().color(role)
    return found if contrast(found, QColor("#ffffff")) >= READABLE else None


def palette(appearance: Appearance, accent: QColor | None = None) -> QPalette:
    """The light or dark palette, with the system's accent where there is one."""
    made = QPalette()
    for role, color in (_DARK if appearance is Appearance.DARK else _LIGHT).items():
        made.setColor(QPalette.ColorRole[role], QColor(color))
    if accent is not None:
        made.setColor(QPalette.ColorRole.Highlight, accent)
    faint = QColor("#7d8288" if appearance is Appearance.DARK else "#84898e")
    for role in ("WindowText", "Text", "ButtonText"):
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole[role], faint)
    return made


def apply(application: QApplication, appearance: Appearance) -> None:
    """Apply the appearance. The system's palette is not changed, because it may be a high-contrast one."""
    if appearance is Appearance.SYSTEM:
        application.setPalette(QPalette())
        if application.style().name() == "fusion":
            _draw_edges(application)
        return
    _draw_edges(application)
    application.setPalette(palette(appearance, _accent(application)))


def _draw_edges(application: QApplication) -> None:
    """Once: a style that is replaced is deleted, and every widget is polished anew for the next one."""
    if not isinstance(application.style(), VisibleEdges):
        application.setStyle(VisibleEdges())


def filled(color: QColor, of: QPalette) -> str:
    """The style sheet of a button that is filled with a colour of `colors`."""
    on_color, idle = colors(of).on_color.name(), of.color(QPalette.ColorRole.Mid).name()
    return (
        f"QPushButton {{ background: {color.name()}; color: {on_color}; border-radius: 4px;"
        f" padding: 5px 8px; font-weight: bold; border: 2px solid {color.name()} }}"
        f"QPushButton:focus {{ border-color: {of.color(QPalette.ColorRole.WindowText).name()} }}"
        f"QPushButton:disabled {{ background: {idle}; border-color: {idle} }}"
    )


def ink(widget: QWidget, color: QColor | None) -> None:
    """Write in this colour, or in the window's own. A style sheet would give the label a style of its own."""
    if color is None:
        widget.setPalette(QPalette())
    elif widget.palette().color(QPalette.ColorRole.WindowText) != color:
        own = QPalette()
        own.setColor(QPalette.ColorRole.WindowText, color)
        widget.setPalette(own)


def restyle(widget: QWidget, sheet: str) -> None:
    """Set a style sheet, if it is another one: Qt lays out everything anew for it."""
    if widget.styleSheet() != sheet:
        widget.setStyleSheet(sheet)


def colors(of: QPalette) -> Colors:
    """The `Colors` that fit a palette."""
    look = _DARK_COLORS if is_dark(of) else _LIGHT_COLORS
    if not has_high_contrast(of):
        return look
    window, base, text = (of.color(role).rgb() for role in _BEHIND_AND_LETTERS)
    return _clear(look is _DARK_COLORS, window, base, text)


def has_high_contrast(of: QPalette) -> bool:
    """Does the system ask for high contrast? Qt tells that from 6.10 on; before, black and white do."""
    if _asked_for():
        return True
    window, text = of.color(QPalette.ColorRole.Window), of.color(QPalette.ColorRole.WindowText)
    return window.rgb() in _EXTREMES and contrast(window, text) >= _STARK


_BEHIND_AND_LETTERS = (QPalette.ColorRole.Window, QPalette.ColorRole.Base, QPalette.ColorRole.WindowText)
_EXTREMES = (QColor("#000000").rgb(), QColor("#ffffff").rgb())
_STARK = 19.0
"""Yellow on black has 19.6:1. No palette of Offhook has black or white as its window."""
_STEPS = 20
"""In so many steps a colour becomes that of the text."""


def _asked_for() -> bool:
    accessibility = getattr(QGuiApplication.styleHints(), "accessibility", None)
    if accessibility is None:
        return False
    wanted: bool = accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
    return wanted


@lru_cache(maxsize=8)  # of few systems are palettes changed more often, and each row that is painted asks
def _clear(dark: bool, window: int, base: int, text: int) -> Colors:
    """The colours, so near to the text's that they have 7:1 to what lies behind; quiet is the text's."""
    look = _DARK_COLORS if dark else _LIGHT_COLORS
    behind, letters = (QColor(window), QColor(base)), QColor(text)

    def clear(color: QColor) -> QColor:
        for step in range(_STEPS):
            found = _between(color, letters, step / _STEPS)
            if all(contrast(found, one) >= CLEAR for one in behind):
                return found
        return letters

    return Colors(clear(look.good), clear(look.bad), letters, clear(look.attention), QColor(window))


def _between(one: QColor, other: QColor, part: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * part,
        one.greenF() + (other.greenF() - one.greenF()) * part,
        one.blueF() + (other.blueF() - one.blueF()) * part,
    )
