"""Ends of calls that a phone has not heard: they are sent again once the phone is heard of.

A phone whose link was down while its call was dropped goes on with the call, speech and all; one that rang
rings on: nothing else would ever tell it. Sans-IO.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, Flow
from offhook.sip.message import SipParseError, Uri
from offhook.sip.timers import Timer
from offhook.sip.values import same_uri
from offhook.switch.b2bua.unheard import UnheardEnd
from offhook.switch.embedded.contact import Binding

MAX_UNHEARD = 2000
"""Ends of calls that are kept: a floor whose link is down, with a call at each phone. The oldest go first."""

KEEP_S = 3600.0
"""How long one is kept. A phone registers anew within an hour, and is told then; one that has been away for
longer has ended its call by itself, or is switched off."""

FIRST_PAUSE_S = 4.0
"""It is sent again also when nothing was heard of the phone, whose registration may have long to go, and who
talks need not say anything to us: after this pause, as long as between the last copies of the request that
nobody answered (T2), then after twice as long, and so on."""

MAX_PAUSE_S = 480.0
"""The longest of these pauses."""

PACE_S = 0.01
"""Between what is sent to two phones that come back at the same time."""

Place = str | tuple[str, int]
"""A terminal, or the address at which a phone was reached."""


class Unheard:
    """Keeps each end until it is sent again, for at most `KEEP_S` since the first time."""

    def __init__(self, endpoint: Endpoint, bindings: Callable[[str], Sequence[Binding]]) -> None:
        self._endpoint, self._bindings = endpoint, bindings
        self._waiting: dict[UnheardEnd, Timer] = {}
        self._by: dict[Place, set[UnheardEnd]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, end: UnheardEnd) -> None:
        """Nobody answered it."""
        if self._endpoint.now - end.since >= KEEP_S:
            return
        pause = min(FIRST_PAUSE_S * 2 ** (end.tries - 1), MAX_PAUSE_S)
        if binding_of(self._bindings(end.terminal), end.dialog) not in (None, end.dialog.flow):
            pause = 0.0  # it has registered elsewhere meanwhile
        self._waiting[end] = self._endpoint.after(pause, lambda _now: self._retry_where_registered([end]))
        for place in _places(end):
            self._by.setdefault(place, set()).add(end)
        if len(self._waiting) > MAX_UNHEARD:
            self._forget(next(iter(self._waiting)))

    def heard(self, flow: Flow) -> None:
        """Something came by this flow: its phone is there."""
        if flow.remote in self._by:
            self._retry(self._by[flow.remote])

    def registered(self, terminal: str) -> None:
        """A phone of the terminal has registered."""
        self._retry_where_registered(self._by.get(terminal, ()))

    def _retry_where_registered(self, ends: Iterable[UnheardEnd]) -> None:
        """Send them where their phones are registered now."""
        found = [(end, binding_of(self._bindings(end.terminal), end.dialog)) for end in ends]
        self._retry([end for end, _ in found])
        for end, flow in found:
            if flow is not None:
                end.dialog.flow = flow

    def _retry(self, ends: Iterable[UnheardEnd]) -> None:
        for at, end in enumerate(list(ends)):
            self._forget(end)
            self._endpoint.after(at * PACE_S, lambda _now, again=end.again: again())  # type: ignore[misc]

    def _forget(self, end: UnheardEnd) -> None:
        self._waiting.pop(end).cancel()
        for place in _places(end):
            self._by[place].discard(end)
            if not self._by[place]:
                del self._by[place]


def _places(end: UnheardEnd) -> tuple[Place, Place]:
    return end.terminal, end.dialog.flow.remote


def binding_of(bindings: Sequence[Binding], dialog: Dialog) -> Flow | None:
    """How the phone of a dialog is reached now, out of its terminal's bindings; None when it is not known."""
    its = [one.flow for one in bindings if len(bindings) == 1 or _may_be_at(one, dialog)]
    return dialog.flow if dialog.flow in its else its[-1] if its else None


def _may_be_at(binding: Binding, dialog: Dialog) -> bool:
    try:
        contact, there = Uri.parse(binding.uri), Uri.parse(dialog.remote_target)
    except SipParseError:
        return False
    return same_uri(contact, there) or binding.flow.remote[0] == dialog.flow.remote[0]
