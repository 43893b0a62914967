"""With which credentials the window logs in to a Call Manager elsewhere."""

from PySide6.QtWidgets import QDialog

from offhook.config import SscpSettings
from offhook.desktop.bridge import finished
from offhook.desktop.program import Login


class LoginChoice:
    """The stored credentials, or those that the person types. Most windows have their Call Manager in the
    same process, and never ask."""

    def __init__(self) -> None:
        self.typed: Login | None = None
        """Typed a moment ago, in the first run; used once."""
        self.problem = ""
        """Why the last login was refused; shown when the person is asked again."""
        self._user = ""

    async def credentials(self, own: SscpSettings, ask: bool) -> Login | None:
        """The credentials for the Call Manager of these settings, which may be in them: then None.

        `ask`: the stored ones were refused, so the person types others; None if the person gives up.
        """
        if not own.url or own.password:
            return None
        from offhook.desktop.login import KeyStore, LoginDialog

        if self.typed is not None and not ask:
            typed, self.typed = self.typed, None
            return typed
        token = "" if ask else KeyStore(own.url).read(own.user)
        if token:
            return Login(own.user, token=token)
        dialog = LoginDialog(own.url, self._user or own.user, self.problem if ask else "")
        if await finished(dialog) != QDialog.DialogCode.Accepted:
            return None if ask else Login(own.user)
        self._user = dialog.user.text().strip()
        return Login(self._user, dialog.password.text())

    @staticmethod
    def keep(own: SscpSettings, login: Login | None, token: str) -> None:
        """Store the token, so that it is used next time instead of the password."""
        if login is not None:
            from offhook.desktop.login import KeyStore

            KeyStore(own.url).write(login.user, token)
