"""Pictures from the directory: small, and only what is one."""

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage

from offhook.desktop.card.callcard import CallCard
from offhook.desktop.pictures import MAX_SIDE, SIDE, decoded
from tests.desktop.stage import Stage, incoming
from tests.waiting import until


def a_picture(width: int, height: int, kind: str = "PNG") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(held.data())


async def test_the_card_shows_the_callers_picture_instead_of_the_initials() -> None:
    stage = Stage()
    stage.book.pictures["Lee Min-ho"] = a_picture(64, 64)
    call = stage.play(incoming())
    card = CallCard(stage.phones, call)

    def middle() -> str:
        avatar = card.who.avatar
        return avatar.grab().toImage().pixelColor(avatar.width() // 2, avatar.height() // 2).name()

    await until(lambda: middle() == "#336699")
    stage.phones.close()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_made_small(qapp: object, kind: str) -> None:
    image = decoded(a_picture(1000, 600, kind))
    assert image is not None
    assert image.height() == SIDE


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nbroken", b"BM"]
)
def test_what_is_no_picture_is_none(qapp: object, data: bytes) -> None:
    assert decoded(data) is None


def test_a_picture_that_would_take_much_memory_is_not_read(qapp: object) -> None:
    assert decoded(a_picture(MAX_SIDE + 1, 1)) is None
