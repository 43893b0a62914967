"""The phones that are to be set up: what to type into each, whether it has registered, and a first call."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidgetItem, QPushButton, QWidget

from offhook.call import Dial, Terminal
from offhook.desktop.bridge import spawn
from offhook.desktop.firstrun.beginning import PhoneSettings
from offhook.desktop.formatting import problem_text
from offhook.desktop.layouts import column, form, plain_list, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.refusals import refusal_text
from offhook.desktop.theme import colors
from offhook.errors import CallError

SIZE = (680, 440)


class PhoneSetup(QDialog):
    """Stays open beside the window until it is closed; nothing depends on it."""

    def __init__(
        self, phones: PhoneModel, settings: Sequence[PhoneSettings], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._phones, self._settings = phones, {one.terminal: one for one in settings}
        self.setWindowTitle(self.tr("Set up your phones"))
        self.setModal(False)
        self.resize(*SIZE)
        self.list = plain_list()
        self.list.setUniformItemSizes(False)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Phones"))
        for one in settings:
            item = QListWidgetItem(self.list)
            item.setData(Qt.ItemDataRole.UserRole, one.terminal)
        self.list.currentItemChanged.connect(self._show_phone)
        self.values = {name: self._value() for name in self._names()}
        self.note, self.problem = label(wrap=True), label(wrap=True)
        self.state = label(wrap=True)
        self.copy = QPushButton(self.tr("C&opy these lines"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        self.call = QPushButton(self.tr("&Test call"))
        self.call.clicked.connect(self._on_call)
        self._lay_out()
        phones.terminals_changed.connect(self.refresh)
        phones.presence.phones_changed.connect(self.refresh)
        phones.presence.changed.connect(self.refresh)
        self.list.setCurrentRow(0)
        self.refresh()
        self.list.setFocus()

    def _names(self) -> dict[str, str]:
        """What a phone asks for, in the order in which most do."""
        return {
            "server": self.tr("Server, registrar or domain"),
            "port": self.tr("Port"),
            "user": self.tr("User name, and authentication name"),
            "password": self.tr("Password"),
        }

    def _value(self) -> QLabel:
        made = label()
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        made.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        return made

    def _lay_out(self) -> None:
        fields = form()
        for name, text in self._names().items():
            add_row(fields, text, self.values[name])
        right = column()
        right.addWidget(label(self.tr("Type this into the phone, or into its web page:"), wrap=True))
        right.addLayout(fields)
        right.addWidget(self.note)
        right.addWidget(self.problem)
        right.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeading)
        right.addStretch(1)
        across = row(16)
        across.addWidget(self.list, 2)
        across.addLayout(right, 3)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setText(self.tr("&Close"))
        close.setAutoDefault(False)
        buttons.addButton(self.call, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        whole = column(self, 12)
        whole.addLayout(across, 1)
        whole.addWidget(self.state)
        whole.addWidget(buttons)

    def registered(self) -> list[str]:
        """The phones that have registered, in the order in which they were named."""
        return [one for one in self._settings if (phone := self._known(one)) is not None and phone.in_service]

    def _known(self, terminal: str) -> Terminal | None:
        """The phone as it is now. It is watched from the first time on."""
        self._phones.presence.of(terminal)
        line = self._phones.messenger.line(terminal)
        return line or next((one for one in self._phones.terminals if one.id == terminal), None)

    def refresh(self) -> None:
        """Show what has registered."""
        for at in range(self.list.count()):
            item = self.list.item(at)
            settings = self._settings[item.data(Qt.ItemDataRole.UserRole)]
            item.setText(self._line(settings, self._known(settings.terminal)))
        self._show_problem()
        there = self.registered()
        self.call.setEnabled(len(there) > 1)
        self.call.setDefault(len(there) > 1)
        if len(there) > 1:
            text = self.tr("Two phones are there. Try a call: {first} rings first, then {second}.")
            self._say(text.format(first=there[0], second=there[1]))
        elif there:
            text = self.tr("{phone} has registered. A second one, and you can try a call.")
            self._say(text.format(phone=there[0]))
        else:
            self._say(self.tr("Waiting for the phones to register …"))

    def _line(self, settings: PhoneSettings, phone: Terminal | None) -> str:
        name = " ".join(filter(None, (settings.terminal, settings.name)))
        if phone is not None and phone.in_service:
            return self.tr("{phone} registered ✓").format(phone=name)
        if phone is not None and phone.problem:
            return self.tr("{phone} could not register").format(phone=name)
        return self.tr("{phone} has not registered yet").format(phone=name)

    def _chosen(self) -> PhoneSettings:
        return self._settings[self.list.currentItem().data(Qt.ItemDataRole.UserRole)]

    def _show_phone(self) -> None:
        one = self._chosen()
        servers = self.tr(" or ").join(one.servers)
        texts = {"server": servers, "port": str(one.port), "user": one.terminal, "password": one.password}
        for name, asked in self._names().items():
            self.values[name].setText(texts[name])
            # Its name is all that a screen reader tells of such a text.
            self.values[name].setAccessibleName(f"{asked}: {texts[name]}")
        lines = [
            self.tr("Transport: UDP or TCP."),
            self.tr("Let the phone answer by itself what Offhook dials for it: auto-answer by Call-Info."),
        ]
        if one.here_only:
            lines.append(self.tr("Phones on this computer only can register there."))
        self.note.setText("\n".join(lines))
        self._show_problem()

    def _show_problem(self) -> None:
        """Of what the chosen phone's last attempt has failed."""
        phone = self._known(self._chosen().terminal)
        problem = problem_text(phone.problem) if phone is not None and not phone.in_service else ""
        self.problem.setText(self.tr("Its last attempt failed: {problem}").format(problem=problem))
        self.problem.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.problem.setVisible(bool(problem))

    def _copy(self) -> None:
        one = self._chosen()
        lines = (*one.servers[:1], str(one.port), one.terminal, one.password)
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _say(self, text: str, *, bad: bool = False) -> None:
        color = colors(self.palette())
        self.state.setStyleSheet(f"color: {color.bad.name()}" if bad else "")
        self.state.setText(text)

    def _on_call(self) -> None:
        there = self.registered()
        if len(there) > 1:
            self.call.setEnabled(False)
            spawn(self._try_call(there[0], there[1]))

    async def _try_call(self, first: str, second: str) -> None:
        self._phones.terminal = first  # so that its card is shown
        try:
            await self._phones.perform(Dial(first, second))
        except CallError as error:
            self._say(refusal_text(error), bad=True)
        else:
            self._say(self.tr("The call is in the window. Pick up {first}.").format(first=first))
        self.call.setEnabled(True)
