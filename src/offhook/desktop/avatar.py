"""An avatar: the initials on a disc, in a colour derived from the name."""

from zlib import crc32

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from offhook.desktop import formatting, icons

COLORS = ("#2f6f8f", "#7a4f9a", "#8a5a2b", "#2d7d5a", "#a0455c", "#4a5fa8", "#5f6b2d", "#8f3f7a")
"""White text on each has a contrast of more than 4.5:1."""


class Avatar(QWidget):
    """A disc of `size` logical pixels: a picture, initials, or without a name a handset."""

    def __init__(self, size: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._name = size, ""
        self._image = QImage()
        self.setFixedSize(QSize(size, size))

    def show_name(self, name: str) -> None:
        """Set the name; "" if it is unknown."""
        if name != self._name:
            self._name, self._image = name, QImage()
            self.update()

    def show_picture(self, image: QImage) -> None:
        """Show a picture instead of the initials."""
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint(painter, self.rect(), self._name, self._image)
        painter.end()


def paint(painter: QPainter, place: QRect, name: str, image: QImage | None = None) -> None:
    """Draw a disc: the middle of a picture, initials, or without a name a handset."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if image is not None and not image.isNull():
        _paint_picture(painter, place, image)
        return
    color = COLORS[crc32(name.encode()) % len(COLORS)] if name else "#5f6368"
    painter.setBrush(QColor(color))
    painter.drawEllipse(place)
    side = place.width()
    letters = formatting.initials(name)
    if letters:
        font = painter.font()
        font.setPixelSize(round(side * 0.4))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("white"))
        painter.drawText(QRectF(place), Qt.AlignmentFlag.AlignCenter, letters)
    else:
        inner = round(side * 0.55)
        at = place.topLeft() + QPoint((side - inner) // 2, (side - inner) // 2)
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(at, icons.pixmap("phone", QColor("white"), inner, ratio))


def _paint_picture(painter: QPainter, place: QRect, image: QImage) -> None:
    """The middle of the picture, in the disc."""
    disc = QPainterPath()
    disc.addEllipse(QRectF(place))
    painter.setClipPath(disc)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    wide, high = image.width(), image.height()
    side = min(wide, high)
    painter.drawImage(QRectF(place), image, QRectF((wide - side) / 2, (high - side) / 2, side, side))
