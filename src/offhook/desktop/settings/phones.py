"""The page of the phones: what each does, why it is not connected, and what is typed into it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListView, QPlainTextEdit, QPushButton, QWidget

from offhook.call import Terminal
from offhook.common.listening import phone_hosts
from offhook.config import Config
from offhook.desktop import icons
from offhook.desktop.formatting import problem_text, when_text
from offhook.desktop.layouts import GRID, column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.presence import presence_text
from offhook.desktop.rows import LOOK, Look, Rows, as_text, presence_color
from offhook.desktop.theme import colors

Index = QModelIndex | QPersistentModelIndex

MAX_SHOWN = 200
"""Phones whose state is told here; a larger site has its own way: `offhook terminal list`."""

LINES = 5
"""Phones, or lines of what is typed into one, that are seen at a time."""


class _Phones(QStringListModel):
    """The numbers of the phones."""

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones

    def data(self, index: Index, role: int = 0) -> object:
        number = super().data(index, Qt.ItemDataRole.DisplayRole)
        if role not in (LOOK, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) or not number:
            return super().data(index, role)
        phone = self._phones.presence.phones[number]
        presence = self._phones.presence.of(number)
        color = presence_color(presence, QGuiApplication.palette()) if presence is not None else None
        detail = " · ".join(filter(None, (number if phone.name else "", presence_text(presence))))
        look = Look(phone.name or number, detail or number, presence=color)
        return look if role == LOOK else as_text(look)


class PhonesPage(QWidget):
    """The list of phones that may be used or watched, and the one chosen. Nothing here is stored."""

    changed = Signal()

    def __init__(self, config: Config, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Phones")
        self._config, self._phones = config, phones
        self._model = _Phones(phones)
        self._model.setParent(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(Rows(self.list))
        self.list.setAccessibleName(self.title)
        self.list.setFixedHeight(LINES * 6 * GRID + 2 * self.list.frameWidth())
        self.list.selectionModel().currentChanged.connect(self._show)
        self.state = label(wrap=True)
        self.hint = label(wrap=True)
        self.block = QPlainTextEdit(readOnly=True)
        self.block.setAccessibleName(self.tr("What is typed into the phone"))
        self.block.setTabChangesFocus(True)
        self.block.setFixedHeight((LINES + 1) * self.block.fontMetrics().lineSpacing())
        self.copy = QPushButton(icons.icon("copy"), self.tr("C&opy"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.block.toPlainText()))
        self.more = label(wrap=True)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        for widget in (self.list, self.state, self.hint, self.block):
            whole.addWidget(widget)
        whole.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addWidget(self.more)
        whole.addStretch(1)
        phones.presence.phones_changed.connect(self._fill)
        phones.presence.changed.connect(self._on_presence)
        self._fill()

    def current(self) -> Terminal | None:
        """The phone that is chosen, as it is now."""
        number = self._model.stringList()[self.list.currentIndex().row()] if self._model.rowCount() else ""
        return self._phones.messenger.line(number) or self._phones.presence.phones.get(number)

    def _fill(self) -> None:
        before = self.current()
        numbers = list(self._phones.presence.phones)[:MAX_SHOWN]
        self._model.setStringList(numbers)
        if numbers:
            known = before is not None and before.id in numbers
            at = numbers.index(before.id) if known and before is not None else 0
            self.list.setCurrentIndex(self._model.index(at))
        self._show()

    def _on_presence(self, _number: str) -> None:
        self.list.viewport().update()
        self._show()

    def _show(self, *_: object) -> None:
        phone = self.current()
        for widget in (self.state, self.block, self.copy):
            widget.setVisible(phone is not None)
        registrar = None if self._config.sscp.url else self._config.switch.chosen.registrar
        if phone is None:
            self.hint.setText(self.tr("There is no phone yet. Add one: offhook terminal add 4000 --name Kim"))
            return
        self._show_state(phone)
        self.block.setVisible(registrar is not None)
        self.copy.setVisible(registrar is not None)
        if registrar is None:
            self.hint.setText(self.tr("Phones are set up at the Call Manager or at the PBX."))
            self.more.clear()
            return
        self.hint.setText(self.tr("Type this into the phone, so that it connects:"))
        host = self.tr(" or ").join(phone_hosts(registrar.host))
        lines = {
            self.tr("Server"): host,
            self.tr("Port"): f"{registrar.port} (UDP, TCP)",
            self.tr("User"): phone.id,
            self.tr("Password"): self.tr("see: offhook terminal show {phone}").format(phone=phone.id),
        }
        self.block.setPlainText("\n".join(f"{name}: {value}" for name, value in lines.items()))
        alone = self.tr("Only phones on this computer reach it: it listens on {host}.").format(host=host)
        answer = self.tr(
            "Let the phone answer by itself what you dial here (auto-answer by Call-Info or Alert-Info); "
            "otherwise it rings, and you lift it."
        )
        self.more.setText("\n".join(filter(None, (alone if registrar.loopback else "", answer))))

    def _show_state(self, phone: Terminal) -> None:
        look = colors(self.palette())
        text = presence_text(self._phones.presence.of(phone.id))
        if not phone.in_service and phone.problem and phone.problem_at is not None:
            why = f"{problem_text(phone.problem)}, {when_text(phone.problem_at)}"
            text = self.tr("The last attempt to connect failed: {why}").format(why=why)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self.state.setStyleSheet("" if phone.in_service else f"color: {look.bad.name()}")
