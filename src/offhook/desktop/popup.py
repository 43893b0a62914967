"""The pop-up of a call: party, state, duration and Drop; after its end the cause and Redial."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFont, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from offhook.call import Call, CallState, Cause, Direction, Feature
from offhook.common.clock import Stopwatch
from offhook.desktop import formatting, icons
from offhook.desktop.avatar import Avatar
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import column, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label, tip
from offhook.desktop.progress import CallProgress
from offhook.desktop.refusals import drop_refusal_text, refusal_text
from offhook.desktop.theme import colors
from offhook.errors import CallError

WIDTH = 380
LINGER_MS = 6_000
"""How long the pop-up stays after the end of a call, unless the mouse is over it."""

FAILED_LINGER_MS = 15_000
"""The same for a failed call: there is a reason to read, and Redial to consider."""


class CallPopup(QFrame):
    """A small window that appears without taking the keyboard focus.

    It closes by itself after the end of the call, unless the mouse is over it; then `closed` is emitted.
    """

    closed = Signal(str)

    def __init__(self, phones: PhoneModel, call: Call, parent: QWidget | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.WindowStaysOnTopHint | Qt.WindowType.CustomizeWindowHint
        super().__init__(parent, flags | Qt.WindowType.WindowTitleHint | Qt.WindowType.WindowCloseButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFixedWidth(WIDTH)
        self._phones, self._call = phones, call
        self._talking = Stopwatch(call.connected) if call.state is CallState.CONNECTED else None
        self._build()
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._show_time)
        self._linger = QTimer(self, singleShot=True)
        self._linger.timeout.connect(self.close)
        self.show_call(call)

    @property
    def call(self) -> Call:
        """The call that is shown."""
        return self._call

    def _build(self) -> None:
        self.avatar = Avatar()
        self.name = label(wrap=True)
        font = QFont(self.name.font())
        font.setPointSizeF(font.pointSizeF() * 1.35)
        font.setBold(True)
        self.name.setFont(font)
        self.number = label(wrap=True)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.time = label()
        self.time.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
        self.time.setFont(font)
        self.time.setAccessibleName(self.tr("Time since the answer"))
        self.progress = CallProgress()
        self.state = label(wrap=True)
        self.terminal = label()
        self.redial = QPushButton(icons.icon("phone"), self.tr("&Redial"))
        self.redial.clicked.connect(self._redial)
        self.drop = QPushButton(self.tr("&Drop"))
        self.drop.clicked.connect(self._drop)
        self.drop.setDefault(True)
        self.dismiss = QPushButton(self.tr("&Close"))
        self.dismiss.clicked.connect(self.close)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escape)
        self._lay_out()
        self._color_drop()

    def _lay_out(self) -> None:
        who = column(spacing=1)
        who.addWidget(self.name)
        who.addWidget(self.number)
        top = row(12)
        top.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(who, 1)
        top.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        bottom = row()
        self.terminal.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bottom.addWidget(self.terminal, 1)
        for button in (self.redial, self.dismiss, self.drop):
            bottom.addWidget(button)
        whole = column(self, 10)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.addLayout(top)
        whole.addWidget(self.progress)
        whole.addWidget(self.state)
        whole.addLayout(bottom)

    def _color_drop(self) -> None:
        look = colors(self.palette())
        self.drop.setIcon(icons.icon("hangup", look.on_color))
        self.drop.setStyleSheet(
            f"QPushButton {{ background: {look.bad.name()}; color: {look.on_color.name()};"
            f" border-radius: 4px; padding: 5px 14px; font-weight: bold;"
            f" border: 2px solid {look.bad.name()} }}"
            f"QPushButton:focus {{ border-color: {self.palette().windowText().color().name()} }}"
            f"QPushButton:disabled {{ background: {self.palette().mid().color().name()};"
            f" border-color: {self.palette().mid().color().name()} }}"
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "drop"):
            self._color_drop()
        super().changeEvent(event)

    def show_call(self, call: Call) -> None:
        """Show the new value of the call."""
        self._call = call
        if call.state is CallState.CONNECTED and self._talking is None:
            self._talking = Stopwatch()  # answered just now: the Call Manager's clock may differ from ours
        party = formatting.other_party(call)
        number = self._phones.show(party.id)
        name = party.name or self._phones.name_of(party.id)
        self.name.setText(name or number)
        self.number.setText(number if name else "")
        self.number.setVisible(bool(name))
        self.avatar.show_name(name)
        self.progress.show_call(call)
        self.state.setText(formatting.state_text(call))
        own = call.caller if call.direction is Direction.OUTBOUND else call.callee
        self.terminal.setText(" ".join(filter(None, (own.name, call.terminal))))
        self.terminal.setToolTip(tip(self.tr("The phone of this call")))
        self.setWindowTitle(f"{name or number} - {formatting.state_text(call)}")
        self._show_buttons(over=call.state is CallState.ON_HOOK)
        self._show_time()
        self._clock.start() if call.state is CallState.CONNECTED else self._clock.stop()
        if call.state is CallState.ON_HOOK:
            self._linger.start(LINGER_MS if call.cause in (Cause.NORMAL, Cause.DROPPED) else FAILED_LINGER_MS)

    def _show_buttons(self, *, over: bool) -> None:
        self.drop.setVisible(self._call.allows(Feature.DROP))
        self.drop.setEnabled(self._call.allows(Feature.DROP))
        self.redial.setVisible(over)
        self.dismiss.setVisible(over)
        look = colors(self.palette())
        failed = over and self._call.cause not in (Cause.NORMAL, Cause.DROPPED)
        self.state.setStyleSheet(f"color: {look.bad.name()}" if failed else "")

    def _show_time(self) -> None:
        running = self._talking is not None and self._call.state is CallState.CONNECTED
        talked = self._talking.seconds() if running and self._talking else formatting.talked(self._call)
        self.time.setText("" if talked is None else formatting.duration_text(talked))

    def _drop(self) -> None:
        self.drop.setEnabled(False)
        self.state.setText(self.tr("Hanging up …"))
        spawn(self._ask_drop())

    async def _ask_drop(self) -> None:
        try:
            await self._phones.drop(self._call)
        except CallError as error:
            self.state.setText(drop_refusal_text(error))
            self.drop.setEnabled(self._call.allows(Feature.DROP))

    def _redial(self) -> None:
        self.redial.setEnabled(False)
        spawn(self._ask_redial())

    async def _ask_redial(self) -> None:
        try:
            await self._phones.dial(formatting.other_party(self._call).id)
        except CallError as error:
            self._linger.start(FAILED_LINGER_MS)
            self.state.setText(refusal_text(error))
            self.redial.setEnabled(True)
        else:
            self.close()

    def _escape(self) -> None:
        if self._call.state is CallState.ON_HOOK:
            self.close()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay open while the mouse is over it: the person is reading."""
        self._linger.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._call.state is CallState.ON_HOOK:
            self._linger.start(LINGER_MS)
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._call.state is CallState.ON_HOOK:
            self.closed.emit(self._call.id)
