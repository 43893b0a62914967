"""Dialogs whose BYE nobody has answered yet, as they are kept for another run of the program, or another one.

The call's end has been told. A phone that could not be reached just then talks on; the BYE is sent again as
long as this process lives (`unheard.py`), and by who comes after it then. One that comes twice is refused
(481), which ends it as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import msgspec

from offhook.sip.dialog import Dialog
from offhook.sip.tokens import new_token
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.kept import KeptDialog, decode_as

VERSION = 4
"""Programs that know nothing of this read that it is of a newer version (`kept.decode`), and pass it over."""

KEEP_S = 3600.0
"""So long a dialog is kept, over all owners: drivers send a BYE again for an hour."""

MAX_ENDING = 2000
"""Dialogs that are kept: a floor whose link is down, with a call at each phone. The oldest go first."""


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


@dataclass(slots=True)
class _End:
    terminal: str
    own_address: str
    trunk: str
    since: float
    key: str = ""


class EndingDialogs:
    """Implements `Endings`. `trunk_of` is that of `WaysBack`, `clock` the endpoint's."""

    def __init__(self, trunk_of: Callable[[Credentials], str], clock: Callable[[], float]) -> None:
        self._trunk_of, self._clock = trunk_of, clock
        self._ends: dict[Dialog, _End] = {}
        self._unwritten: set[Dialog] = set()
        self._gone: set[str] = set()

    def begins(self, dialog: Dialog, terminal: str, own_address: str, credentials: Credentials) -> None:
        if dialog not in self._ends:
            self._ends[dialog] = _End(terminal, own_address, self._trunk_of(credentials), self._clock())
        self._unwritten.add(dialog)  # each time that it is sent: by then it is older, and its number another

    def over(self, dialog: Dialog) -> None:
        end = self._ends.pop(dialog, None)
        self._unwritten.discard(dialog)
        if end is not None and end.key:
            self._gone.add(end.key)

    def take_up(self, key: str, kept: KeptEnd, dialog: Dialog) -> None:
        """Go on with what stands under this key, as this dialog; it is written anew."""
        since = self._clock() - kept.age_s
        self._ends[dialog] = _End(kept.terminal, kept.own_address, kept.trunk, since, key)
        self._unwritten.add(dialog)

    def collect(self) -> tuple[dict[str, bytes], set[str]]:
        """What is to be written since the last time, and what need not be kept any more."""
        now = self._clock()
        while self._ends:
            dialog, end = next(iter(self._ends.items()))
            if len(self._ends) <= MAX_ENDING and now - end.since < KEEP_S:
                break
            self.over(dialog)
        changed: dict[str, bytes] = {}
        for dialog in self._unwritten:
            end = self._ends[dialog]
            end.key = end.key or f"bye-{new_token()}"
            changed[end.key] = msgspec.json.encode(_kept(dialog, end, now))
        self._unwritten.clear()
        gone, self._gone = self._gone, set()
        return changed, gone

    def not_written(self, keys: Collection[str]) -> None:
        """These could not be written: they are collected again."""
        self._unwritten |= {dialog for dialog, end in self._ends.items() if end.key in keys}


def decode(data: bytes) -> KeptEnd | None:
    """What was written; None if it is something else, such as a call that is up."""
    return decode_as(KeptEnd, VERSION, data)


def _kept(dialog: Dialog, end: _End, now: float) -> KeptEnd:
    return KeptEnd(VERSION, end.terminal, end.own_address, KeptDialog.of(dialog), end.trunk, now - end.since)
