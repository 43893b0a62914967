"""Dialogs whose BYE nobody has answered yet, as they are kept for another run of the program, or another one.

The call's end has been told. A phone that could not be reached just then talks on; the BYE is sent again as
long as this process lives (`unheard.py`), and by who comes after it then. One that comes twice is refused
(481), which ends it as well.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from offhook.sip.dialog import Dialog
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.kept import KeptDialog, decode_as
from offhook.switch.b2bua.unanswered import Unanswered, UnansweredRequests

VERSION = 4
"""Programs that know nothing of this read that it is of a newer version (`kept.decode`), and pass it over."""


class KeptEnd(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dialog to be ended, of a phone of this terminal, or a provider by this trunk. Somebody has hung up
    `age_s` before this was written: the clocks of two machines, and of one before and after, may differ."""

    version: int
    terminal: str
    own_address: str
    dialog: KeptDialog
    trunk: str = ""
    age_s: float = 0.0

    @property
    def place(self) -> tuple[str, str, int]:
        """By which protocol, and where, the phone was reached."""
        return self.dialog.place


class EndingDialogs(UnansweredRequests[Dialog]):
    """Implements `Endings`. `trunk_of` is that of `WaysBack`, `clock` the endpoint's."""

    prefix = "bye"

    def __init__(self, trunk_of: Callable[[Credentials], str], clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._trunk_of = trunk_of

    def begins(self, dialog: Dialog, terminal: str, own_address: str, credentials: Credentials) -> None:
        if dialog not in self._open:
            self._open[dialog] = Unanswered(terminal, own_address, self._trunk_of(credentials), self._clock())
        self._unwritten.add(dialog)  # each time that it is sent: by then it is older, and its number another

    def take_up(self, key: str, kept: KeptEnd, dialog: Dialog) -> None:
        """Go on with what stands under this key, as this dialog; it is written anew."""
        since = self._clock() - kept.age_s
        self._open[dialog] = Unanswered(kept.terminal, kept.own_address, kept.trunk, since, key)
        self._unwritten.add(dialog)

    def encoded(self, what: Dialog, kept: Unanswered, age_s: float) -> bytes:
        end = KeptEnd(VERSION, kept.terminal, kept.own_address, KeptDialog.of(what), kept.trunk, age_s)
        return msgspec.json.encode(end)


def decode(data: bytes) -> KeptEnd | None:
    """What was written; None if it is something else, such as a call that is up."""
    return decode_as(KeptEnd, VERSION, data)
