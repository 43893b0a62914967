"""The buttons of a call card: only those for what can be done now, and after the end Redial and Close."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from offhook.call import Call, CallState, Direction, Feature
from offhook.desktop import icons
from offhook.desktop.buttonrows import UNBOUNDED, ButtonRows
from offhook.desktop.card.actions import MAIN, PANELS, Action, actions, back_text, wanted
from offhook.desktop.formatting import other_party
from offhook.desktop.layouts import GRID, column
from offhook.desktop.plaintext import tip, without_mnemonic
from offhook.desktop.theme import colors, filled

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
    """

    asked = Signal(object)
    redial_asked = Signal()
    dismissed = Signal()

    def __init__(self, mnemonics: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mnemonics = mnemonics
        self._actions = {one.feature: one for one in actions()}
        self._call: Call | None = None
        self.large: dict[Feature, QPushButton] = {}
        self.small: dict[Feature, QToolButton] = {}
        for action in self._actions.values():
            self._make(action)
        self.redial = QPushButton()
        self.redial.clicked.connect(self.redial_asked)
        self.dismiss = QPushButton()
        self.dismiss.clicked.connect(self.dismissed)
        for button in (self.redial, self.dismiss):
            button.setMinimumHeight(HIGH)
        self._lay_out()
        self._color()

    @property
    def drop(self) -> QPushButton:
        """The button that ends the call."""
        return self.large[Feature.DROP]

    def all(self) -> Sequence[QPushButton | QToolButton]:
        """Every button of a feature, in their order."""
        return [*self.large.values(), *self.small.values()]

    def button(self, feature: Feature) -> QPushButton | QToolButton:
        """The button of a feature."""
        return self.large.get(feature) or self.small[feature]

    def offered(self) -> list[Feature]:
        """The features whose buttons are shown."""
        return [one for one in (*self.large, *self.small) if not self.button(one).isHidden()]

    def _make(self, action: Action) -> None:
        if action.feature in MAIN:
            self.large[action.feature] = large = QPushButton(self._text(action.text))
            large.setMinimumHeight(HIGH)
            button: QPushButton | QToolButton = large
        else:
            self.small[action.feature] = small = QToolButton(autoRaise=True)
            small.setText(self._text(action.text))
            small.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            small.setIconSize(QSize(ICON, ICON))
            small.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            small.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button = small
        button.setCheckable(action.feature in PANELS)
        button.setToolTip(tip(action.tip))
        button.setAccessibleName(without_mnemonic(action.text))
        button.setAccessibleDescription(action.tip)
        button.clicked.connect(lambda _checked=False, one=action.feature: self.asked.emit(one))

    def _lay_out(self) -> None:
        self._room, self._beside = UNBOUNDED, False
        self._grid = ButtonRows(4, COLUMNS)
        self._bottom = ButtonRows(GRID, MAIN_COLUMNS)
        self._whole = column(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(self._grid, 1)
        self._whole.addLayout(self._bottom, 1)
        for button in (*self.all(), self.redial, self.dismiss):
            button.setParent(self)

    def set_room(self, room: int, beside: bool) -> None:
        """There is so much room; with `beside` the large buttons stand beside the small ones if they fit."""
        self._room, self._beside = room, beside
        self._arrange()

    def show_call(self, call: Call) -> None:
        """Show the buttons for what the call allows."""
        self._call = call
        over = call.state is CallState.ON_HOOK
        found = wanted(call)
        for feature, large in self.large.items():
            large.setVisible(feature in found)
        for feature, small in self.small.items():
            small.setVisible(feature in found)
        text, explained = back_text() if call.consultation else self._drop_texts()
        self.drop.setText(self._text(text))
        self.drop.setAccessibleName(without_mnemonic(text))
        self.drop.setToolTip(tip(explained))
        self.redial.setVisible(over and bool(other_party(call).id))
        back = call.direction is Direction.INBOUND
        self.redial.setText(self._text(self.tr("Call &back") if back else self.tr("&Redial")))
        self.dismiss.setText(self._text(self.tr("&Close")))
        self.dismiss.setVisible(over)
        self._grid.show_buttons([self.small[one] for one in found if one in self.small])
        large_ones = [self.large[one] for one in MAIN if one in found]
        after = [one for one in (self.redial, self.dismiss) if not one.isHidden()]
        self._bottom.show_buttons([*large_ones, *after])
        self._arrange()

    def set_mnemonics(self, mnemonics: bool) -> None:
        """Give each button a key of its own, or none."""
        self._mnemonics = mnemonics
        for feature, action in self._actions.items():
            self.button(feature).setText(self._text(action.text))
        if self._call is not None:
            self.show_call(self._call)

    def set_busy(self, feature: Feature | None) -> None:
        """While a command is under way its button waits."""
        for one in self.all():
            one.setEnabled(True)
        if feature is not None:
            self.button(feature).setEnabled(False)

    def check(self, feature: Feature | None) -> None:
        """Show which panel is open."""
        for one in PANELS:
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
        look = colors(self.palette())
        fills = dict.fromkeys((Feature.ANSWER, Feature.COMPLETE), look.good)
        for feature, large in self.large.items():
            plain = feature in PANELS
            large.setStyleSheet("" if plain else filled(fills.get(feature, look.bad), self.palette()))
            large.setIcon(icons.icon(self._actions[feature].icon, None if plain else look.on_color))
        for feature, small in self.small.items():
            small.setIcon(icons.icon(self._actions[feature].icon))
        self.redial.setIcon(icons.icon("phone"))
