"""What is asked of a desk phone that is to be added: which one it is, and whose."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPushButton, QWidget

from offhook.call import Terminal
from offhook.call.provisioned import PhoneAction, PhoneOrder, PhoneVendor
from offhook.desktop.layouts import column, form, row
from offhook.desktop.plaintext import add_row, tip

WINDOW_S = 600
"""So long a phone is let in here: it has started, and asks, in two minutes."""


class AddDeskPhone(QWidget):
    """`asked` has the order once all is chosen; `left` when nothing is to be added."""

    asked = Signal(object)
    left = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mac = QLineEdit(placeholderText="80:5e:c0:12:34:56")
        where = self.tr("It stands on the phone's back, and on its box.")
        self.mac.setToolTip(tip(where))
        self.mac.setAccessibleDescription(where)
        self.model, self.terminal = QComboBox(), QComboBox()
        self.let_in = QCheckBox(self.tr("Let it in at once, for &ten minutes"))
        self.let_in.setChecked(True)
        self.add = QPushButton(self.tr("A&dd"))
        self.cancel = QPushButton(self.tr("Ca&ncel"))
        fields = form()
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)  # for the narrowest window
        add_row(fields, self.tr("&MAC address"), self.mac)
        add_row(fields, self.tr("M&odel"), self.model)
        add_row(fields, self.tr("&Whose it is"), self.terminal)
        fields.addRow("", self.let_in)
        buttons = row()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(fields)
        whole.addLayout(buttons)
        self.setFocusProxy(self.mac)
        self.mac.textChanged.connect(self._examine)
        self.mac.returnPressed.connect(self._ask)
        self.add.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.left)
        self._examine()

    def choose_from(self, vendors: Sequence[PhoneVendor], terminals: Sequence[Terminal]) -> None:
        """What there is to choose from; what was chosen before stays so."""
        models = [(f"{one.vendor} {model}", model) for one in vendors for model in one.models]
        named = [(" ".join(filter(None, (one.name, one.id))), one.id) for one in terminals]
        for box, entries in ((self.model, models), (self.terminal, named)):
            before = box.currentData()
            box.clear()
            for text, data in entries:
                box.addItem(text if data not in text.split(" ")[:1] else data, data)
            box.setCurrentIndex(max(0, box.findData(before)))
        self._examine()

    def clear(self) -> None:
        """Begin anew."""
        self.mac.clear()

    @property
    def unsaved(self) -> bool:
        """Is anything typed?"""
        return bool(self.mac.text().strip())

    def _examine(self) -> None:
        digits = [one for one in self.mac.text().lower() if one not in ":-. "]
        whole = len(digits) == 12 and all(one in "0123456789abcdef" for one in digits)
        self.add.setEnabled(whole and self.model.count() > 0 and self.terminal.count() > 0)
        self.changed.emit()

    def _ask(self) -> None:
        if not self.add.isEnabled():
            return
        seconds = WINDOW_S if self.let_in.isChecked() else 0
        mac = self.mac.text().strip()
        model, terminal = self.model.currentData(), self.terminal.currentData()
        self.asked.emit(PhoneOrder(PhoneAction.ADD, mac, model, terminal, seconds))
