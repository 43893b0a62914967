"""Joining a Call Manager that runs elsewhere: which one, whether it is that, who one is, which phone."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from offhook.call import Terminal
from offhook.config.managerplaces import DOMAIN
from offhook.desktop.bridge import spawn
from offhook.desktop.errortexts import error_text, known_text
from offhook.desktop.firstrun.beginning import Account, Announced, Beginning
from offhook.desktop.firstrun.pages import AskingPage
from offhook.desktop.layouts import column, form, plain_list
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.trust import CertificateQuestion, confirmed
from offhook.errors import OffhookError, UnavailableError

PORT = 7701
"""Where a Call Manager listens unless it was told otherwise."""


def full_url(text: str) -> str:
    """The URLs that are meant by addresses with or without scheme and port, between commas; a domain of DNS
    stays as it is."""
    return ", ".join(_full(one.strip().rstrip("/")) for one in text.split(",") if one.strip())


def _full(text: str) -> str:
    if text.startswith(f"{DOMAIN}://"):
        return text
    if "://" not in text:
        text = f"wss://[{text}]" if text.count(":") > 1 and not text.startswith("[") else f"wss://{text}"
    parts = urlsplit(text)
    try:
        return text if parts.port is not None else f"{text}:{PORT}"
    except ValueError:  # no port number; it is told that nobody answers there
        return text


class ManagerPage(AskingPage):
    """Which Call Manager: one that was found, or an address. Its certificate is confirmed by a person."""

    def __init__(self, beginning: Beginning) -> None:
        super().__init__("", "")
        self.setTitle(self.tr("Which Call Manager?"))
        self.setSubTitle(
            self.tr("Choose one that was found on your network, or type the address you were given.")
        )
        self._beginning = beginning
        self.found = plain_list()
        self.found.setAccessibleName(self.tr("Call Managers on this network"))
        self.found.currentItemChanged.connect(self._choose)
        self.found.itemActivated.connect(lambda _item: self._on_activated())
        self.state = label(wrap=True)
        self.address = QLineEdit(placeholderText="phones.example.com")
        self.address.textChanged.connect(self.completeChanged)
        self.registerField("address", self.address)
        fields = form()
        add_row(fields, self.tr("&Address"), self.address)
        whole = column(self)
        whole.addWidget(self.found)
        whole.addWidget(self.state)
        whole.addLayout(fields)
        whole.addWidget(self.message)

    @property
    def url(self) -> str:
        """The Call Manager that was chosen."""
        return full_url(self.address.text())

    def initializePage(self) -> None:
        super().initializePage()
        self.state.setText(self.tr("Looking for Call Managers on this network …"))
        self.begin_at(self.address)
        spawn(self._find())

    async def _find(self) -> None:
        try:
            found = await self._beginning.find()
        except OffhookError as error:
            self.state.setText(error_text(error))
            return
        self.show_found(found)

    def show_found(self, found: Sequence[Announced]) -> None:
        """Show these Call Managers."""
        self.found.clear()
        for one in found:
            item = QListWidgetItem(f"{one.name}  ({one.url})", self.found)
            item.setData(Qt.ItemDataRole.UserRole, one.url)
        self.state.setText("" if found else self.tr("None announces itself here. Type its address."))
        self.state.setVisible(not found)
        if len(found) == 1 and not self.address.text():
            self.found.setCurrentRow(0)

    def _choose(self) -> None:
        item = self.found.currentItem()
        if item is not None:
            self.address.setText(str(item.data(Qt.ItemDataRole.UserRole)))

    def _on_activated(self) -> None:
        wizard = self.wizard()
        if wizard is not None:
            wizard.next()

    def isComplete(self) -> bool:
        return bool(self.address.text().strip())

    async def ask(self) -> bool:
        url = self.url

        async def look() -> CertificateQuestion | None:
            try:
                return await self._beginning.certificate(url)
            except UnavailableError as error:
                problem = self.tr("No Call Manager answers at {url}: {reason}")
                raise OffhookError(problem.format(url=url, reason=known_text(error.what))) from error

        try:
            return await confirmed(url, look, self)
        except OSError as error:
            raise OffhookError(str(error)) from error


class AccountPage(AskingPage):
    """Who one is there. `phones` are the phones that the account may use, once it has logged in."""

    def __init__(self, beginning: Beginning, manager: ManagerPage) -> None:
        super().__init__("", "")
        self.setTitle(self.tr("Log in"))
        self.setSubTitle(self.tr("The user and password that your administrator gave you."))
        self._beginning, self._manager = beginning, manager
        self.phones: Sequence[Terminal] = ()
        self.user, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        fields = form()
        add_row(fields, self.tr("&User"), self.user)
        add_row(fields, self.tr("&Password"), self.password)
        whole = column(self)
        whole.addLayout(fields)
        whole.addWidget(self.message)
        whole.addStretch(1)
        for one in (self.user, self.password):
            one.textChanged.connect(self.completeChanged)

    @property
    def account(self) -> Account:
        """What was typed."""
        return Account(self._manager.url, self.user.text().strip(), self.password.text())

    def initializePage(self) -> None:
        super().initializePage()
        self.begin_at(self.password if self.user.text() else self.user)

    def isComplete(self) -> bool:
        return bool(self.user.text().strip() and self.password.text())

    async def ask(self) -> bool:
        try:
            self.phones = await self._beginning.log_in(self.account)
        except OffhookError:
            self.password.setFocus()
            self.password.selectAll()
            raise
        return True


class OwnPhonePage(AskingPage):
    """Which phone dials."""

    def __init__(self, beginning: Beginning, account: AccountPage) -> None:
        super().__init__("", "")
        self.setTitle(self.tr("Which phone is yours?"))
        self.setSubTitle(self.tr("It rings when you dial here. You can choose another one at any time."))
        self.setFinalPage(True)
        self._beginning, self._account = beginning, account
        self.list: QListWidget = plain_list()
        self.list.setAccessibleName(self.tr("Phones"))
        self.list.currentItemChanged.connect(self.completeChanged)
        whole = column(self)
        whole.addWidget(self.list)
        whole.addWidget(self.message)

    def initializePage(self) -> None:
        super().initializePage()
        self.list.clear()
        for phone in self._account.phones:
            item = QListWidgetItem(" ".join(filter(None, (phone.id, phone.name))), self.list)
            item.setData(Qt.ItemDataRole.UserRole, phone.id)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            self.say(self.tr("You have no phone there. Ask your administrator to give you one."))
        self.begin_at(self.list)

    def nextId(self) -> int:
        return -1

    def isComplete(self) -> bool:
        return self.list.currentItem() is not None

    async def ask(self) -> bool:
        item = self.list.currentItem()
        self._beginning.join(self._account.account, str(item.data(Qt.ItemDataRole.UserRole)))
        return True
