"""The card of a call: who it is, what happens, what can be done; below opens a panel that asks for more."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

from offhook.call import Call, CallState, Cause, Command, Direction, Dtmf, Feature, Park
from offhook.call.phrases import failed
from offhook.common.clock import Stopwatch
from offhook.desktop import formatting
from offhook.desktop.bridge import spawn
from offhook.desktop.buttonrows import UNBOUNDED
from offhook.desktop.card import phrases
from offhook.desktop.card.actions import command, offers, sending
from offhook.desktop.card.buttons import CardButtons
from offhook.desktop.card.keypad import Keypad
from offhook.desktop.card.phrases import Tone
from offhook.desktop.card.progress import CallProgress
from offhook.desktop.card.target import TargetPanel
from offhook.desktop.card.who import Who
from offhook.desktop.layouts import column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import embolden, label
from offhook.desktop.refusals import command_refusal_text, refusal_text
from offhook.desktop.theme import colors, ink
from offhook.errors import CallError

STRIPE = 4
"""Width of the stripe at the side of an incoming call, in logical pixels."""

LINGER_MS = 6_000
"""How long the card stays after the end of a call, unless the mouse is over it."""

FAILED_LINGER_MS = 15_000
"""The same for a failed or missed call: there is something to read, and to call again."""

SIDE = 16
"""Left free at each side, in logical pixels."""

AROUND = (SIDE, 12, SIDE, 14)
AROUND_COMPACT = (SIDE, 8, SIDE, 8)
"""Left free around what a card shows; of one that is low. In logical pixels."""

MAX_TONES = 64
"""Digits that wait to be sent: more than anybody types while one is sent."""


class CallCard(QFrame):
    """`dismissed`: the person has seen the end of the call with this id. `grown`: it needs another height.

    The same card stands in the window or in a pop-up. In the window it has no `mnemonics`, for several cards
    stand there together. After the end of the call it is dismissed by itself, unless the mouse is over it.
    """

    dismissed = Signal(str)
    grown = Signal()

    def __init__(
        self, phones: PhoneModel, call: Call, mnemonics: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._phones, self._call = phones, call
        self._talking = Stopwatch(call.connected) if call.state is CallState.CONNECTED else None
        self._panel: Feature | None = None
        self._tones = self._slot = ""
        self._said = self._happening = ""
        self._wide = self._compact = False
        self._mnemonics, self._room = mnemonics, UNBOUNDED
        self._target: TargetPanel | None = None
        self._keypad: Keypad | None = None
        self._build()
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._show_time)
        self.linger = QTimer(self, singleShot=True)
        self.linger.timeout.connect(self.dismiss)
        phones.presence.of(
            formatting.other_party(call).id
        )  # of what a colleague's phone does the card speaks
        self.show_call(call)
        spawn(self._fetch_picture())

    @property
    def call(self) -> Call:
        """The call that is shown."""
        return self._call

    @property
    def panel(self) -> Feature | None:
        """The feature whose panel is open."""
        return self._panel

    @property
    def target(self) -> TargetPanel:
        """The panel that asks where to. Few calls need it: it is made when first asked for."""
        if self._target is None:
            self._target = target = TargetPanel(self._phones, self._mnemonics)
            target.chosen.connect(self._send)
            target.left.connect(self.close_panel)
            target.grown.connect(self.grown)
            target.set_room(self._room)
            self._add(target)
        return self._target

    @property
    def keypad(self) -> Keypad:
        """The panel that sends tones, made like `target`."""
        if self._keypad is None:
            self._keypad = Keypad()
            self._keypad.pressed.connect(self._tone)
            self._add(self._keypad)
        return self._keypad

    def parts(self) -> list[QWidget]:
        """The parts that may have another height now: the head, the buttons, and the panels there are."""
        panels = [one for one in (self._target, self._keypad) if one is not None]
        return [self.who, self.buttons, *panels]

    def _add(self, panel: QWidget) -> None:
        panel.hide()
        self._whole.addWidget(panel)

    def _build(self) -> None:
        self.who = Who(self._phones)
        self.progress = CallProgress()
        self.phrase = embolden(label(wrap=True))
        self.detail = label(wrap=True)
        self.message = label(wrap=True)
        self.buttons = CardButtons(self._mnemonics)
        self.buttons.asked.connect(self._on_asked)
        self.buttons.redial_asked.connect(self._redial)
        self.buttons.dismissed.connect(self.dismiss)
        self._whole = whole = column(self, 8)
        whole.setContentsMargins(*AROUND)
        whole.addWidget(self.who)
        whole.addWidget(self.progress)
        for widget in (self.phrase, self.detail, self.message, self.buttons):
            whole.addWidget(widget)

    def show_call(self, call: Call) -> None:
        """Show the new value of the call."""
        self._call = call
        if call.state is CallState.CONNECTED and self._talking is None:
            self._talking = Stopwatch()  # answered just now: the Call Manager's clock may differ from ours
        self.who.show_call(call)
        self.progress.show_call(call)
        self._show_progress()
        self.buttons.show_call(call)
        self._check_panel()
        self.refresh()
        self._clock.start() if call.state is CallState.CONNECTED else self._clock.stop()
        if call.state is CallState.ON_HOOK:
            self.linger.start(FAILED_LINGER_MS if call.missed or failed(call) else LINGER_MS)
        self.grown.emit()

    def set_mnemonics(self, mnemonics: bool) -> None:
        """Give the buttons keys of their own, or none."""
        if mnemonics is self._mnemonics:
            return
        self._mnemonics = mnemonics
        self.buttons.set_mnemonics(mnemonics)
        if self._target is not None:
            self._target.set_mnemonics(mnemonics)

    def set_room(self, room: int, wide: bool = False) -> None:
        """It is so broad from now on; `wide`: then it takes less height."""
        around = self.contentsMargins()
        self._room = inside = room - 2 * SIDE - around.left() - around.right()
        self.buttons.set_room(inside, wide)
        if self._target is not None:
            self._target.set_room(inside)
        self.who.set_room(inside)
        if wide is not self._wide:
            self._wide = wide
            self._show_progress()
        self.grown.emit()

    def set_compact(self, compact: bool) -> None:
        """Be low: who it is, what happens, and what can be done."""
        if compact is self._compact:
            return
        self._compact = compact
        self.who.set_compact(compact, self.phrase)
        if not compact:
            self._whole.insertWidget(self._whole.indexOf(self.detail), self.phrase)
            self.phrase.show()
        self._whole.setContentsMargins(*(AROUND_COMPACT if compact else AROUND))
        self._show_progress()
        self.grown.emit()

    def _show_progress(self) -> None:
        talking = self._wide and self._call.state is CallState.CONNECTED
        going_out = self._call.direction is Direction.OUTBOUND
        self.progress.setVisible(going_out and not talking and not self._compact)

    def dismiss(self) -> None:
        """Put the card away."""
        self.dismissed.emit(self._call.id)

    def refresh(self) -> None:
        """Write the phrases anew: they also speak of the terminal's other calls."""
        call = self._call
        gone = call.redirected_to
        text = phrases.happening(
            call,
            self._phones.text_for(formatting.other_party(call)),
            self._phones.text_for(gone) if gone is not None else self._slot,
        )
        if self._unregistered():
            text = phrases.not_registered(self._phones, formatting.other_party(call))
        self._happening = self._said or text
        self.phrase.setAccessibleName(self._happening)
        self._show_time()
        detail = self._details(call)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.message.setVisible(bool(self.message.text()))
        self._color()
        self.update()

    def _unregistered(self) -> bool:
        """Has the call failed because a colleague's phone is not registered?"""
        number = formatting.other_party(self._call).id
        return self._call.cause is Cause.UNREACHABLE and not self._phones.in_service(number)

    def _details(self, call: Call) -> str:
        lines = []
        if call.redirecting is not None and call.direction is Direction.INBOUND:
            lines.append(phrases.came_by(call, self._phones.text_for(call.redirecting)))
        if call.connected_party is not None and call.state is CallState.CONNECTED:
            party = self._phones.text_for(call.connected_party)
            lines.append(self.tr("Answered by {name}").format(name=party))
        if self._unregistered():
            lines.append(self.tr("Call again when it is switched on and connected."))
        first = self._phones.call(call.related) if call.consultation else None
        if first is not None and first.held and call.state is not CallState.ON_HOOK:
            name = self._phones.text_for(formatting.other_party(first))
            lines.append(self.tr("{name} waits on hold").format(name=name))
        return "\n".join(filter(None, lines))

    # Panels.

    def open_panel(self, feature: Feature) -> None:
        """Open the panel of REDIRECT, TRANSFER or DTMF."""
        self._hide_panels()
        self._panel = feature
        opened: QWidget = self.keypad if feature is Feature.DTMF else self.target
        opened.show()
        if feature is not Feature.DTMF:
            self.target.ask(self._ways(feature))
        self.buttons.check(feature)
        self.grown.emit()
        opened.setFocus()

    def close_panel(self) -> None:
        """Close the panel."""
        self._hide_panels()
        self.buttons.check(None)
        self.grown.emit()

    def _hide_panels(self) -> None:
        self._panel = None
        if self._target is not None:
            self._target.hide()
        if self._keypad is not None:
            self._keypad.hide()
            self._keypad.clear()

    def _ways(self, feature: Feature) -> Sequence[Feature]:
        """The features that the panel has buttons for."""
        both = (Feature.TRANSFER, Feature.CONSULT)
        asked = both if feature is Feature.TRANSFER else (feature,)
        return [one for one in asked if offers(self._call, one)]

    def _check_panel(self) -> None:
        """Close the panel when what it is for is no longer possible."""
        if self._panel is None:
            return
        ways = self._ways(self._panel)
        if not ways:
            self.close_panel()
        elif self._panel is not Feature.DTMF:
            self.target.offer(ways)

    # What is asked for.

    def press(self, feature: Feature) -> None:
        """Do what the button of the feature does, if it is shown."""
        if feature in self.buttons.offered():
            self._on_asked(feature)

    def _on_asked(self, feature: Feature) -> None:
        if feature in (Feature.REDIRECT, Feature.TRANSFER, Feature.DTMF):
            self.close_panel() if self._panel is feature else self.open_panel(feature)
            return
        self._say("")
        if feature is Feature.DROP:
            self._said = self.tr("Hanging up …")
            self.refresh()
        others = [one for one in self._phones.calls() if one.terminal == self._call.terminal]
        self.buttons.set_busy(feature)
        spawn(self._perform(command(feature, self._call, others)))

    def _send(self, feature: Feature, address: str) -> None:
        self.target.say("")
        self.target.setEnabled(False)
        spawn(self._perform(sending(feature, self._call, address)))

    async def _perform(self, asked: Command[Any]) -> None:
        why = await self._refused(asked)
        if not isValid(self):
            return  # the call has ended, and the card is gone
        self._said = ""
        if self._target is not None:
            self._target.setEnabled(True)
        self.buttons.set_busy(None)
        self.refresh()
        if why:
            self._say(why)
        elif self._panel in (Feature.REDIRECT, Feature.TRANSFER):
            self.close_panel()

    async def _refused(self, asked: Command[Any]) -> str:
        """Have a command carried out; why it was refused, "" if it was not."""
        try:
            result = await self._phones.perform(asked)
        except CallError as error:
            return command_refusal_text(asked, error)
        if isinstance(asked, Park):
            self._slot = str(result)  # the end of the call may have been told before the slot was known
        return ""

    def _tone(self, digit: str) -> None:
        """Tones are sent one command after the other, in the order in which they were pressed."""
        under_way = bool(self._tones)
        if len(self._tones) < MAX_TONES:
            self._tones += digit
        if not under_way:
            spawn(self._send_tones())

    async def _send_tones(self) -> None:
        while self._tones:
            digits = self._tones
            why = await self._refused(Dtmf(self._call.id, self._call.terminal, digits))
            if not isValid(self):
                return
            self._tones = "" if why else self._tones[len(digits) :]
            self._say(why)

    def _redial(self) -> None:
        self.buttons.redial.setEnabled(False)
        spawn(self._ask_redial())

    async def _ask_redial(self) -> None:
        try:
            await self._phones.dial(formatting.other_party(self._call).id)
        except CallError as error:
            if isValid(self):
                self._say(refusal_text(error))
                self.buttons.redial.setEnabled(True)
        else:
            if isValid(self):
                self.dismiss()

    def _say(self, text: str) -> None:
        """Show why something did not work."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.grown.emit()

    # Looks.

    async def _fetch_picture(self) -> None:
        image = await self._phones.pictures.of(formatting.other_party(self._call).id)
        if image is not None and isValid(self):
            self.who.show_picture(image)

    def _show_time(self) -> None:
        running = self._talking is not None and self._call.state is CallState.CONNECTED
        talked = self._talking.seconds() if running and self._talking else formatting.talked(self._call)
        time = "" if talked is None else formatting.duration_text(talked)
        self.phrase.setText(f"{self._happening} {time}".rstrip())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while the mouse is over it: the person is reading."""
        self.linger.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._call.state is CallState.ON_HOOK:
            self.linger.start(LINGER_MS)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._panel is not None:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_whole"):
            self._color()
        super().changeEvent(event)

    def _color(self) -> None:
        look = colors(self.palette())
        color = {
            Tone.PLAIN: self.palette().color(QPalette.ColorRole.WindowText),
            Tone.GOOD: look.good,
            Tone.QUIET: look.quiet,
            Tone.ATTENTION: look.attention,
            Tone.BAD: look.bad,
        }[phrases.tone(self._call)]
        ink(self.phrase, color)
        ink(self.detail, look.quiet)
        ink(self.message, look.bad)

    def paintEvent(self, event: QPaintEvent) -> None:
        """An incoming call has a stripe at its side."""
        super().paintEvent(event)
        if self._call.direction is not Direction.INBOUND:
            return
        look = colors(self.palette())
        over = self._call.state is CallState.ON_HOOK
        color = look.attention if self._call.missed else look.quiet if over else look.good
        right_to_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.fillRect(self.width() - STRIPE if right_to_left else 0, 0, STRIPE, self.height(), color)
        painter.end()
