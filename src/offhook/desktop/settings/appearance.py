"""The page of the window's preferences: appearance, language and behaviour, effective at once."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from offhook.config import Policies
from offhook.desktop.layouts import column, form
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.preferences import Preferences
from offhook.desktop.settings.policynote import set_by_policy
from offhook.desktop.startup import Startup
from offhook.desktop.theme import Appearance
from offhook.desktop.translation import LANGUAGES
from offhook.errors import OffhookError


class AppearancePage(QWidget):
    """`changed` is emitted after a preference has been stored."""

    changed = Signal()

    def __init__(
        self,
        preferences: Preferences,
        startup: Startup,
        policies: Policies | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = self.tr("Appearance")
        self._preferences, self._startup = preferences, startup
        self._policies = policies or Policies()
        self.appearance = QComboBox()
        for appearance, text in (
            (Appearance.SYSTEM, self.tr("As the system has it")),
            (Appearance.LIGHT, self.tr("Light")),
            (Appearance.DARK, self.tr("Dark")),
        ):
            self.appearance.addItem(text, appearance)
        self.appearance.setCurrentIndex(self.appearance.findData(preferences.appearance))
        self.language = QComboBox()
        self.language.addItem(self.tr("As the system has it"), "")
        for code, name in LANGUAGES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(max(0, self.language.findData(preferences.language)))
        self.incoming = QCheckBox(self.tr("Show &incoming calls as well"))
        self.incoming.setChecked(preferences.incoming)
        self.start = QCheckBox(self.tr("&Start when I log in to the computer"))
        by_policy = self._policies.autostart
        self.start.setChecked(startup.enabled() if by_policy is None else by_policy)
        self.message = label(wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        fields = form()
        add_row(fields, self.tr("&Appearance"), self.appearance)
        add_row(fields, self.tr("Lan&guage"), self.language)
        whole = column(self, 10)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(fields)
        # Below the form, since beside its labels they do not fit into a narrow window.
        for box, fixed in (
            (self.incoming, None),
            (self.start, self._policies.autostart),
        ):
            whole.addWidget(box)
            if fixed is not None:
                whole.addWidget(set_by_policy(box))
        whole.addWidget(self.message)
        whole.addStretch(1)
        self.appearance.currentIndexChanged.connect(self._keep)
        self.language.currentIndexChanged.connect(self._keep_language)
        self.incoming.toggled.connect(self._keep)
        self.start.toggled.connect(self._keep_start)

    def _keep(self, *_: object) -> None:
        self._preferences.appearance = self.appearance.currentData()
        self._preferences.incoming = self.incoming.isChecked()
        self._preferences.sync()
        self.changed.emit()

    def _keep_language(self, *_: object) -> None:
        self._preferences.language = self.language.currentData()
        self._preferences.sync()
        self.message.setText(self.tr("The language changes at the next start."))

    def _keep_start(self, wanted: bool) -> None:
        try:
            self._startup.enable(wanted)
        except (OSError, OffhookError) as error:
            self.message.setText(str(error))
            with QSignalBlocker(self.start):
                self.start.setChecked(self._startup.enabled())
