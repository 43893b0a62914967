"""Pages of the wizard that ask somebody before they can be left, without keeping the window waiting."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget, QWizardPage

from offhook.desktop.bridge import spawn
from offhook.desktop.errortexts import error_text
from offhook.desktop.plaintext import label
from offhook.desktop.theme import colors
from offhook.errors import OffhookError


class AskingPage(QWizardPage):
    """Next has `ask` do its work; what goes wrong stands on the page, and the page stays."""

    def __init__(self, title: str, explained: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTitle(title)
        self.setSubTitle(explained)
        self.message = label(wrap=True)
        self.message.hide()
        self._asking = self._passed = False

    async def ask(self) -> bool:
        """Do what the page is for; False to stay without a reason. Raises `OffhookError`."""
        return True

    def say(self, text: str, *, bad: bool = True) -> None:
        """Show what is wrong, or is being done."""
        color = colors(self.palette())
        self.message.setStyleSheet(f"color: {(color.bad if bad else color.quiet).name()}")
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def initializePage(self) -> None:
        self.say("")

    def begin_at(self, field: QWidget) -> None:
        """Give it the keyboard once the page is there: before, the wizard hands it from button to button."""
        QTimer.singleShot(0, field.setFocus)  # PySide 6.4 knows no other form

    def validatePage(self) -> bool:
        if self._passed:
            self._passed = False
            return True
        if not self._asking:
            self._asking = True
            self.say(self.tr("One moment …"), bad=False)
            spawn(self._ask())
        return False

    async def _ask(self) -> None:
        why = ""
        try:
            self._passed = await self.ask()
        except OffhookError as error:
            why = error_text(error)
        finally:
            self._asking = False
        wizard = self.wizard()
        if wizard is None or wizard.currentPage() is not self:
            self._passed = False
            return
        self.say(why)
        if self._passed:
            wizard.next() if self.nextId() != -1 else wizard.accept()
