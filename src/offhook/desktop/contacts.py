"""The contacts: people of the directory with their data, and a button for each number."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QWidget,
)

from offhook.desktop import icons
from offhook.desktop.avatar import Avatar
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import column, form, plain_list
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import add_row, caption, label
from offhook.desktop.refusals import refusal_text
from offhook.desktop.theme import colors
from offhook.directory import Kind, Number, Person
from offhook.errors import CallError

SETTLE_MS = 40


class Contacts(QWidget):
    """A search line, the people found, and the selected one."""

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._search)
        self.input = QLineEdit(placeholderText=self.tr("Search the directory"), clearButtonEnabled=True)
        self.input.setAccessibleName(self.tr("Search the directory"))
        self.input.textChanged.connect(lambda _text: self._settle.start())
        self.input.returnPressed.connect(self._into_list)
        self.list = plain_list()
        self.list.setAccessibleName(self.tr("People"))
        self.list.currentItemChanged.connect(self._on_current)
        self.card = PersonCard(phones)
        self.hint = label(wrap=True)
        split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.addWidget(self.list)
        split.addWidget(self.card)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        self.card.setMinimumWidth(240)
        whole = column(self)
        whole.addWidget(self.input)
        whole.addWidget(self.hint)
        whole.addWidget(split, 1)
        self.setFocusProxy(self.input)
        self._search()

    def _search(self) -> None:
        text = self.input.text().strip()
        found = self._phones.search(text)
        self.list.clear()
        for person in found:
            shown = dict.fromkeys(filter(None, (person.name, person.company)))
            item = QListWidgetItem("   ".join(shown), self.list)
            item.setData(Qt.ItemDataRole.UserRole, person)
        if self._phones.directory is None:
            self.hint.setText(self.tr("No directory is set up. Add one in Settings, Directory."))
        elif not text:
            self.hint.setText(self.tr("Type the beginning of a name, company or number."))
        elif not found:
            self.hint.setText(self.tr("Nobody found. Check the spelling, or type less of it."))
        self.hint.setVisible(not found)
        if found:
            self.list.setCurrentRow(0)
        else:
            self.card.show_person(None)

    def _into_list(self) -> None:
        if self.list.count():
            self.list.setFocus()

    def _on_current(self, item: QListWidgetItem | None) -> None:
        self.card.show_person(item.data(Qt.ItemDataRole.UserRole) if item is not None else None)


class PersonCard(QWidget):
    """One person, with a button for each number."""

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self.buttons: list[QPushButton] = []
        self.avatar = Avatar(64)
        self.name = label(wrap=True)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self.name.setFont(font)
        self.company = label(wrap=True)
        self.mail = label(wrap=True)
        self.mail.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.message = label(wrap=True)
        self._numbers = form()
        whole = column(self)
        for widget in (self.avatar, self.name, self.company, self.mail):
            whole.addWidget(widget)
        whole.addLayout(self._numbers)
        whole.addWidget(self.message)
        whole.addStretch(1)
        self.show_person(None)

    def show_person(self, person: Person | None) -> None:
        """Show a person, or nothing."""
        while self._numbers.rowCount():
            self._numbers.removeRow(0)
        self.buttons = []
        self.message.clear()
        self.avatar.setVisible(person is not None)
        self.avatar.show_name(person.name if person else "")
        self.name.setText(person.name if person else "")
        company = person.company if person and person.company != person.name else ""
        self.company.setText(company)
        self.mail.setText(person.mail if person else "")
        self.company.setVisible(bool(company))
        self.mail.setVisible(bool(person and person.mail))
        for number in person.numbers if person else ():
            self._add_number(number)

    def _add_number(self, number: Number) -> None:
        button = QPushButton(icons.icon("phone"), caption(number.text))
        button.setAccessibleName(self.tr("Call {number}").format(number=number.text))
        button.clicked.connect(lambda _checked=False: spawn(self._dial(number.text)))
        self.buttons.append(button)
        add_row(self._numbers, self._kind_text(number.kind), button)

    def _kind_text(self, kind: Kind) -> str:
        return {
            Kind.WORK: self.tr("Work"),
            Kind.MOBILE: self.tr("Mobile"),
            Kind.HOME: self.tr("Home"),
            Kind.IP: self.tr("IP phone"),
        }[kind]

    async def _dial(self, number: str) -> None:
        self.message.setStyleSheet("")
        self.message.setText(self.tr("Calling …"))
        try:
            await self._phones.dial(number)
        except CallError as error:
            self.message.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
            self.message.setText(refusal_text(error))
        else:
            self.message.clear()
