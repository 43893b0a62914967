"""Asks where the own phone's calls go on to: always, while busy, or if nobody answers."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from shiboken6 import isValid

from offhook.call import Feature, Forward, Forwarding, ForwardWhen, Party, Terminal
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import GRID, column
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import label
from offhook.desktop.refusals import command_refusal_text
from offhook.desktop.suggestions import as_line, is_number, suggested
from offhook.desktop.theme import colors, ink
from offhook.errors import CallError

USUAL_S = 20
"""Seconds of ringing before a call goes on: some six rings."""

LONGEST_S = 120
"""Longer than callers wait."""

NEEDED = {
    ForwardWhen.ALWAYS: Feature.FORWARD,
    ForwardWhen.BUSY: Feature.FORWARD_BUSY,
    ForwardWhen.NO_ANSWER: Feature.FORWARD_NO_ANSWER,
}
"""What the phone has to be capable of."""


class _Row:
    """One kind of forwarding: a check box, and where to."""

    def __init__(self, phones: PhoneModel, text: str, where: str) -> None:
        self._phones = phones
        self._numbers: dict[str, str] = {}
        self.on = QCheckBox(text)
        self.to = QLineEdit()
        self.to.setAccessibleName(where)
        self.to.setPlaceholderText(where)
        self.to.setMinimumWidth(self.to.fontMetrics().horizontalAdvance(where) + 2 * GRID)
        self._lines = QStringListModel()
        completer = QCompleter(self._lines)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.to.setCompleter(completer)
        self.to.textEdited.connect(self._suggest)
        self.to.setEnabled(False)
        self.on.toggled.connect(self.to.setEnabled)

    def show(self, one: Forwarding) -> None:
        """Show what is in force."""
        self.on.setChecked(True)
        name = self._phones.name_for(Party("", one.address))
        text = " ".join(filter(None, (name, self._phones.show(one.address))))
        self._numbers[text] = one.address
        self.to.setText(text)

    def address(self) -> str:
        """The number that is meant; "" if that is not clear."""
        text = self.to.text().strip()
        if text in self._numbers:
            return self._numbers[text]
        if is_number(self._phones, text):
            return text
        found = suggested(self._phones, text) if text else []
        return found[0].number if len(found) == 1 else ""

    def _suggest(self, text: str) -> None:
        found = suggested(self._phones, text.strip()) if text.strip() else []
        for one in found:
            self._numbers[as_line(self._phones, one)] = one.number
        self._lines.setStringList([as_line(self._phones, one) for one in found])


class ForwardingDialog(QDialog):
    """Shows what is in force at the phone; OK puts what stands here in force instead."""

    def __init__(self, phones: PhoneModel, phone: Terminal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._phones, self._phone = phones, phone
        self.setWindowTitle(self.tr("Forward calls"))
        self.rows = {
            when: _Row(phones, text, self.tr("Name or number"))
            for when, text in (
                (ForwardWhen.ALWAYS, self.tr("&Always")),
                (ForwardWhen.BUSY, self.tr("While I am in a &call")),
                (ForwardWhen.NO_ANSWER, self.tr("If I do &not answer")),
            )
            if _capable(phone, NEEDED[when])
        }
        self.after = QSpinBox()
        self.after.setRange(1, LONGEST_S)
        self.after.setValue(USUAL_S)
        self.after.setPrefix(self.tr("after "))
        self.after.setSuffix(self.tr(" s"))
        self.after.setAccessibleName(self.tr("Seconds of ringing before it"))
        self.message = label(wrap=True)
        self.message.hide()
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        for one in phone.forwardings:
            if one.when in self.rows:
                self.rows[one.when].show(one)
                if one.after_s:
                    self.after.setValue(round(one.after_s))

    def _lay_out(self) -> None:
        whole = column(self, 12)
        rows = QGridLayout()
        rows.setSpacing(8)
        for at, (when, one) in enumerate(self.rows.items()):
            rows.addWidget(one.on, at, 0)
            rows.addWidget(one.to, at, 1)
            if when is ForwardWhen.NO_ANSWER:
                rows.addWidget(self.after, at, 2)
        whole.addLayout(rows)
        whole.addWidget(self.message)
        whole.addWidget(self.buttons)
        self.setMinimumWidth(420)

    def forwardings(self) -> Sequence[Forwarding]:
        """What stands in the dialog. An address that is not clear is ""."""
        return [
            Forwarding(when, one.address(), self.after.value() if when is ForwardWhen.NO_ANSWER else 0)
            for when, one in self.rows.items()
            if one.on.isChecked()
        ]

    def _save(self) -> None:
        wanted = self.forwardings()
        unclear = next((one for one in wanted if not one.address), None)
        if unclear is not None:
            self._say(self.tr("Whom do you mean? Type a number, or choose a person."))
            self.rows[unclear.when].to.setFocus()
            return
        self.buttons.setEnabled(False)
        spawn(self._perform(Forward(self._phone.id, tuple(wanted))))

    async def _perform(self, command: Forward) -> None:
        try:
            await self._phones.perform(command)
        except CallError as error:
            if isValid(self):
                self._say(command_refusal_text(command, error))
                self.buttons.setEnabled(True)
        else:
            if isValid(self):
                self.accept()

    def _say(self, text: str) -> None:
        ink(self.message, colors(self.palette()).bad)
        self.message.setText(text)
        self.message.show()


def _capable(phone: Terminal, feature: Feature) -> bool:
    """Is the phone capable of it? `FORWARD` alone is to forward always."""
    return feature is Feature.FORWARD or feature in (phone.capabilities or ())
