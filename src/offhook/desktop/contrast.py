"""How well colours can be told apart."""

from PySide6.QtGui import QColor, QPalette

READABLE = 4.5
"""The least contrast of letters to what is behind them (WCAG 2.1, 1.4.3)."""
CLEAR = 7.0
"""The same for who needs high contrast (WCAG 2.1, 1.4.6)."""


def contrast(one: QColor, other: QColor) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.1)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    parts = [
        one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4
        for one in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def is_dark(of: QPalette) -> bool:
    """Is its text lighter than its window?"""
    return (
        of.color(QPalette.ColorRole.WindowText).lightness() > of.color(QPalette.ColorRole.Window).lightness()
    )
