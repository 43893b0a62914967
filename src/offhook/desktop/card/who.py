"""The head of a call card: kind of call and own phone; picture, name, company, number with copy."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication, QImage
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from offhook.call import Call, CallState, Direction
from offhook.desktop import formatting, icons
from offhook.desktop.avatar import Avatar
from offhook.desktop.card import phrases
from offhook.desktop.layouts import column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import embolden, label, tip
from offhook.desktop.theme import colors, ink

ICON = 16
PICTURE, SMALL = 48, 32
"""The picture of the other party, in logical pixels: usually, and of a call that waits."""

LARGER = 1.35
"""The letters of the name, of those around it."""

CRAMPED = 30
"""With room for fewer characters it is about the words alone: large letters in a narrow window."""


class Who(QWidget):
    """Shows the other party of a call. `corner` is a place for a button beside the own phone."""

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._direction = Direction.OUTBOUND
        self._attention = self._over = False
        self._drawn: tuple[bool, str, float] | None = None
        self._number = ""
        self._compact = self._cramped = False
        self.mark = label()
        self.way = embolden(label())
        self.terminal = label()
        self.terminal.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.terminal.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.terminal.setToolTip(tip(self.tr("The phone of this call")))
        self.avatar = Avatar(PICTURE)
        self.name = label(wrap=True)
        self._size_name()
        self.company = label(wrap=True)
        self.number = label(wrap=True)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = QToolButton(autoRaise=True)
        self.copy.setAccessibleName(self.tr("Copy the number"))
        self.copy.setToolTip(tip(self.tr("Copy the number")))
        self.copy.clicked.connect(self._copy)
        self.corner = row(4)
        self._lay_out()
        self._color()

    def _lay_out(self) -> None:
        self._head = head = row(6)
        head.addWidget(self.mark)
        head.addWidget(self.way)
        head.addWidget(self.terminal, 1)
        head.addLayout(self.corner)
        self._lines = who = column(spacing=1)
        for one in (self.name, self.company, self.number):
            who.addWidget(one)
        main = row(12)
        main.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        main.addLayout(who, 1)
        main.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignVCenter)
        whole = column(self, 8)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addLayout(main)

    def set_room(self, room: int) -> None:
        """There is so much room, in logical pixels: with very little of it, there is no picture."""
        self._cramped = cramped = room < CRAMPED * self.fontMetrics().averageCharWidth()
        self.way.setWordWrap(cramped)
        self._head.setStretchFactor(self.way, 1 if cramped else 0)
        self._size_name()
        self._show_lines()

    def set_compact(self, compact: bool, phrase: QWidget) -> None:
        """Show the name alone, and under it this phrase of what happens; or all of it without the phrase."""
        self._compact = compact
        self.avatar.setFixedSize(QSize(SMALL, SMALL) if compact else QSize(PICTURE, PICTURE))
        if compact:
            self._lines.addWidget(phrase)
            phrase.show()  # in a new parent it is hidden first
        self._size_name()
        self._show_lines()

    def _show_lines(self) -> None:
        """What stands about the other party, and the own phone: as there is room for it."""
        whole = not self._compact
        for one in (self.mark, self.way):
            one.setVisible(whole)
        self.terminal.setVisible(whole and not self._cramped)
        self.avatar.setVisible(not self._cramped)
        self.copy.setVisible(whole and bool(self._phones.show(self._number)))
        self.number.setVisible(whole and bool(self.number.text()))
        self.company.setVisible(whole and bool(self.company.text()))

    def _size_name(self) -> None:
        ratio = 1.0 if self._cramped or self._compact else LARGER
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * ratio)
        font.setBold(True)
        self.name.setFont(font)

    def show_call(self, call: Call) -> None:
        """Show who the other party of the call is."""
        party = formatting.other_party(call)
        self._number = party.id
        number, name = self._phones.show(party.id), self._phones.name_for(party)
        person = self._phones.person_of(party.id)
        self.name.setText(name or number or formatting.privacy_text(party.privacy))
        self.number.setText(number if name else "")
        company = person.company if person is not None and person.company != name else ""
        self.company.setText(company)
        self._show_lines()
        self.avatar.show_name(name)
        self.terminal.setText(self._phones.terminal_text(call.terminal))
        self._direction, self._attention = call.direction, call.missed
        self._over = call.state is CallState.ON_HOOK
        self.way.setText(phrases.way(call))
        self._color()

    def show_picture(self, image: QImage) -> None:
        """Show a picture instead of the initials."""
        self.avatar.show_picture(image)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "copy"):
            self._color()
        super().changeEvent(event)

    def _color(self) -> None:
        look = colors(self.palette())
        incoming = self._direction is Direction.INBOUND
        live = incoming and not self._over
        color = look.attention if self._attention else look.good if live else look.quiet
        drawn = (incoming, color.name(), self.devicePixelRatioF())
        if drawn != self._drawn:
            self._drawn = drawn
            self.mark.setPixmap(icons.pixmap("in" if incoming else "out", color, ICON, drawn[2]))
            self.copy.setIcon(icons.icon("copy"))
        ink(self.way, color)
        for one in (self.terminal, self.company):
            ink(one, look.quiet)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._phones.show(self._number))
