"""The state of the own phone in true words, and a menu to change what it does with calls."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from offhook.call import DoNotDisturb, Feature, Forwarding, ForwardWhen, Party, Terminal
from offhook.desktop import icons
from offhook.desktop.bridge import spawn
from offhook.desktop.formatting import problem_text, when_text
from offhook.desktop.forwarding import ForwardingDialog
from offhook.desktop.layouts import GRID, row
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, label, tip
from offhook.desktop.refusals import command_refusal_text
from offhook.desktop.takecall import TakeCallDialog
from offhook.desktop.theme import colors, ink
from offhook.errors import CallError

HIGH = 5 * GRID


class OwnPhone(QWidget):
    """`refused` has the reason why the phone is as it was."""

    refused = Signal(str)

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self.state = label(wrap=True)
        self.button = QPushButton()
        self.button.setAccessibleName(self.tr("What your phone does with calls"))
        self.menu = QMenu(self)
        self.do_not_disturb = QAction(self.tr("&Do not disturb"), self.menu, checkable=True)
        self.do_not_disturb.triggered.connect(self._disturb)
        self.forward = QAction(self.tr("&Forward calls …"), self.menu)
        self.forward.triggered.connect(self._ask_forwarding)
        self.pick_up = QAction(self.tr("&Pick up a call …"), self.menu)
        self.pick_up.triggered.connect(lambda: self._ask_call(Feature.PICKUP))
        self.unpark = QAction(self.tr("&Take a parked call …"), self.menu)
        self.unpark.triggered.connect(lambda: self._ask_call(Feature.UNPARK))
        self.offered = {
            Feature.DO_NOT_DISTURB: self.do_not_disturb,
            Feature.FORWARD: self.forward,
            Feature.PICKUP: self.pick_up,
            Feature.UNPARK: self.unpark,
        }
        for action in self.offered.values():
            self.menu.addAction(action)
        self.choices = QActionGroup(self)
        self._choose_from = self.menu.addSection(self.tr("Call from"))
        self.button.setMenu(self.menu)
        self.button.setIcon(icons.icon("phone"))
        self.dot = Dot()
        whole = row()
        whole.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        whole.addWidget(self.dot)
        whole.addWidget(self.state, 1)
        whole.addWidget(self.button)
        self.setLayout(whole)
        self.setMinimumHeight(HIGH)
        phones.link_changed.connect(self.refresh)
        phones.terminals_changed.connect(self.refresh)
        phones.call_changed.connect(self.refresh)
        phones.trunks.changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _changed: object = None) -> None:
        """Show the present state."""
        text, color = self._state()
        self.state.setText(text)
        self.state.setAccessibleName(text)
        self.state.setToolTip(tip(self._phones.manager.place))
        ink(self.state, color)
        self.dot.show_color(color)
        phone = self._phones.phone
        allowed = phone.features if phone is not None and self._phones.connected else None
        for feature, action in self.offered.items():
            action.setVisible(feature in (allowed or ()))
        self._show_choices()
        shown = [*self.offered.values(), self._choose_from]
        self.button.setVisible(any(action.isVisible() for action in shown))
        if phone is not None:
            self.do_not_disturb.setChecked(phone.do_not_disturb)
            self.button.setText(caption(self._phones.terminal_text(phone.id)))

    def _state(self) -> tuple[str, QColor]:
        look, phone = colors(self.palette()), self._phones.phone
        if not self._phones.connected:
            reason = self._phones.problem
            text = self.tr("No Call Manager. Trying again …")
            return (f"{text} ({reason})" if reason else text), look.bad
        if phone is None:
            return self.tr("Ready to call"), look.good
        if not phone.in_service:
            text = self.tr("Your phone ({phone}) is not connected").format(phone=phone.id)
            reason = ""
            if phone.problem and phone.problem_at is not None:
                reason = f": {problem_text(phone.problem)}, {when_text(phone.problem_at)}"
            return text + reason, look.bad
        calls = [one for one in self._phones.calls() if one.terminal == phone.id]
        if any(one.rings_here for one in calls):
            return self.tr("Your phone is ringing"), look.attention
        if calls:
            several = self.tr("In {number} calls").format(number=len(calls))
            text = several if len(calls) > 1 else self.tr("In a call")
            return text, self.palette().color(QPalette.ColorRole.WindowText)
        if phone.do_not_disturb:
            return self.tr("Do not disturb: your phone does not ring"), look.attention
        if phone.forwardings:
            return "; ".join(map(self._forwarding_text, phone.forwardings)), look.attention
        if self._phones.trunks.down:
            text = self.tr("Calls inside only. No way out: {why}").format(why=self._phones.trunks.down)
            return text, look.attention
        return self.tr("Ready to call"), look.good

    def _show_choices(self) -> None:
        """The phones among which the person may choose the one to call from."""
        phones = self._phones.terminals
        texts = [self._phones.terminal_text(one.id) for one in phones] if len(phones) > 1 else []
        self._choose_from.setVisible(bool(texts))
        if [action.text() for action in self.choices.actions()] != [caption(text) for text in texts]:
            for action in self.choices.actions():
                self.choices.removeAction(action)
                self.menu.removeAction(action)
                action.deleteLater()
            for one, text in zip(phones, texts, strict=False):
                action = QAction(caption(text), self.menu, checkable=True)
                action.setData(one.id)
                action.triggered.connect(self._chooser(one.id))
                self.choices.addAction(action)
                self.menu.addAction(action)
        for action in self.choices.actions():
            action.setChecked(action.data() == self._phones.terminal)

    def _chooser(self, terminal: str) -> Callable[[], None]:
        def choose() -> None:
            self._phones.terminal = terminal

        return choose

    def _forwarding_text(self, one: Forwarding) -> str:
        name = self._phones.text_for(Party("", one.address))
        text = {
            ForwardWhen.ALWAYS: self.tr("Calls go on to {name}"),
            ForwardWhen.BUSY: self.tr("Calls go on to {name} while you are in a call"),
            ForwardWhen.NO_ANSWER: self.tr("Calls go on to {name} if you do not answer"),
        }.get(one.when, self.tr("Calls go on to {name}"))
        return text.format(name=name)

    def _disturb(self, on: bool) -> None:
        phone = self._phones.phone
        if phone is not None:
            self.do_not_disturb.setChecked(phone.do_not_disturb)  # as it is, until the switch says otherwise
            spawn(self._perform(DoNotDisturb(phone.id, on)))

    async def _perform(self, command: DoNotDisturb) -> None:
        try:
            await self._phones.perform(command)
        except CallError as error:
            self.refused.emit(command_refusal_text(command, error))

    def _ask_forwarding(self) -> None:
        phone = self._phones.phone
        if phone is not None:
            self.dialog(phone).open()

    def _ask_call(self, feature: Feature) -> None:
        phone = self._phones.phone
        if phone is not None:
            dialog = TakeCallDialog(self._phones, phone, feature, self.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def dialog(self, phone: Terminal) -> ForwardingDialog:
        """The window that asks for the forwardings."""
        return ForwardingDialog(self._phones, phone, self.window())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "menu"):
            self.refresh()
            self.button.setIcon(icons.icon("phone"))
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Midlight))
        painter.drawLine(0, 0, self.width(), 0)
        painter.end()


class Dot(QWidget):
    """The state as a colour; the words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._color = QColor()
        self.setFixedSize(GRID, GRID)

    def show_color(self, color: QColor) -> None:
        """Show this colour."""
        self._color = color
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawEllipse(self.rect())
        painter.end()
