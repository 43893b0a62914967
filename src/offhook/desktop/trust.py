"""Asks the person to confirm a certificate that no authority has signed, by its fingerprint."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from offhook.config.managerplaces import MOST
from offhook.desktop.bridge import finished
from offhook.desktop.layouts import column, form
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.theme import colors


@dataclass(frozen=True)
class CertificateQuestion:
    """The certificate to confirm. `changed`: another one was confirmed
    before. `until`: seconds since the epoch."""

    fingerprint: str
    name: str
    hosts: tuple[str, ...]
    until: float
    changed: bool
    confirm: Callable[[], None]


class TrustDialog(QDialog):
    """Shows the fingerprint. Not trusting is the default button."""

    def __init__(self, url: str, question: CertificateQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Is this your Call Manager?"))
        self.setMinimumWidth(480)
        if question.changed:
            intro = self.tr(
                "The Call Manager shows another certificate than the one that you confirmed. Either it was "
                "made anew, or somebody pretends to be it. Ask your administrator before you go on."
            )
        else:
            intro = self.tr(
                "The certificate of the Call Manager is its company's own. Compare the fingerprint with what "
                "your administrator gave you, or what “offhook cert show” says on its machine."
            )
        self.intro = label(intro, wrap=True)
        if question.changed:
            self.intro.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        groups = question.fingerprint.split()
        half = len(groups) // 2
        self.fingerprint = label("\n".join((" ".join(groups[:half]), " ".join(groups[half:]))))
        self.fingerprint.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.fingerprint.setAccessibleName(self.tr("Fingerprint"))
        until = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(question.until)).date())
        fields = form()
        add_row(fields, self.tr("Call Manager"), label(url))
        add_row(fields, self.tr("Name"), label(question.name))
        add_row(fields, self.tr("For"), label(", ".join(question.hosts)))
        add_row(fields, self.tr("Good until"), label(until))
        add_row(fields, self.tr("Fingerprint"), self.fingerprint)
        buttons = QDialogButtonBox()
        self.trust = buttons.addButton(
            self.tr("It is the same: &trust it"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self.trust.setAutoDefault(False)
        cancel = buttons.addButton(self.tr("Do &not trust it"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setDefault(True)
        cancel.setFocus()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = column(self, 12)
        whole.addWidget(self.intro)
        whole.addLayout(fields)
        whole.addWidget(buttons)


async def confirmed(
    url: str, look: Callable[[], Awaitable[CertificateQuestion | None]], parent: QWidget | None = None
) -> bool:
    """Have the person confirm each certificate that `look` asks about: of several Call Managers each may
    have its own. One that was confirmed here a moment ago is good for the others, too. False as soon as one
    is not trusted. Raises `OSError`, and what `look` raises."""
    asked = set[str]()
    for _ in range(MOST):
        question = await look()
        if question is None:
            break
        if question.fingerprint not in asked:
            asked.add(question.fingerprint)
            if await finished(TrustDialog(url, question, parent)) != QDialog.DialogCode.Accepted:
                return False
        question.confirm()
    return True
