"""A telephone system of this computer's own: which phones, where they reach it, how numbers are written."""

from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox

from offhook.desktop.errortexts import error_text
from offhook.desktop.firstrun.beginning import Beginning, Site
from offhook.desktop.firstrun.pages import AskingPage
from offhook.desktop.layouts import column, form, row
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.settings.countries import CountryEdit
from offhook.errors import AddressError, OffhookError

ALL, LOOPBACK = "0.0.0.0", "127.0.0.1"

HIGHEST_PORT = 65_535


class SitePage(AskingPage):
    """Asks what `offhook init` asks; each field has what most take."""

    def __init__(self, beginning: Beginning) -> None:
        super().__init__("", "")
        self.setTitle(self.tr("Your phones"))
        self.setSubTitle(
            self.tr("This computer becomes their telephone system. What you do not know yet can wait.")
        )
        self.setFinalPage(True)
        self._beginning = beginning
        usual = beginning.usual
        self.phones = QLineEdit(usual.phones)
        self.host = QComboBox()
        if beginning.addresses:
            every = self.tr("All its addresses: {addresses}").format(addresses=", ".join(beginning.addresses))
            self.host.addItem(every, ALL)
        for one in beginning.addresses:
            self.host.addItem(one, one)
        self.host.addItem(self.tr("On this computer only"), LOOPBACK)
        self.port = QSpinBox(minimum=1, maximum=HIGHEST_PORT, value=usual.port)
        self.country = CountryEdit()
        self.country.setText(usual.country)
        self.country.setPlaceholderText("KR")
        self.area, self.prefix = QLineEdit(placeholderText="2"), QLineEdit(placeholderText="9")
        self.trial = QLineEdit(placeholderText="02-568-3848")
        self.dialled = label(wrap=True)
        fields = form()
        add_row(fields, self.tr("&Phones"), self.phones)
        add_row(fields, "", label(self.tr("Extensions and names: 4000=Kim, 4001=Lee; or a row: 4000-4009")))
        add_row(fields, self.tr("&Reached at"), self.host)
        add_row(fields, self.tr("P&ort for SIP"), self.port)
        country = row()
        country.addWidget(self.country, 1)
        country.addWidget(self.country.name, 1)
        add_row(fields, self.tr("Co&untry"), self.country, country)
        add_row(fields, self.tr("&Area code"), self.area)
        add_row(fields, self.tr("Outside &line"), self.prefix)
        add_row(fields, self.tr("&Try a number"), self.trial)
        whole = column(self)
        whole.addLayout(fields)
        whole.addWidget(self.dialled)
        whole.addWidget(self.message)
        whole.addStretch(1)
        for line in (self.phones, self.country, self.area, self.prefix, self.trial):
            line.textChanged.connect(self._try)
        self.phones.textChanged.connect(self.completeChanged)
        self._try()

    @property
    def site(self) -> Site:
        """What was typed."""
        return Site(
            host=str(self.host.currentData()),
            port=self.port.value(),
            phones=self.phones.text(),
            country=self.country.text().strip(),
            area=self.area.text().strip(),
            outside_prefix=self.prefix.text().strip(),
        )

    def initializePage(self) -> None:
        super().initializePage()
        self.begin_at(self.phones)
        self.phones.selectAll()

    def nextId(self) -> int:
        return -1

    def isComplete(self) -> bool:
        return bool(self.phones.text().strip())

    def _try(self) -> None:
        """Show at once what would be dialled."""
        text = self.trial.text().strip() or self.trial.placeholderText()
        try:
            dialled = self._beginning.example(self.site, text)
        except AddressError as error:
            self.dialled.setText(error_text(error))
        except OffhookError as error:  # of another field; somebody may still be typing it
            self.dialled.clear()
            self.say(error_text(error), bad=False)
            return
        else:
            self.dialled.setText(self.tr("{text} is dialled as {number}").format(text=text, number=dialled))
        self.say("")

    async def ask(self) -> bool:
        self._beginning.make(self.site)
        return True
