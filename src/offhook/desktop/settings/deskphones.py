"""The page of desk phones that fetch their configuration: those that have, those let in, and new ones."""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QMessageBox, QPushButton, QWidget
from shiboken6 import isValid

from offhook.call.provisioned import PhoneAction, PhoneDone, PhoneList, PhoneOrder, PhoneState
from offhook.common.qrcode import squares
from offhook.config import Config
from offhook.desktop import icons
from offhook.desktop.bridge import spawn
from offhook.desktop.buttonrows import WrappedButtons
from offhook.desktop.errortexts import known_text
from offhook.desktop.formatting import when_text
from offhook.desktop.layouts import GRID, column, on_grid, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label, message_box
from offhook.desktop.qrview import QrView
from offhook.desktop.rows import LOOK, ROW, Look, as_text, dress
from offhook.desktop.settings.adddesk import WINDOW_S, AddDeskPhone
from offhook.desktop.theme import colors
from offhook.errors import CallError, Refusal

LINES = 5
"""Phones that are seen at a time."""

MAX_SHOWN = 500
"""Phones that are listed here; a larger site has its own way: `offhook phone list`."""

AGAIN_MS = 5000
"""How often it is looked what phones have done, while somebody looks at the page, at an older Call Manager
that does not tell."""

MAX_MS = 3_600_000
"""It is looked again after an hour at the latest: Qt counts no longer than some days."""

MARGIN_MS = 500
"""So long after its end it is looked again at a phone that was let in."""


def has_desk_phones(config: Config) -> bool:
    """Can phones fetch their configuration from this Call Manager? One elsewhere may allow it, or not."""
    return bool(config.sscp.url) or config.provisioning.on


class DeskPhonesPage(QWidget):
    """Nothing here is stored: the Call Manager does at once what an administrator asks for."""

    changed = Signal()

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Desk phones")
        self._phones, self._manager = phones, phones.manager
        self._all: list[PhoneState] = []
        self._busy = False
        self.intro = label(wrap=True)
        self.list = QListWidget()
        dress(self.list)
        self.list.setAccessibleName(self.title)
        self.detail, self.warning, self.result = label(wrap=True), label(wrap=True), label(wrap=True)
        self.let_in = QPushButton()
        self.show_address = QPushButton(self.tr("Show the add&ress"))
        self.restart = QPushButton(self.tr("Re&start"))
        self.remove = QPushButton(self.tr("Remo&ve"))
        self.add = QPushButton(icons.icon("add"), self.tr("Add a desk &phone"))
        self.adding = AddDeskPhone()
        self.secret = label(
            self.tr("Who first asks there becomes this phone. Show it to nobody else."), wrap=True
        )
        self.qr = QrView(self.tr("QR code of the address, for Linphone"))
        self.address = QLineEdit(readOnly=True)
        self.address.setAccessibleName(self.tr("Secret address"))
        self.copy = QPushButton(icons.icon("copy"), self.tr("Cop&y"))
        self.question: QMessageBox | None = None
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.list)
        self._hide_address()
        self._fill([], None)

    def _lay_out(self) -> None:
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        line, adding = row(), row()
        self._buttons = WrappedButtons((self.let_in, self.show_address, self.restart, self.remove))
        line.addWidget(self.address, 1)
        line.addWidget(self.copy)
        adding.addWidget(self.add)
        adding.addStretch(1)
        for one in (self.intro, self.list, self.detail, self.warning, self._buttons):
            whole.addWidget(one)
        whole.addWidget(self.secret)
        whole.addWidget(self.qr)
        whole.addLayout(line)
        whole.addLayout(adding)
        whole.addWidget(self.adding)
        whole.addWidget(self.result)
        whole.addStretch(1)
        self.adding.hide()

    def _connect(self) -> None:
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        self._phones.desk_phones_changed.connect(self.refresh)
        self._phones.link_changed.connect(self.refresh)
        self.list.currentRowChanged.connect(self._on_chosen)
        self.let_in.clicked.connect(self._on_let_in)
        self.show_address.clicked.connect(self._on_show)
        self.restart.clicked.connect(self._on_restart)
        self.remove.clicked.connect(self._ask_remove)
        self.add.clicked.connect(self.begin)
        self.adding.left.connect(self._leave)
        self.adding.asked.connect(self._on_add)
        self.adding.changed.connect(self.changed)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.address.text()))

    @property
    def unsaved(self) -> bool:
        """Has the person begun to add a phone, and not finished?"""
        return self.adding.isVisibleTo(self) and self.adding.unsaved

    def undo(self) -> None:
        """Discard the phone that the person has begun to add."""
        self._leave()

    def current(self) -> PhoneState | None:
        """The phone that is chosen, as it now is."""
        at = self.list.currentRow()
        return self._all[at] if 0 <= at < len(self._all) else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._hide_address()

    # What is shown.

    def refresh(self, *_: object) -> None:
        """Ask for the phones as they are now."""
        if self.isVisible() and not self._phones.closed:
            spawn(self._find())

    async def _find(self) -> None:
        refusal, listed = None, PhoneList()
        try:
            listed = await self._manager.phones(watch=True)
        except CallError as error:
            refusal = error.refusal
        if isValid(self):
            self._fill(list(listed.phones), refusal)
            self._look_again(listed)

    def _look_again(self, listed: PhoneList) -> None:
        """The Call Manager tells of changes, but not that time has passed for one that was let in."""
        ends = min((one.open_until for one in listed.phones if one.open_until), default=None)
        waits = [] if ends is None else [max(0, int((ends - time.time()) * 1000)) + MARGIN_MS]
        waits += [] if listed.watched else [AGAIN_MS]
        self._timer.stop()
        if waits and self.isVisible():
            self._timer.start(min([*waits, MAX_MS]))

    def _fill(self, found: list[PhoneState], refusal: Refusal | None) -> None:
        before = self.current()
        self._all = found[:MAX_SHOWN]
        self.intro.setText(self._intro(refusal, len(found)))
        self.list.blockSignals(True)
        self.list.clear()
        for one in self._all:
            look = self._look(one)
            QListWidgetItem(as_text(look), self.list).setData(LOOK, look)
        at = next((at for at, one in enumerate(self._all) if before and one.mac == before.mac), 0)
        self.list.setCurrentRow(at)
        self.list.blockSignals(False)
        high = max(ROW, on_grid(2 * self.list.fontMetrics().height() + GRID))
        self.list.setFixedHeight(min(max(1, len(self._all)), LINES) * high)
        self.list.setVisible(bool(self._all))
        self.add.setVisible(refusal is None and not self.adding.isVisibleTo(self))
        if before is not None and (self.current() is None or self._all[at].mac != before.mac):
            self._hide_address()
        self._show()

    def _intro(self, refusal: Refusal | None, count: int) -> str:
        if not self._phones.connected:
            return self.tr("The desk phones are shown as soon as the Call Manager can be reached.")
        if refusal is Refusal.NOT_ALLOWED:
            return self.tr("Desk phones that set themselves up are shown to administrators only.")
        if refusal is Refusal.NOT_SUPPORTED:
            return self.tr(
                "No desk phone sets itself up here. How they would: [provisioning] of the Call Manager's "
                "configuration."
            )
        if refusal is not None:
            return self.tr("The desk phones cannot be read just now.")
        if not count:
            return self.tr("A desk phone sets itself up once it was added here and is plugged in.")
        if count > MAX_SHOWN:
            return self.tr("The first {shown} of {count} phones that set themselves up:").format(
                shown=MAX_SHOWN, count=count
            )
        return self.tr("These phones set themselves up:")

    def _look(self, one: PhoneState) -> Look:
        look = colors(self.palette())
        color = look.bad if one.stranger else look.attention if one.open_until else look.good
        fetched = one.open_until is not None or one.fetched is not None or bool(one.stranger)
        detail = f"{one.model} · {_written(one.mac)}"
        return Look(self._named(one), detail, presence=color if fetched else None)

    def _named(self, one: PhoneState) -> str:
        phone = self._phones.presence.phones.get(one.terminal)
        return " ".join(filter(None, (phone.name if phone is not None else "", one.terminal)))

    def _show(self, *_: object) -> None:
        one = self.current()
        for widget in (self.detail, self.let_in, self.show_address, self.restart, self.remove):
            widget.setVisible(one is not None)
            if isinstance(widget, QPushButton):
                widget.setEnabled(not self._busy)
        self.warning.setVisible(one is not None and bool(one.stranger))
        if one is None:
            return
        self.let_in.setText(self.tr("&Let in no more") if one.open_until else self.tr("&Let in"))
        self._buttons.arrange()
        self.detail.setText("\n".join(self._lines(one)))
        self.warning.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.warning.setText(
            self.tr("{host} asked for its settings as well, {when}, and got nothing.").format(
                host=one.stranger, when=when_text(one.stranger_at or 0)
            )
        )

    def _lines(self, one: PhoneState) -> list[str]:
        fetched = self.tr("It has not fetched its settings yet.")
        if one.fetched is not None:
            fetched = self.tr("It has fetched its settings {when}, from {host}.").format(
                when=when_text(one.fetched), host=one.source
            )
        lines = [fetched]
        if one.registered is not None:
            lines.append(self.tr("It has registered by them {when}.").format(when=when_text(one.registered)))
        if one.open_until is not None:
            way = self.tr("It is let in by its secret address until {when}.")
            way = way if one.path_only else self.tr("It is let in until {when}: plug it in, or restart it.")
            lines.append(way.format(when=when_text(one.open_until)))
        return lines

    def _on_chosen(self, *_: object) -> None:
        self._hide_address()
        self.result.clear()
        self._show()

    def _hide_address(self) -> None:
        """The secret is on the screen only as long as somebody wants it there."""
        self.address.clear()
        self.qr.show_squares([])
        for widget in (self.secret, self.address, self.copy):
            widget.hide()

    # What is done.

    def _order(self, order: PhoneOrder, done: Callable[[PhoneDone], None]) -> None:
        if not self._busy:
            self._busy = True
            self._show()
            spawn(self._carried_out(order, done))

    async def _carried_out(self, order: PhoneOrder, done: Callable[[PhoneDone], None]) -> None:
        try:
            found = await self._manager.order_phone(order)
        except CallError as error:
            if isValid(self):
                self._say("; ".join(map(known_text, str(error).split("; "))), bad=True)
        else:
            if isValid(self):
                done(found)
        finally:
            self._busy = False
        if isValid(self):
            await self._find()

    def _say(self, text: str, *, bad: bool = False) -> None:
        look = colors(self.palette())
        self.result.setStyleSheet(f"color: {(look.bad if bad else look.good).name()}")
        self.result.setText(text[:1].upper() + text[1:])

    def _on_let_in(self) -> None:
        one = self.current()
        if one is None:
            return
        if one.open_until:
            self._hide_address()
            self._order(PhoneOrder(PhoneAction.CLOSE, one.mac), lambda _: self.result.clear())
        else:
            said = self.tr("Plug it in now, or restart it: who first asks for its settings gets them.")
            order = PhoneOrder(PhoneAction.OPEN, one.mac, seconds=WINDOW_S)
            self._order(order, lambda _: self._say(said))

    def _on_show(self) -> None:
        one = self.current()
        if one is not None:
            self._order(PhoneOrder(PhoneAction.SHOW, one.mac, seconds=WINDOW_S), self._show_address)

    def _show_address(self, done: PhoneDone) -> None:
        one = self.current()
        if one is None or one.mac != done.phone.mac or not self.isVisible():
            return
        self.result.clear()
        self.address.setText(done.address)
        self.address.setCursorPosition(0)
        self.qr.show_squares(squares(done.address))
        for widget in (self.secret, self.address, self.copy):
            widget.show()

    def _on_restart(self) -> None:
        one = self.current()
        if one is not None:
            self._say(self.tr("Telling the phone …"))
            said = self.tr("The phone starts anew.")
            self._order(PhoneOrder(PhoneAction.REBOOT, one.mac), lambda _: self._say(said))

    def _ask_remove(self) -> None:
        one = self.current()
        if one is None:
            return
        text = self.tr("Remove {phone}? Its password is good for nothing any more: it cannot register.")
        text = text.format(phone=f"{self._named(one)}, {_written(one.mac)}")
        self.question = message_box(QMessageBox.Icon.Question, self.title, text)
        buttons = QMessageBox.StandardButton
        self.question.setStandardButtons(buttons.Yes | buttons.Cancel)
        self.question.button(buttons.Yes).setText(self.tr("Remove"))
        self.question.setDefaultButton(buttons.Cancel)
        self.question.accepted.connect(lambda: self.remove_phone(one.mac))
        self.question.open()

    def remove_phone(self, mac: str) -> None:
        """Remove this phone."""
        self._hide_address()
        self._order(PhoneOrder(PhoneAction.REMOVE, mac), lambda _: self._say(self.tr("Removed.")))

    def begin(self) -> None:
        """Show the form for a new phone."""
        spawn(self._begin())

    async def _begin(self) -> None:
        try:
            vendors = await self._manager.phone_models()
            terminals = await self._manager.terminals()
        except CallError as error:
            if isValid(self):
                self._say(str(error), bad=True)
            return
        if isValid(self):
            self.adding.choose_from(vendors, terminals)
            self.adding.show()
            self.add.hide()
            self.adding.setFocus()

    def _leave(self) -> None:
        self.adding.clear()
        self.adding.hide()
        self.add.show()
        self.changed.emit()

    def _on_add(self, order: PhoneOrder) -> None:
        def added(done: PhoneDone) -> None:
            self._leave()
            plug = self.tr("Added. Plug it in now.")
            self._say(plug if done.phone.open_until else self.tr("Added. Let it in when it is plugged in."))

        self._order(order, added)


def _written(mac: str) -> str:
    return ":".join(mac[at : at + 2] for at in range(0, len(mac), 2))
