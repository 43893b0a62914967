"""Lines of text in rows look as Qt itself draws them, and a scroll paints what was not there before."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication, QListWidget, QListWidgetItem

from offhook.desktop import avatar, icons
from offhook.desktop.rowink import Letters, draw_line
from offhook.desktop.rows import LOOK, Index, Look, Rows, dress
from tests.waiting import until

ROOM = QRect(4, 6, 150, 24)
LEFT, RIGHT = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


def drawn(by_hand: bool, text: str, direction: Qt.LayoutDirection, ratio: float) -> QImage:
    image = QImage(round(200 * ratio), round(40 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    font = QFont()
    font.setBold(True)
    painter = QPainter(image)
    if by_hand:
        painter.setFont(font)
        draw_line(painter, direction, ROOM, text)
    else:
        Letters(font).draw(painter, direction, ROOM, text)
    painter.end()
    return image


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("direction", [LEFT, RIGHT])
@pytest.mark.parametrize(
    "text",
    [
        "Lee Min-ho",
        "김철수 · 한솔",
        "a name that is much longer than there is room for",
        "מיכל כהן",
        "محمد 1234 علي",
        "Anna מיכל",
        "Tab\tand\nline feed",
        "漢字",
    ],
)
def test_a_line_looks_as_qt_draws_it(
    qapp: QApplication, text: str, direction: Qt.LayoutDirection, ratio: float
) -> None:
    assert drawn(False, text, direction, ratio) == drawn(True, text, direction, ratio)


def test_letters_that_drew_another_text_draw_this_one_as_if_it_was_their_first(qapp: QApplication) -> None:
    letters = Letters(QFont())

    def image(*texts: str) -> QImage:
        image = QImage(200, 40, QImage.Format.Format_RGB32)
        for text in texts:
            image.fill(QColor("white"))
            painter = QPainter(image)
            letters.draw(painter, LEFT, ROOM, text)
            painter.end()
        return image

    assert image("Kim") == image("a name that is much longer than there is room for", "김철수", "Kim")


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_the_initials_stand_in_the_middle_of_their_disc(qapp: QApplication, ratio: float) -> None:
    side = 48
    image = QImage(round(side * ratio), round(side * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("black"))
    painter = QPainter(image)
    avatar.paint(painter, QRect(0, 0, side, side), "Hugo")
    painter.end()
    wide = range(image.width())
    white = [(x, y) for x in wide for y in wide if image.pixelColor(x, y).lightness() > 240]
    for places in ([x for x, _ in white], [y for _, y in white]):
        before, after = min(places), image.width() - 1 - max(places)
        assert abs(before - after) <= 2 * ratio


def test_an_icon_is_drawn_once(qapp: QApplication) -> None:
    first, again = (icons.pixmap("copy", QColor("#123456"), 16, 1.0) for _ in range(2))
    assert first.cacheKey() == again.cacheKey()


class Counted(Rows):
    """Notes which rows are painted."""

    painted: Sequence[int] = ()

    def paint(self, painter: QPainter, option: object, index: Index) -> None:
        self.painted = (*self.painted, index.row())
        super().paint(painter, option, index)  # type: ignore[arg-type]


async def test_a_scroll_by_a_few_pixels_paints_what_comes_into_sight_alone(qapp: QApplication) -> None:
    view = QListWidget()
    rows = dress(view, Counted)
    assert isinstance(rows, Counted)
    for at in range(100):
        QListWidgetItem(view).setData(LOOK, Look(f"Kim {at}", "Hansol Paper"))
    view.resize(300, 10 * 48)
    view.show()
    await until(lambda: rows.painted)
    bar = view.verticalScrollBar()
    bar.setValue(1)
    await until(lambda: 10 in rows.painted)
    rows.painted = ()
    bar.setValue(9)
    await until(lambda: rows.painted)
    assert set(rows.painted) == {10}
    view.close()
