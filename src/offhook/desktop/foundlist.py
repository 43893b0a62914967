"""The list under the line that searches: what was found by groups, and last what was typed as a number."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu
from shiboken6 import isValid

from offhook.call import Direction
from offhook.desktop import icons
from offhook.desktop.bridge import spawn
from offhook.desktop.formatting import day_text
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import isolated, tip
from offhook.desktop.presence import Presence, presence_text
from offhook.desktop.rows import LOOK, PICTURE, Look, dress, presence_color, typed_on
from offhook.desktop.suggestions import Group, Suggestion, as_line, group_text, kind_text, way_text

PICTURES_MS = 300
"""The delay before pictures are fetched: not for what is found while somebody types on."""

MAX_PICTURES = 64
"""Pictures that are kept for rows that come again."""

ITEM = Qt.ItemDataRole.UserRole


class FoundList(QListWidget):
    """`wanted` has the number to call, `copied` the one that was copied; `left` is the arrow up at the first
    row, `typed` what somebody types who has gone into the list and goes on to search."""

    wanted = Signal(str)
    copied = Signal(str)
    left = Signal()
    typed = Signal(str)

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self._pictures: dict[str, QImage] = {}
        self.setAccessibleName(self.tr("Suggestions"))
        self.customContextMenuRequested.connect(self._show_menu)
        rows = dress(self)
        rows.call_wanted.connect(self._call)
        rows.copy_wanted.connect(self._copy)
        self.itemActivated.connect(self._activate)
        self._later = QTimer(self, singleShot=True, interval=PICTURES_MS)
        self._later.timeout.connect(self._begin_pictures)
        phones.presence.changed.connect(self._on_presence)

    def show_found(
        self,
        found: Sequence[Suggestion],
        number: Suggestion | None = None,
        counted: bool = True,
        more: bool = False,
    ) -> None:
        """Show these by groups, with how many there are, and `number` as the last line.

        `more`: there are more than these, of the last group and maybe of others.
        """
        self.clear()
        last = found[-1].group if found else None
        for group, several in groupby(found, key=lambda one: one.group):
            members = list(several)
            text = group_text(group)
            many = f"{len(members)}+" if more and group is last else str(len(members))
            self._add_heading(f"{text} ({many})" if counted else text)
            for one in members:
                self._add(one)
        if number is not None:
            self._add(number)
        self._later.start()

    def suggestions(self) -> list[Suggestion]:
        """Those that were found, best first."""
        return [one for _, one in self.rows() if one.group is not Group.NUMBER]

    def rows(self) -> list[tuple[QListWidgetItem, Suggestion]]:
        """The rows without the headings."""
        items = [self.item(at) for at in range(self.count())]
        return [(item, item.data(ITEM)) for item in items if item.data(ITEM) is not None]

    def highlight(self, suggestion: Suggestion | None) -> None:
        """Highlight this row, or none."""
        self.setCurrentRow(-1)
        for item, one in self.rows():
            if one == suggestion:
                self.setCurrentItem(item)
                self.scrollToItem(item)
                return

    def highlighted(self) -> Suggestion | None:
        """The row that Return calls."""
        item = self.currentItem()
        if item is None or not item.isSelected():
            return None
        chosen: Suggestion | None = item.data(ITEM)
        return chosen

    def enter(self, last: bool = False) -> bool:
        """Move the keyboard to the first row, or the last. Is there any?"""
        rows = self.rows()
        if rows:
            self.setFocus()
            self.setCurrentItem(rows[-1 if last else 0][0])
        return bool(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = typed_on(event)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy(self.currentIndex())
        elif event.key() == Qt.Key.Key_Up and self.rows() and self.currentItem() is self.rows()[0][0]:
            self.left.emit()
        elif typed is not None:
            self.typed.emit(typed)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        item = self.currentItem()
        if item is not None:  # Qt makes one current, and does not show it
            self.setCurrentItem(item)

    def _activate(self, _item: QListWidgetItem) -> None:
        chosen = self.highlighted()
        if chosen is not None:
            self.wanted.emit(chosen.number)

    def _add_heading(self, text: str) -> None:
        item = QListWidgetItem(text, self)
        item.setData(LOOK, Look(text, heading=True))
        item.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add(self, one: Suggestion) -> None:
        item = QListWidgetItem(as_line(self._phones, one), self)
        item.setData(ITEM, one)
        self._dress(item, one)

    def _dress(self, item: QListWidgetItem, one: Suggestion) -> None:
        item.setData(LOOK, self._look(one))
        if one.group is not Group.NUMBER:
            presence = presence_text(self._presence(one))
            said = as_line(self._phones, one)
            item.setText(f"{said}   {presence}" if presence else said)
        item.setToolTip(tip(item.text()))
        picture = self._pictures.get(one.number)
        if picture is not None:
            item.setData(PICTURE, picture)

    def _look(self, one: Suggestion) -> Look:
        if one.group is Group.NUMBER:
            return Look(one.name, one.detail, icon="phone")
        shown = self._phones.show(one.number)
        presence = self._presence(one)
        kind = kind_text(one.kind) if one.kind is not None else ""
        missed = one.call is not None and one.call.missed
        way = way_text(one.call) if one.call is not None and (missed or not one.name) else ""
        number = isolated(shown) if one.name else ""
        detail = " · ".join(filter(None, (way, kind, number, presence_text(presence))))
        mark, aside = "", one.detail
        if one.call is not None:
            mark = "out" if one.call.direction is Direction.OUTBOUND else "in"
            aside = day_text(one.call.started)
        color = None if presence is None else presence_color(presence, self.palette())
        return Look(one.name or shown, detail, aside, shown, "", mark, missed, presence=color)

    def _presence(self, one: Suggestion) -> Presence | None:
        return self._phones.presence.of(self._phones.canonical(one.number))

    def _on_presence(self, number: str) -> None:
        for item, one in self.rows():
            if one.group is not Group.NUMBER and self._phones.canonical(one.number) == number:
                self._dress(item, one)

    def _begin_pictures(self) -> None:
        if not self._phones.closed:
            spawn(self._fetch_pictures())

    async def _fetch_pictures(self) -> None:
        for number in [one.number for _, one in self.rows() if one.group is not Group.NUMBER]:
            if number in self._pictures:
                continue
            image = await self._phones.pictures.of(number)
            if not isValid(self):
                return
            if image is None:
                continue
            if len(self._pictures) >= MAX_PICTURES:
                self._pictures.clear()
            self._pictures[number] = image
            for item, one in self.rows():
                if one.number == number:
                    item.setData(PICTURE, image)

    def _call(self, index: QModelIndex) -> None:
        self.wanted.emit(index.data(ITEM).number)

    def _copy(self, index: QModelIndex) -> None:
        one: Suggestion | None = index.data(ITEM) if index.isValid() else None
        if one is not None:
            number = self._phones.show(one.number)
            QGuiApplication.clipboard().setText(number)
            self.copied.emit(number)

    def _show_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if not index.isValid() or index.data(ITEM) is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for icon, text, do in (
            ("phone", self.tr("Call"), self._call),
            ("copy", self.tr("Copy the number"), self._copy),
        ):
            action = QAction(icons.icon(icon), text, menu)
            action.triggered.connect(lambda _checked=False, do=do: do(index))
            menu.addAction(action)
        person = self._phones.person_of(self._phones.canonical(index.data(ITEM).number))
        if person is not None:
            kept = self._phones.kept
            star = QAction(self.tr("Favourite"), menu, checkable=True, checked=kept.is_favourite(person))
            star.triggered.connect(lambda wanted: kept.set_favourite(person, wanted))
            menu.addAction(star)
        menu.popup(self.viewport().mapToGlobal(at))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_later"):
            for item, one in self.rows():
                self._dress(item, one)
        super().changeEvent(event)
