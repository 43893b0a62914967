"""Asks which call to take: one that rings at another phone, or one that is parked."""

from typing import Any

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QWidget
from shiboken6 import isValid

from offhook.call import Command, Feature, Pickup, Terminal, Unpark
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.refusals import command_refusal_text
from offhook.desktop.suggestions import suggested
from offhook.desktop.theme import colors, ink
from offhook.errors import CallError


class TakeCallDialog(QDialog):
    """For PICKUP it asks for the phone that rings, for UNPARK for the slot."""

    def __init__(
        self, phones: PhoneModel, phone: Terminal, feature: Feature, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._phones, self._phone, self._feature = phones, phone, feature
        pickup = feature is Feature.PICKUP
        self._group = pickup and Feature.PICKUP_GROUP in (phone.capabilities or ())
        self.setWindowTitle(self.tr("Pick up a call") if pickup else self.tr("Take a parked call"))
        text = self.tr("Whose phone &rings?") if pickup else self.tr("In which &slot does the call wait?")
        question = label(text)
        self.input = QLineEdit()
        self.input.setAccessibleName(question.text().replace("&", ""))
        self.input.setPlaceholderText(self.tr("Name or number") if pickup else "")
        question.setBuddy(self.input)
        self.hint = label(self.tr("Without an answer here: a phone of your group."), wrap=True)
        self.hint.setVisible(self._group)
        self.message = label(wrap=True)
        self.message.hide()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        whole = column(self)
        for widget in (question, self.input, self.hint, self.message, self.buttons):
            whole.addWidget(widget)
        self.setMinimumWidth(320)

    def _take(self) -> None:
        text = self.input.text().strip()
        if not text and not self._group:
            self.input.setFocus()
            return
        self.buttons.setEnabled(False)
        if self._feature is Feature.PICKUP:
            spawn(self._perform(Pickup(self._phone.id, self._target(text))))
        else:
            spawn(self._perform(Unpark(self._phone.id, text)))

    def _target(self, text: str) -> str:
        """The phone of the colleague whose name was typed; else what was typed."""
        found = suggested(self._phones, text) if text and not text.isdecimal() else []
        return found[0].number if len(found) == 1 else text

    async def _perform(self, command: Command[Any]) -> None:
        try:
            await self._phones.perform(command)
        except CallError as error:
            if isValid(self):
                ink(self.message, colors(self.palette()).bad)
                self.message.setText(command_refusal_text(command, error))
                self.message.show()
                self.buttons.setEnabled(True)
        else:
            if isValid(self):
                self.accept()
