"""Asks before a link dials: a web page must not be able to call a premium number."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QWidget

from offhook.desktop import icons
from offhook.desktop.avatar import Avatar
from offhook.desktop.layouts import column, row
from offhook.desktop.plaintext import label


class DialConfirmation(QDialog):
    """Shows what would be dialled. `agreed` carries the address, and whether to ask no more."""

    agreed = Signal(str, bool)

    def __init__(self, address: str, number: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Call this number?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(360)
        avatar = Avatar()
        avatar.show_name(name)
        text = label(wrap=True)
        text.setText("\n".join(filter(None, (name, number))))
        font = text.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        font.setBold(True)
        text.setFont(font)
        origin = label(self.tr("A link asks for this call: {address}").format(address=address), wrap=True)
        self.always = QCheckBox(self.tr("&Always dial links without asking"))
        self.buttons = QDialogButtonBox()
        self.call = self.buttons.addButton(self.tr("&Call"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.call.setIcon(icons.icon("phone"))
        cancel = self.buttons.addButton(self.tr("Do &not call"), QDialogButtonBox.ButtonRole.RejectRole)
        # Whoever is typing when it comes up must not have called by hitting Return.
        self.call.setAutoDefault(False)
        cancel.setDefault(True)
        cancel.setFocus()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.agreed.emit(address, self.always.isChecked()))
        who = row(12)
        who.addWidget(avatar)
        who.addWidget(text, 1)
        whole = column(self, 12)
        whole.addLayout(who)
        whole.addWidget(origin)
        whole.addWidget(self.always)
        whole.addWidget(self.buttons)
