"""One person: who it is, what the phone does, every number, the last calls, and the own note."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QPushButton, QSizePolicy, QToolButton, QWidget
from shiboken6 import isValid

from offhook.call import Call
from offhook.desktop import formatting, icons
from offhook.desktop.avatar import Avatar
from offhook.desktop.bridge import spawn
from offhook.desktop.historymodel import way_text
from offhook.desktop.keptpeople import FULL
from offhook.desktop.layouts import GRID, column, row
from offhook.desktop.pastcalls import PastCalls
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, isolated, label, tip
from offhook.desktop.presence import presence_text
from offhook.desktop.refusals import command_refusal_text, refusal_text
from offhook.desktop.rows import presence_color
from offhook.desktop.suggestions import kind_text
from offhook.desktop.theme import colors, ink
from offhook.directory import Number, Person
from offhook.errors import CallError

LAST_CALLS = 5
"""Calls with the person that are shown."""

NOTE_MS = 1000
"""The delay before a note is written, while somebody types it."""

NOTE_LINES = 3


class PersonCard(QWidget):
    """`buttons` call the numbers, in order. `left`: back to the list."""

    left = Signal()

    def __init__(self, phones: PhoneModel, past: PastCalls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones, self._past = phones, past
        self.person: Person | None = None
        self.buttons: list[QPushButton] = []
        self.copies: list[QToolButton] = []
        self._build()
        self._lay_out()
        self._later = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._later.timeout.connect(self._keep_note)
        self.note.textChanged.connect(self._later.start)
        self.note.installEventFilter(self)
        phones.presence.changed.connect(self._show_presence)
        phones.presence.phones_changed.connect(self._show_presence)
        phones.terminals_changed.connect(self._show_presence)
        phones.kept.changed.connect(self._show_star)
        phones.kept.failed.connect(self._on_failed)
        past.changed.connect(self._show_calls)
        self.show_person(None)

    def _build(self) -> None:
        self.back = QToolButton()
        self.back.setAutoRaise(True)
        self.back.setText(self.tr("All people"))
        self.back.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.back.clicked.connect(self.left)
        self.back.hide()
        self.avatar = Avatar(64)
        self.name = label(wrap=True)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        self.name.setFont(font)
        self.company = label(wrap=True)
        self.presence = label(wrap=True)
        self.pick_up = QPushButton(self.tr("Pick &up"))
        self.pick_up.clicked.connect(lambda: spawn(self._pick_up()))
        self.star = QToolButton()
        self.star.setCheckable(True)
        self.star.setAutoRaise(True)
        self.star.setIconSize(QSize(3 * GRID, 3 * GRID))
        self.star.setAccessibleName(self.tr("Favourite"))
        self.star.clicked.connect(self._set_favourite)
        self.mail = QPushButton(flat=True)
        self.mail.clicked.connect(self._write_mail)
        self.message = label(wrap=True)
        self.calls_title = label(self.tr("Last calls"))
        self.note = QPlainTextEdit(placeholderText=self.tr("A note for yourself"), tabChangesFocus=True)
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setFixedHeight((NOTE_LINES + 1) * self.note.fontMetrics().lineSpacing())
        self._color()

    def _lay_out(self) -> None:
        names = column(None, 4)
        ringing = row()
        ringing.addWidget(self.presence, 1)
        ringing.addWidget(self.pick_up)
        for widget in (self.name, self.company):
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            names.addWidget(widget)
        names.addLayout(ringing)
        head = row(2 * GRID)
        head.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        head.addWidget(self.star, 0, Qt.AlignmentFlag.AlignTop)
        self._numbers, self._calls = QGridLayout(), QGridLayout()
        for grid in (self._numbers, self._calls):
            grid.setHorizontalSpacing(GRID)
            grid.setVerticalSpacing(GRID // 2)
            grid.setColumnStretch(1, 1)
        whole = column(self, 2 * GRID)
        whole.setContentsMargins(GRID, 0, GRID, GRID)
        whole.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addLayout(head)
        whole.addLayout(self._numbers)
        whole.addWidget(self.mail, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addWidget(self.message)
        whole.addWidget(self.note)
        whole.addWidget(self.calls_title)
        whole.addLayout(self._calls)
        whole.addStretch(1)

    def show_person(self, person: Person | None) -> None:
        """Show a person, or nothing."""
        self._keep_note()
        self.person = person
        self._say("")
        self.avatar.show_name(person.name if person else "")
        self.name.setText(person.name if person else "")
        company = person.company if person and person.company != person.name else ""
        self.company.setText(company)
        self.company.setVisible(bool(company))
        self.mail.setText(caption(person.mail) if person else "")
        self.mail.setAccessibleName(self.tr("Write to {mail}").format(mail=person.mail if person else ""))
        self.mail.setVisible(bool(person and person.mail))
        for widget in (self.avatar, self.star, self.note):
            widget.setVisible(person is not None)
        self.note.setPlainText(self._phones.kept.note(person) if person else "")
        self._show_rest()
        if person is not None and person.numbers:
            spawn(self._fetch_picture(person))

    def _show_rest(self) -> None:
        """What stands there in colours, too."""
        self._later.stop()
        self._show_numbers(self.person.numbers if self.person else ())
        self._show_star()
        self._show_presence()
        self._show_calls()

    async def _fetch_picture(self, person: Person) -> None:
        image = await self._phones.pictures.of(person.numbers[0].text)
        if image is not None and isValid(self) and self.person == person:
            self.avatar.show_picture(image)

    # The numbers.

    def _show_numbers(self, numbers: tuple[Number, ...]) -> None:
        _empty(self._numbers)
        self.buttons, self.copies = [], []
        for at, number in enumerate(numbers):
            shown = self._phones.show(number.text)
            button = QPushButton(icons.icon("phone"), isolated(caption(number.text)))
            button.setAccessibleName(self.tr("Call {number}").format(number=number.text))
            button.setMinimumHeight(4 * GRID)
            button.clicked.connect(partial(self._call, number.text))
            copy = QToolButton()
            copy.setIcon(icons.icon("copy"))
            copy.setAutoRaise(True)
            copy.setAccessibleName(self.tr("Copy {number}").format(number=shown))
            copy.setToolTip(tip(copy.accessibleName()))
            copy.clicked.connect(partial(self._copy, shown))
            kind = label(kind_text(number.kind))
            kind.setBuddy(button)
            for place, widget in enumerate((kind, button, copy)):
                self._numbers.addWidget(widget, at, place)
            self.buttons.append(button)
            self.copies.append(copy)

    def _call(self, number: str, _checked: bool = False) -> None:
        spawn(self.dial(number))

    async def dial(self, number: str) -> None:
        """Call a number, and say what becomes of it."""
        self._say(self.tr("Calling …"))
        try:
            await self._phones.dial(number)
        except CallError as error:
            self._say(refusal_text(error), bad=True)
        else:
            self._say("")

    def _copy(self, number: str, _checked: bool = False) -> None:
        QGuiApplication.clipboard().setText(number)
        self._say(self.tr("{number} is copied.").format(number=number))

    def _write_mail(self) -> None:
        if self.person is not None and self.person.mail:
            link = QUrl()
            link.setScheme("mailto")
            link.setPath(self.person.mail)
            QDesktopServices.openUrl(link)

    # Presence.

    def _show_presence(self, _number: str = "") -> None:
        number = self._phones.presence.phone_of(self.person) if self.person is not None else ""
        presence = self._phones.presence.of(number) if number else None
        self.presence.setText(presence_text(presence))
        self.presence.setVisible(presence is not None)
        if presence is not None:
            ink(self.presence, presence_color(presence, self.palette()))
        self.pick_up.setVisible(bool(number) and self._phones.can_pick_up(number))
        if self.person is not None:
            what = self.tr("Take the call that rings at {name}").format(name=self.person.name)
            self.pick_up.setAccessibleName(what)
            self.pick_up.setToolTip(tip(what))

    async def _pick_up(self) -> None:
        number = self._phones.presence.phone_of(self.person) if self.person is not None else ""
        try:
            await self._phones.pick_up(number)
        except CallError as error:
            self._say(command_refusal_text(self._phones.pickup(number), error), bad=True)

    # What is kept.

    def _show_star(self) -> None:
        chosen = self.person is not None and self._phones.kept.is_favourite(self.person)
        self.star.setChecked(chosen)
        self.star.setIcon(icons.icon("star" if chosen else "star-outline"))
        self.star.setToolTip(
            tip(self.tr("No favourite any more") if chosen else self.tr("Make this person a favourite"))
        )

    def _set_favourite(self, wanted: bool) -> None:
        if self.person is not None:
            self._phones.kept.set_favourite(self.person, wanted)
            self._show_star()

    def _keep_note(self) -> None:
        if self.person is not None:
            self._phones.kept.set_note(self.person, self.note.toPlainText())

    def _on_failed(self, reason: str) -> None:
        if reason == FULL:
            self._say(self.tr("There are too many already. Remove one first."), bad=True)
        else:
            self._say(self.tr("This could not be stored: {reason}").format(reason=reason), bad=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A note is written when the keyboard leaves it."""
        if watched is self.note and event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self._keep_note()
        return super().eventFilter(watched, event)

    # The last calls.

    def _show_calls(self) -> None:
        _empty(self._calls)
        numbers = {self._phones.canonical(one.text) for one in self.person.numbers} if self.person else set()
        found = self._past.of(numbers, LAST_CALLS) if numbers else []
        self.calls_title.setVisible(bool(found))
        for at, call in enumerate(found):
            self._add_call(at, call)

    def _add_call(self, at: int, call: Call) -> None:
        look = colors(self.palette())
        color = look.attention if call.missed else look.quiet
        talked = formatting.talked(call)
        result = formatting.duration_text(talked) if talked is not None else ""
        way = label(" · ".join(filter(None, (way_text(call), result))))
        when = label(formatting.day_text(call.started))
        for place, widget in enumerate((way, when)):
            ink(widget, color)
            side = Qt.AlignmentFlag.AlignTrailing if place else Qt.AlignmentFlag.AlignLeading
            self._calls.addWidget(widget, at, place, side)

    # What it looks like.

    def _say(self, text: str, bad: bool = False) -> None:
        ink(self.message, colors(self.palette()).bad if bad else None)
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _color(self) -> None:
        link = QPalette()
        link.setColor(QPalette.ColorRole.ButtonText, self.palette().color(QPalette.ColorRole.Link))
        self.mail.setIcon(icons.icon("mail"))
        self.mail.setPalette(link)
        self.back.setIcon(icons.icon("back"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_later"):
            self._color()
            self._show_rest()
        super().changeEvent(event)


def _empty(grid: QGridLayout) -> None:
    while (item := grid.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
