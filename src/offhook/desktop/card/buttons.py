"""The buttons of a call card: only those for what can be done now, and after the end Redial and Close."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from offhook.call import Call, CallState, Direction, Feature
from offhook.desktop import icons
from offhook.desktop.buttonrows import UNBOUNDED, ButtonRows
from offhook.desktop.card.actions import MAIN, PANELS, Action, actions, back_text, wanted
from offhook.desktop.formatting import other_party
from offhook.desktop.layouts import GRID, column
from offhook.desktop.plaintext import tip, without_mnemonic
from offhook.desktop.theme import colors, filled, restyle

COLUMNS = 5
"""Small buttons in a row, at most: more than so many are not looked through at a glance."""

MAIN_COLUMNS = 3
"""The same of large ones: more are never shown at a time."""

ICON = 20

HIGH = 32
"""Height of a large button."""


class CardButtons(QWidget):
    """`asked` has the feature of a button that was pressed; `redial` and `dismissed` are those after the end.

    Without `mnemonics` no button has a key of its own: in the window several cards stand below each other.
    A button is made when it is first needed: a card comes while a phone rings, with two or three of them.
    """

    asked = Signal(object)
    redial_asked = Signal()
    dismissed = Signal()

    def __init__(self, mnemonics: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mnemonics = mnemonics
        self._actions = {one.feature: one for one in actions()}
        self._call: Call | None = None
        self._made: dict[Feature, QPushButton | QToolButton] = {}
        self._redial: QPushButton | None = None
        self._dismiss: QPushButton | None = None
        self._lay_out()

    @property
    def drop(self) -> QPushButton | QToolButton:
        """The button that ends the call."""
        return self.button(Feature.DROP)

    @property
    def redial(self) -> QPushButton:
        """After the end: calls once more, or back."""
        if self._redial is None:
            self._redial = self._after(self.redial_asked, self._redial_text())
            self._redial.setIcon(icons.icon("phone"))
        return self._redial

    @property
    def dismiss(self) -> QPushButton:
        """After the end: puts the card away."""
        if self._dismiss is None:
            self._dismiss = self._after(self.dismissed, self.tr("&Close"))
        return self._dismiss

    def button(self, feature: Feature) -> QPushButton | QToolButton:
        """The button of a feature."""
        made = self._made.get(feature)
        if made is None:
            self._made[feature] = made = self._make(self._actions[feature])
            self._color_one(feature, made)
            self._order()
        return made

    def offered(self) -> list[Feature]:
        """The features whose buttons are shown, the large ones first."""
        return [one for one in self._in_order() if not self._made[one].isHidden()]

    def _in_order(self) -> list[Feature]:
        made = [one for one in self._actions if one in self._made]
        return sorted(made, key=lambda one: one not in MAIN)

    def _order(self) -> None:
        """The keyboard goes through them in this order, whenever each was made."""
        before: QWidget = self
        after = [one for one in (self._redial, self._dismiss) if one is not None]
        for button in (*(self._made[one] for one in self._in_order()), *after):
            QWidget.setTabOrder(before, button)
            before = button

    def _redial_text(self) -> str:
        back = self._call is not None and self._call.direction is Direction.INBOUND
        return self.tr("Call &back") if back else self.tr("&Redial")

    def _after(self, pressed: SignalInstance, text: str) -> QPushButton:
        button = QPushButton(self._text(text), self)
        button.hide()
        button.clicked.connect(pressed)
        button.setMinimumHeight(HIGH)
        return button

    def _make(self, action: Action) -> QPushButton | QToolButton:
        if action.feature in MAIN:
            large = QPushButton(self._text(action.text), self)
            large.setMinimumHeight(HIGH)
            button: QPushButton | QToolButton = large
        else:
            small = QToolButton(self, autoRaise=True)
            small.setText(self._text(action.text))
            small.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            small.setIconSize(QSize(ICON, ICON))
            small.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            small.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button = small
        button.hide()
        button.setCheckable(action.feature in PANELS)
        button.setToolTip(tip(action.tip))
        button.setAccessibleName(without_mnemonic(action.text))
        button.setAccessibleDescription(action.tip)
        button.clicked.connect(lambda _checked=False, one=action.feature: self.asked.emit(one))
        return button

    def _lay_out(self) -> None:
        self._room, self._beside = UNBOUNDED, False
        self._grid = ButtonRows(4, COLUMNS)
        self._bottom = ButtonRows(GRID, MAIN_COLUMNS)
        self._whole = column(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(self._grid, 1)
        self._whole.addLayout(self._bottom, 1)

    def set_room(self, room: int, beside: bool) -> None:
        """There is so much room; with `beside` the large buttons stand beside the small ones if they fit."""
        self._room, self._beside = room, beside
        self._arrange()

    def show_call(self, call: Call) -> None:
        """Show the buttons for what the call allows."""
        self._call = call
        over = call.state is CallState.ON_HOOK
        found = wanted(call)
        for feature in {*self._made, *found}:
            self.button(feature).setVisible(feature in found)
        text, explained = back_text() if call.consultation else self._drop_texts()
        if Feature.DROP in self._made:
            self.drop.setText(self._text(text))
            self.drop.setAccessibleName(without_mnemonic(text))
            self.drop.setToolTip(tip(explained))
        self._show_after(over, call)
        self._grid.show_buttons([self._made[one] for one in found if one not in MAIN])
        large_ones = [self._made[one] for one in MAIN if one in found]
        after = [one for one in (self._redial, self._dismiss) if one is not None and not one.isHidden()]
        self._bottom.show_buttons([*large_ones, *after])
        self._arrange()

    def _show_after(self, over: bool, call: Call) -> None:
        if over:
            self.redial.setText(self._text(self._redial_text()))
            self.dismiss.setText(self._text(self.tr("&Close")))
        if self._redial is not None:
            self._redial.setVisible(over and bool(other_party(call).id))
        if self._dismiss is not None:
            self._dismiss.setVisible(over)

    def set_mnemonics(self, mnemonics: bool) -> None:
        """Give each button a key of its own, or none."""
        self._mnemonics = mnemonics
        for feature, button in self._made.items():
            button.setText(self._text(self._actions[feature].text))
        if self._call is not None:
            self.show_call(self._call)

    def set_busy(self, feature: Feature | None) -> None:
        """While a command is under way its button waits."""
        for one in self._made.values():
            one.setEnabled(True)
        if feature is not None:
            self.button(feature).setEnabled(False)

    def check(self, feature: Feature | None) -> None:
        """Show which panel is open."""
        for one in PANELS:
            if one in self._made or one is feature:
                self.button(one).setChecked(one is feature)

    def _arrange(self) -> None:
        needed = self._grid.needs() + self._bottom.needs() + self._whole.spacing()
        beside = self._beside and needed <= self._room
        way = QBoxLayout.Direction
        self._whole.setDirection(way.LeftToRight if beside else way.TopToBottom)
        for rows in (self._grid, self._bottom):
            rows.set_room(UNBOUNDED if beside else self._room)

    def _drop_texts(self) -> tuple[str, str]:
        action = self._actions[Feature.DROP]
        return action.text, action.tip

    def _text(self, text: str) -> str:
        return text if self._mnemonics else without_mnemonic(text)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_grid"):
            self._color()
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "_grid"):
            self._arrange()

    def _color(self) -> None:
        for feature, button in self._made.items():
            self._color_one(feature, button)
        if self._redial is not None:
            self._redial.setIcon(icons.icon("phone"))

    def _color_one(self, feature: Feature, button: QPushButton | QToolButton) -> None:
        look = colors(self.palette())
        plain = feature in PANELS or feature not in MAIN
        if not plain:
            fill = look.good if feature in (Feature.ANSWER, Feature.COMPLETE) else look.bad
            restyle(button, filled(fill, self.palette()))
        button.setIcon(icons.icon(self._actions[feature].icon, None if plain else look.on_color))
