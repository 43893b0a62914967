"""The page of links and keys: what a link may do, and the keys that work in every program."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from offhook.config import Policies
from offhook.desktop.layouts import column
from offhook.desktop.plaintext import label
from offhook.desktop.preferences import Links, Preferences
from offhook.desktop.settings.policynote import set_by_policy
from offhook.desktop.startup import Startup
from offhook.errors import OffhookError


class LinksPage(QWidget):
    """What is chosen holds at once."""

    changed = Signal()

    def __init__(
        self,
        preferences: Preferences,
        startup: Startup,
        policies: Policies | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = self.tr("Links and keys")
        self._preferences, self._startup = preferences, startup
        by_policy = (policies or Policies()).links_dial
        self.take = QPushButton(self.tr("&Open telephone links with Offhook"))
        self.take.clicked.connect(self._take)
        self.links = QCheckBox(self.tr("Let &links dial without asking"))
        self.links.setChecked(preferences.links is Links.DIAL if by_policy is None else by_policy)
        self.links.toggled.connect(self._keep)
        self.message = label(wrap=True)
        self.message.hide()
        links = self.tr("A click on a number in a page or a mail (tel:, callto:, sip:) is a link.")
        keys = self.tr(
            "In every program: Ctrl+Alt+D calls the number that is selected, after a question. While a call "
            "rings, Ctrl+Alt+A answers it, and Ctrl+Alt+X declines it. In this window F1 shows all keys."
        )
        whole = column(self, 16)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(label(links, wrap=True))
        line = column()
        for widget in (self.take, self.links):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeading)
        whole.addLayout(line)
        if by_policy is not None:
            whole.addWidget(set_by_policy(self.links))
        whole.addWidget(self.message)
        whole.addWidget(label(keys, wrap=True))
        whole.addStretch(1)

    def _keep(self, dial: bool) -> None:
        self._preferences.links = Links.DIAL if dial else Links.ASK
        self._preferences.sync()
        self.changed.emit()

    def _take(self) -> None:
        try:
            self._startup.register_links()
        except (OSError, OffhookError) as error:
            self.message.setText(str(error))
        else:
            self.message.setText(self.tr("Telephone links open with Offhook now; the system may ask first."))
        self.message.show()
