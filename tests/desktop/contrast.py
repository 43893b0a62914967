"""The contrast of two colours, worked out as WCAG 2.1 says, not as the program does."""

from PySide6.QtGui import QColor


def brightness(color: QColor) -> float:
    """The relative luminance of WCAG 2.1."""
    parts = [
        one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4
        for one in (color.redF(), color.greenF(), color.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
