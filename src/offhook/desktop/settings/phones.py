"""The page of the phones: what each does, why it is not connected, what is typed into it; adding one."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListView, QPlainTextEdit, QPushButton, QWidget

from offhook.call import Terminal
from offhook.common.listening import phone_hosts
from offhook.config import Config
from offhook.config.edit import read_text
from offhook.config.phones import can_change, password_of, phones_in
from offhook.desktop import icons
from offhook.desktop.formatting import problem_text, when_text
from offhook.desktop.layouts import GRID, column, on_grid, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.presence import presence_text
from offhook.desktop.rows import LOOK, ROW, Look, Rows, as_text, presence_color
from offhook.desktop.settings.addphone import AddPhone
from offhook.desktop.theme import colors
from offhook.errors import ConfigError

Index = QModelIndex | QPersistentModelIndex

MAX_SHOWN = 200
"""Phones whose state is told here; a larger site has its own way: `offhook terminal list`."""

HIDDEN = "••••••••"
"""Stands for a password until somebody wants to see it."""

LINES = 5
"""Phones, or lines of what is typed into one, that are seen at a time."""


class _Phones(QStringListModel):
    """The numbers of the phones; of those that the Call Manager does not know yet, `names` has the names."""

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self.names: dict[str, str] = {}

    def data(self, index: Index, role: int = 0) -> object:
        number = super().data(index, Qt.ItemDataRole.DisplayRole)
        if role not in (LOOK, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) or not number:
            return super().data(index, role)
        phone = self._phones.presence.phones.get(number)
        name = phone.name if phone is not None else self.names.get(number, "")
        presence = self._phones.presence.of(number)
        color = presence_color(presence, QGuiApplication.palette()) if presence is not None else None
        detail = " · ".join(filter(None, (number if name else "", presence_text(presence))))
        look = Look(name or number, detail or number, presence=color)
        return look if role == LOOK else as_text(look)


class PhonesPage(QWidget):
    """The list of phones that may be used or watched, and the one chosen.

    Who may write `file`, the configuration of the switch, can add one: then `saved` is emitted, and `added`
    is its extension. `check` raises `ConfigError` if the program could not start with it.
    """

    changed = Signal()
    saved = Signal()

    def __init__(
        self,
        config: Config,
        phones: PhoneModel,
        file: Path | None = None,
        check: Callable[[str], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = self.tr("Phones")
        self._config, self._phones, self._file = config, phones, file
        self._registrar = None if config.sscp.url else config.switch.chosen.registrar
        self.added = ""
        self._model = _Phones(phones)
        self._model.setParent(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(Rows(self.list))
        self.list.setAccessibleName(self.title)
        self.list.selectionModel().currentChanged.connect(self._on_chosen)
        self.add = QPushButton(icons.icon("add"), self.tr("Add a &phone"))
        self.add.clicked.connect(self.begin)
        self.adding = AddPhone(file, check) if file is not None and self.may_add else None
        self.how = label(self._how(), wrap=True)
        self.said = label(wrap=True)
        self.state = label(wrap=True)
        self.hint = label(wrap=True)
        self.block = QPlainTextEdit(readOnly=True)
        self.block.setAccessibleName(self.tr("What is typed into the phone"))
        self.block.setTabChangesFocus(True)
        self.block.setFixedHeight((LINES + 1) * self.block.fontMetrics().lineSpacing())
        self.show_password = QPushButton(self.tr("S&how the password"))
        self.show_password.setCheckable(True)
        self.show_password.toggled.connect(self._show)
        self.copy = QPushButton(icons.icon("copy"), self.tr("C&opy"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._typed_in(hidden=False)))
        self.more = label(wrap=True)
        self._lay_out()
        phones.presence.phones_changed.connect(self._fill)
        phones.presence.changed.connect(self._on_presence)
        self._fill()

    def _lay_out(self) -> None:
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.said)
        whole.addWidget(self.list)
        whole.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addWidget(self.how)
        if self.adding is not None:
            self.adding.hide()
            self.adding.added.connect(self._on_added)
            self.adding.left.connect(self._leave)
            for line in (self.adding.number, self.adding.name):
                line.textChanged.connect(self.changed)
            whole.addWidget(self.adding)
        for widget in (self.state, self.hint, self.block):
            whole.addWidget(widget)
        buttons = row()
        buttons.addWidget(self.show_password)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        whole.addLayout(buttons)
        whole.addWidget(self.more)
        whole.addStretch(1)
        self.said.hide()
        self.add.setVisible(self.may_add)
        self.how.setVisible(bool(self.how.text()))

    @property
    def may_add(self) -> bool:
        """May a phone be added here? Phones register at this computer, and the file is this user's."""
        return self._registrar is not None and self._file is not None and can_change(self._file)

    @property
    def unsaved(self) -> bool:
        """Is a phone begun, and not added?"""
        return self.adding is not None and self.adding.isVisibleTo(self) and self.adding.unsaved

    def undo(self) -> None:
        """Give up the phone that is begun."""
        if self.adding is not None:
            self._leave()

    def _how(self) -> str:
        """How phones are added, where that cannot be done here."""
        if self.may_add:
            return ""
        if self._config.sscp.url:
            return self.tr("Phones are added at the Call Manager: offhook terminal add 4000 --name Kim")
        if self._registrar is None:
            return self.tr("Phones are set up at the PBX, and named by: offhook terminal add 4000 --name Kim")
        return self.tr(
            "You may not change {file}. Who may adds a phone by: offhook terminal add 4000 --name Kim"
        ).format(file=self._file or "offhook.toml")

    def current(self) -> Terminal | None:
        """The phone that is chosen, as it is now."""
        number = self._number()
        known = self._phones.messenger.line(number) or self._phones.presence.phones.get(number)
        return known or (Terminal(number, self._model.names.get(number, "")) if number else None)

    def choose(self, number: str) -> None:
        """Show this phone, with its password: it was added just now."""
        numbers = self._model.stringList()
        if number in numbers:
            self.list.setCurrentIndex(self._model.index(numbers.index(number)))
            self.show_password.setChecked(True)

    def say_saved(self, text: str) -> None:
        """Say that it is saved, and what comes of it."""
        self.said.setStyleSheet(f"color: {colors(self.palette()).good.name()}")
        self.said.setText(text)
        self.said.show()

    # Adding.

    def begin(self) -> None:
        """Ask for a phone that is to be added."""
        if self.adding is not None:
            self.adding.show()
            self.adding.setFocus()
            self.add.hide()

    def _leave(self) -> None:
        assert self.adding is not None
        self.adding.clear()
        self.adding.hide()
        self.add.show()
        self.changed.emit()

    def _on_added(self, number: str) -> None:
        self.added = number
        self._leave()
        self._fill()
        self.choose(number)
        self.saved.emit()

    # What is shown.

    def _number(self) -> str:
        numbers, at = self._model.stringList(), self.list.currentIndex().row()
        return numbers[at] if 0 <= at < len(numbers) else ""

    def _fill(self) -> None:
        before = self._number()
        names = dict(self._written()) if self.may_add else {}
        self._model.names = names
        numbers = list(dict.fromkeys((*self._phones.presence.phones, *names)))[:MAX_SHOWN]
        rows = min(max(1, len(numbers)), LINES)
        high = max(ROW, on_grid(2 * self.list.fontMetrics().height() + GRID))
        self.list.setFixedHeight(rows * high + 2 * self.list.frameWidth())
        with QSignalBlocker(self.list.selectionModel()):  # the same phone is chosen as before
            self._model.setStringList(numbers)
            if before in numbers:
                self.list.setCurrentIndex(self._model.index(numbers.index(before)))
        if numbers and before not in numbers:
            self.list.setCurrentIndex(self._model.index(0))
        self._show()

    def _written(self) -> list[tuple[str, str]]:
        assert self._file is not None
        try:
            return phones_in(read_text(self._file))
        except ConfigError:
            return []

    def _on_presence(self, _number: str) -> None:
        self.list.viewport().update()
        self._show()

    def _on_chosen(self, *_: object) -> None:
        self.show_password.setChecked(False)
        self._show()

    def _show(self, *_: object) -> None:
        phone, registrar = self.current(), self._registrar
        here = phone is not None and registrar is not None
        self.state.setVisible(phone is not None)
        for widget in (self.block, self.copy, self.more):
            widget.setVisible(here)
        self.show_password.setVisible(here and bool(self._password()))
        if phone is None:
            self.hint.setText(self.tr("There is no phone yet."))
            return
        self._show_state(phone)
        if registrar is None:
            self.hint.clear()
            return
        self.hint.setText(self.tr("Type this into the phone, so that it connects:"))
        self.block.setPlainText(self._typed_in(hidden=not self.show_password.isChecked()))
        host = self.tr(" or ").join(phone_hosts(registrar.host))
        alone = self.tr("Only phones on this computer reach it: it listens on {host}.").format(host=host)
        answer = self.tr(
            "Let the phone answer by itself what you dial here (auto-answer by Call-Info or Alert-Info); "
            "otherwise it rings, and you lift it."
        )
        self.more.setText("\n".join(filter(None, (alone if registrar.loopback else "", answer))))

    def _typed_in(self, hidden: bool) -> str:
        """What is typed into the phone that is chosen."""
        registrar, number = self._registrar, self._number()
        if registrar is None:
            return ""
        password = self._password()
        if not password:
            password = self.tr("see: offhook terminal show {phone}").format(phone=number)
        elif hidden:
            password = HIDDEN
        lines = {
            self.tr("Server"): self.tr(" or ").join(phone_hosts(registrar.host)),
            self.tr("Port"): f"{registrar.port} (UDP, TCP)",
            self.tr("User"): number,
            self.tr("Password"): password,
        }
        return "\n".join(f"{name}: {value}" for name, value in lines.items())

    def _password(self) -> str:
        """That of the phone that is chosen, as far as this user may read it."""
        if not self.may_add or self._file is None:
            return ""
        try:
            return password_of(self._file, self._number())
        except ConfigError:
            return ""

    def _show_state(self, phone: Terminal) -> None:
        look = colors(self.palette())
        presence = self._phones.presence.of(phone.id)
        text = presence_text(presence)
        if phone.id not in self._phones.presence.phones and self._phones.presence.phones:
            text = self.tr("The Call Manager does not know it yet: start it anew.")
        elif phone.silent and phone.problem_at is not None:
            text = self.tr("It has registered, but does not answer since {when}")
            text = text.format(when=when_text(phone.problem_at))
        elif not phone.in_service and phone.problem and phone.problem_at is not None:
            why = f"{problem_text(phone.problem)}, {when_text(phone.problem_at)}"
            text = self.tr("The last attempt to connect failed: {why}").format(why=why)
        elif phone.in_service and presence is not None:
            text = self.tr("Connected ✓ {state}").format(state=text)
        self.state.setText(text)
        self.state.setVisible(bool(text))
        color = look.good if phone.in_service else look.bad
        self.state.setStyleSheet(f"color: {color.name()}")
