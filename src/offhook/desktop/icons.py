"""Icons, drawn from SVG paths in the colours of the palette: for light, dark and high contrast."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

MAX_KEPT = 128
"""Icons that are kept: all of them in the few colours of two palettes. A card has a dozen, and is made while
a phone rings."""

_PHONE = (
    "M6.6 10.8a15.1 15.1 0 0 0 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 "
    "3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 "
    "1A17 17 0 0 1 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1z"
)

PATHS = {
    "phone": _PHONE,
    "hangup": (
        "M12 9.48c-1.28 0-2.56 0.16-3.68 0.56v2.48c0 0.32-0.16 0.56-0.48 0.72-0.8 0.4-1.52 0.88-2.16 "
        "1.44-0.16 0.16-0.32 0.24-0.56 0.24s-0.4-0.08-0.56-0.24L2.64 12.76a0.8 0.8 0 0 1 0-1.12A13.6 "
        "13.6 0 0 1 12 7.88a13.6 13.6 0 0 1 9.36 3.76c0.32 0.32 0.32 0.8 0 1.12l-1.92 1.92c-0.16 "
        "0.16-0.32 0.24-0.56 "
        "0"
        ".24s-0.4-0.08-0.56-0.24c-0.64-0.56-1.36-1.04-2.16-1.44-0.24-0.16-0.48-0.4-0.48-0.72V10.04C14.56 "
        "9.64 13.28 9.48 12 9.48z"
    ),
    "people": ("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm0 2c-3.3 0-8 1.7-8 5v1h16v-1c0-3.3-4.7-5-8-5z"),
    "history": (
        "M13 3a9 9 0 0 0-9 9H1l4 4 4-4H6a7 7 0 1 1 2 4.9l-1.4 1.4A9 9 0 1 0 13 "
        "3zm-1 5v5l4.3 2.5.7-1.2-3.5-2.1V8z"
    ),
    "settings": (
        "M19.4 13a7.8 7.8 0 0 0 0-2l2.1-1.6-2-3.5-2.5 1a7.6 7.6 0 0 0-1.7-1l-.4"
        "-2.6h-4l-.4 2.6c-.6.2-1.2.6-1.7 1l"
        "-2.5-1-2 3.5L4.6 11a7.8 7.8 0 0 0 0 2l-2.1 1.6 2 3.5 2.5-1c.5.4 1.1.7 "
        "1.7 1l.4 2.6h4l.4-2.6c.6-.3 1.2-.6 "
        "1.7-1l2.5 1 2-3.5zM12 15.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7z"
    ),
    "home": "M12 3 2 12h3v8h6v-6h2v6h6v-8h3z",
    "more": "M4 6h16v2H4zm0 5h16v2H4zm0 5h16v2H4z",
    "search": (
        "M15.500 14h-.8l-.3-.3a6.500 6.500 0 1 0-.7.7l.3.3v.8l5 5 1.500-1.500zm-6 0a4.500 4.500 0 1 1 0-9 "
        "4.500 4.500 0 0 1 0 9z"
    ),
    "info": (
        "M11 7h2v2h-2zm0 4h2v6h-2zm1-9a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16z"
    ),
    "copy": "M4 3h11v2H6v11H4zM8 7h12v14H8zm2 2v10h8V9z",
    "hold": "M6 5h4v14H6zm8 0h4v14h-4z",
    "retrieve": "M8 5v14l11-7z",
    "swap": "M7 3 3 7l4 4V8h13V6H7zm10 10v3H4v2h13v3l4-4z",
    "onward": "M14 4l8 7-8 7v-4.3C8.5 13.7 5 15.3 2 19.500c1-6.5 5-10.8 12-11.300z",
    "keypad": " ".join(f"M{x} {y}h4v4h-4z" for y in (3, 10, 17) for x in (3, 10, 17)),
    "park": "M7 3h6.500a5.5 5.5 0 0 1 0 11H10v7H7zm3 3v5h3.500a2.5 2.5 0 0 0 0-5z",
    "check": "M9 16.2 4.8 12l-1.9 1.900L9 20 21.5 7.500l-1.9-1.900z",
    "close": "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.600L6.4 19 5 17.6 10.6 12 5 6.400z",
    "moon": "M20.5 14.500A9 9 0 0 1 9.5 3.500a9 9 0 1 0 11 11z",
    "out": "M9 5v2h6.6L4 18.6 5.4 20 17 8.4V15h2V5z",
    "in": "M20 5.4 18.6 4 7 15.6V9H5v10h10v-2H8.4z",
    "star": ("M12.0 1.6 14.7 8.9 22.5 9.2 16.4 14.0 18.5 21.5 12.0 17.2 5.5 21.5 7.6 14.0 1.5 9.2 9.3 8.9z"),
    "star-outline": (
        "M12.0 1.6 14.7 8.9 22.5 9.2 16.4 14.0 18.5 21.5 12.0 17.2 5.5 21.5 7.6 14.0 1.5 9.2 9.3 8.9z"
        "M10.1 10.0 4.8 10.3 9.0 13.6 7.5 18.7 12.0 15.8 16.5 18.7 15.0 13.6 19.2 10.3 13.9 10.0 12.0 5.0z"
    ),
    "mail": "M2 5h20v14H2zM4 8.200V17h16V8.200l-8 5.600zM18.500 7h-13L12 11.500z",
    "back": "M20 11H7.800l5.600-5.600L12 4l-8 8 8 8 1.400-1.400L7.800 13H20z",
    "folder": "M3 5h7l2 2h9v12H3z",
    "down": "M7 9.500l5 5 5-5z",
    "save": "M9 3h6v6h4l-7 7-7-7h4zM5 18h14v2H5z",
    "add": "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z",
}


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a square of `size` logical pixels. It is kept: nobody paints on it."""
    return _pixmap(name, color.name(), size, ratio)


@lru_cache(MAX_KEPT)
def _pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<path fill="{color}" d="{PATHS[name]}"/></svg>'
    )
    image = QPixmap(QSize(size, size) * ratio)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def icon(name: str, color: QColor | None = None) -> QIcon:
    """The icon at the usual sizes, by default in the colour of text."""
    return _icon(name, (color or QGuiApplication.palette().color(QPalette.ColorRole.ButtonText)).name())


@lru_cache(MAX_KEPT)
def _icon(name: str, color: str) -> QIcon:
    made = QIcon()
    for size in (16, 24, 32, 48, 64):
        made.addPixmap(pixmap(name, QColor(color), size))
    return made


def app_icon(connected: bool = True, missed: bool = False) -> QIcon:
    """A handset on a disc: green if calls can be made, otherwise grey; with a dot for missed calls."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        image = QPixmap(size, size)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#1f7a4d" if connected else "#7a7a7a"))
        painter.drawEllipse(0, 0, size, size)
        inner = round(size * 0.6)
        margin = (size - inner) // 2
        painter.drawPixmap(margin, margin, pixmap("phone", QColor("white"), inner))
        if missed:
            _paint_badge(painter, size)
        painter.end()
        made.addPixmap(image)
    return made


def _paint_badge(painter: QPainter, size: int) -> None:
    """An amber dot in the upper corner."""
    painter.setPen(Qt.PenStyle.NoPen)
    dot = size * 0.44
    for color, rim in (("white", 0.0), ("#e08600", size * 0.05)):
        painter.setBrush(QColor(color))
        painter.drawEllipse(QRectF(size - dot + rim, rim, dot - 2 * rim, dot - 2 * rim))
