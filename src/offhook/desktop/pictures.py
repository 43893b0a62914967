"""Pictures of people from the directory, small, and the last ones kept."""

from collections import OrderedDict

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from offhook.directory import Directory, Person
from offhook.errors import UnavailableError

SIDE = 192
"""Logical pixels of a picture that is kept: four times those shown, for screens with a fine grid."""

MAX_SIDE = 8192
"""Pixels of a side of a picture that is read. A larger one would take memory for nothing."""

MAX_KEPT = 64
"""Pictures that are kept: about 150 KB each."""

FORMATS = ("jpeg", "png")


class Pictures:
    """Fetches pictures of people from the directory, if there is one."""

    def __init__(self, directory: Directory | None) -> None:
        self._directory = directory
        self._kept: OrderedDict[Person, QImage | None] = OrderedDict()

    async def of(self, number: str) -> QImage | None:
        """The picture of the person with this number, if there is one and its source can be reached."""
        person = self._directory.person_of(number) if self._directory is not None and number else None
        if person is None or self._directory is None:
            return None
        if person not in self._kept:
            try:
                found = await self._directory.picture(person)
            except UnavailableError:
                return None
            self._kept[person] = decoded(found) if found else None
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return self._kept.get(person)


def decoded(data: bytes) -> QImage | None:
    """The picture, not larger than is needed; None if it is no JPEG or PNG, or too large."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    fits = 0 < size.width() <= MAX_SIDE and 0 < size.height() <= MAX_SIDE
    if bytes(reader.format().data()).decode() not in FORMATS or not fits:
        return None
    reader.setScaledSize(
        size.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        if min(size.width(), size.height()) > SIDE
        else size
    )
    image = reader.read()
    return None if image.isNull() else image
