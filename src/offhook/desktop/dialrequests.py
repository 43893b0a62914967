"""Numbers that are to be dialled from outside the window: a link, the clipboard, or what is selected."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from offhook.config import Policies
from offhook.desktop.bridge import spawn
from offhook.desktop.dialconfirmation import DialConfirmation
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.preferences import Links, Preferences
from offhook.desktop.refusals import refusal_text
from offhook.desktop.selection import selected_text
from offhook.desktop.startup import SCHEMES
from offhook.errors import AddressError, CallError

LINK_CHARACTERS = 256


class DialRequests(QObject):
    """Asks the person before a number is dialled, except for links if the person or a policy wants it so.

    `phones` dials. While there is none, as in a restart, what is asked waits for `go_on`. `policies` are the
    administrator's, as they are now.
    """

    said = Signal(str)
    """Why something was not dialled."""

    def __init__(
        self,
        phones: Callable[[], PhoneModel | None],
        policies: Callable[[], Policies],
        preferences: Preferences,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._phones, self._policies, self._preferences = phones, policies, preferences
        self._waiting: list[Callable[[], None]] = []

    def go_on(self) -> None:
        """Do what was asked while there was no phone."""
        waiting, self._waiting = self._waiting, []
        for asked in waiting:
            asked()

    def open_link(self, link: str) -> None:
        """Dial a tel:, callto: or sip: link, or a number given like one."""
        scheme, colon, _ = link.partition(":")
        if colon and scheme.lower() not in SCHEMES:
            self._say_no_number(link)
            return
        self._ask_or_dial(link[:LINK_CHARACTERS], self._links_dial())

    async def dial_selected(self) -> None:
        """Dial the number that is selected in another program."""
        none = self.tr("Nothing is selected. Select a number, or copy one, first.")
        self._offer(await selected_text(), none)

    def dial_clipboard(self) -> None:
        """Dial the number in the clipboard."""
        text = QGuiApplication.clipboard().text().strip()
        self._offer(text, self.tr("The clipboard holds no number. Copy one first."))

    def _links_dial(self) -> bool:
        by_policy = self._policies().links_dial
        return self._preferences.links is Links.DIAL if by_policy is None else by_policy

    def _offer(self, text: str, if_none: str) -> None:
        """Ask whether this is to be called; always, because the person may not know what is in there."""
        if text:
            self._ask_or_dial(text[:LINK_CHARACTERS], dial=False)
        else:
            self.said.emit(if_none)

    def _ask_or_dial(self, address: str, dial: bool) -> None:
        phones = self._phones()
        if phones is None:
            self._waiting.append(partial(self._ask_or_dial, address, dial))
            return
        try:
            number = phones.messenger.number(address)
        except AddressError:
            self._say_no_number(address)
            return
        if dial:
            self._begin(address)
            return
        question = DialConfirmation(address, phones.show(number), phones.name_of(number))
        question.always.setVisible(self._policies().links_dial is None)
        question.agreed.connect(self._on_agreed)
        question.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        question.open()

    def _on_agreed(self, address: str, always: bool) -> None:
        if always:
            self._preferences.links = Links.DIAL
            self._preferences.sync()
        self._begin(address)

    def _begin(self, address: str) -> None:
        phones = self._phones()
        if phones is None:
            self._waiting.append(partial(self._begin, address))
        else:
            spawn(self._dial(phones, address))

    async def _dial(self, phones: PhoneModel, address: str) -> None:
        try:
            await phones.dial(address)
        except CallError as error:
            self.said.emit(refusal_text(error))

    def _say_no_number(self, text: str) -> None:
        self.said.emit(self.tr("This is not a number that can be called: {text}").format(text=text[:64]))
