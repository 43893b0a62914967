"""Logging in: user and password once, then a token in the system's key store."""

import logging

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QWidget

from offhook.desktop.layouts import column, form
from offhook.desktop.plaintext import add_row, label
from offhook.desktop.theme import colors

logger = logging.getLogger(__name__)

SERVICE = "Offhook Call Manager"


class KeyStore:
    """The system's key store. Without one (a minimal Linux) nothing is
    stored, and the password is asked for."""

    def __init__(self, url: str) -> None:
        self._url = url

    def read(self, user: str) -> str:
        """The token; "" if there is no token or no key store."""
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(SERVICE, self._key(user)) or ""
        except KeyringError as error:
            logger.info("no key store: %s", error)
            return ""

    def write(self, user: str, token: str) -> None:
        """Store the token; "" deletes it."""
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            if token:
                keyring.set_password(SERVICE, self._key(user), token)
            else:
                keyring.delete_password(SERVICE, self._key(user))
        except PasswordDeleteError:
            return
        except KeyringError as error:
            logger.warning("the login is not kept, there is no key store: %s", error)

    def _key(self, user: str) -> str:
        return f"{user}@{self._url}"


class LoginDialog(QDialog):
    """Asks for user and password. `problem` says why it asks again."""

    def __init__(self, url: str, user: str = "", problem: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Log in to Offhook"))
        self.setMinimumWidth(380)
        self.user = QLineEdit(user)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.problem = label(problem, wrap=True)
        self.problem.setStyleSheet(f"color: {colors(self.palette()).bad.name()}")
        self.problem.setVisible(bool(problem))
        fields = form()
        add_row(fields, self.tr("&User"), self.user)
        add_row(fields, self.tr("&Password"), self.password)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.log_in = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self.log_in.setText(self.tr("&Log in"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = column(self, 12)
        whole.addWidget(label(self.tr("Call Manager: {url}").format(url=url), wrap=True))
        whole.addLayout(fields)
        whole.addWidget(self.problem)
        whole.addWidget(buttons)
        for one in (self.user, self.password):
            one.textChanged.connect(self._check)
        self._check()
        (self.password if user else self.user).setFocus()

    def _check(self) -> None:
        self.log_in.setEnabled(bool(self.user.text().strip() and self.password.text()))
