"""Calls that people make and answer by hand, from what the PBX reports of their phones' dialogs."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from offhook.call import Call, CallState, Cause, Direction, Party, Privacy, advance, can_go, live, new_call
from offhook.sip.message import Request
from offhook.switch.b2bua.causes import callee_cause
from offhook.switch.b2bua.privacy import WITHHELD
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.announced import Announced, Announcement, is_about
from offhook.switch.pbx.dialoginfo import DialogInfo, PhoneDialog

_OUTBOUND: Mapping[str, CallState] = {
    "trying": CallState.PROCEED,
    "proceeding": CallState.PROCEED,
    "early": CallState.RING_BACK,
    "confirmed": CallState.CONNECTED,
}
_INBOUND: Mapping[str, CallState] = {"early": CallState.RING_BACK, "confirmed": CallState.CONNECTED}
"""A dialog is early once the phone rings; before that there is nothing to show."""

_CAUSES: Mapping[str, Cause] = {
    "timeout": Cause.NO_ANSWER,
    "rejected": Cause.REJECTED,
    "error": Cause.FAILURE,
}

_INBOUND_CAUSES: Mapping[str, Cause] = {
    "cancelled": Cause.CANCELLED,
    "rejected": Cause.REJECTED,
    "replaced": Cause.ELSEWHERE,
    "timeout": Cause.NO_ANSWER,
    "error": Cause.FAILURE,
}
"""Of a call that rang. `replaced`: somebody has picked it up (RFC 4235 §3.7.1)."""


class HandCalls:
    """Those of one terminal. `is_ours`: does a dialog belong to a call that was made through us?"""

    def __init__(
        self,
        account: Account,
        name_of: Callable[[str], str],
        is_ours: Callable[[PhoneDialog], bool],
        publish: Callable[[Call], None],
        now: Callable[[], float],
    ) -> None:
        self._account, self._name_of, self._now = account, name_of, now
        self._is_ours, self._publish = is_ours, publish
        self._calls: dict[str, Call] = {}
        self._dialogs: dict[str, PhoneDialog] = {}  # as they began, by the same keys
        self._announced = Announced()
        self._taken: dict[str, Party] = {}  # who takes a call that rings, by its id

    @property
    def calls(self) -> tuple[Call, ...]:
        """Those that are live."""
        return tuple(self._calls.values())

    def apply(self, info: DialogInfo) -> None:
        """The dialogs as they now are."""
        for dialog in info.dialogs:
            if dialog.id in self._calls or not self._is_ours(dialog):
                self._apply(dialog)
        if info.full:
            told = {dialog.id for dialog in info.dialogs}
            for gone in [one for one in self._calls if one not in told]:
                self._end(gone, Cause.CANCELLED if self._calls[gone].rings_here else Cause.NORMAL)

    def announced(self, request: Request, now: float) -> None:
        """The PBX has sent an INVITE for this terminal here, too: it may say more of a call that comes in."""
        said = self._announced.note(request, now)
        for key, call in list(self._calls.items()):
            if call.rings_here and is_about(said, self._dialogs[key], now):
                known = self._with(call, self._dialogs[key], said)
                if known != call:
                    self._calls[key] = replace(known, revision=call.revision + 1)
                    self._publish(self._calls[key])

    def note_taken(self, call_id: str, by: Party | None) -> None:
        """Somebody is picking the call up, or (None) has not got it."""
        self._taken.pop(call_id, None)
        if by is not None and any(call.id == call_id for call in self._calls.values()):
            self._taken[call_id] = by

    def end_all(self) -> None:
        """The PBX reports no more, so that it is not known what becomes of the calls."""
        for one in list(self._calls):
            self._end(one, Cause.FAILURE)

    def _apply(self, dialog: PhoneDialog) -> None:
        if dialog.state == "terminated":
            call = self._calls.get(dialog.id)
            rang = call is not None and call.rings_here
            self._end(dialog.id, _cause_where_it_rang(dialog) if rang else _cause(dialog))
            return
        state = (_OUTBOUND if dialog.direction is Direction.OUTBOUND else _INBOUND).get(dialog.state)
        if state is None:
            return
        call = self._calls.get(dialog.id)
        if call is None:
            call = self._begin(dialog)
            self._dialogs[dialog.id] = dialog
        if can_go(call, state):
            call = advance(call, state, time.time())
            self._publish(call)
        self._calls[dialog.id] = call

    def _begin(self, dialog: PhoneDialog) -> Call:
        outbound = dialog.direction is Direction.OUTBOUND
        own = Party(self._account.name or dialog.local_name, self._account.id)
        other = Party(self._name_of(dialog.remote) or dialog.remote_name, dialog.remote)
        if dialog.hidden:
            other = WITHHELD
        call = new_call(
            self._account.id,
            CallState.OFF_HOOK if outbound else CallState.RING_BACK,
            own if outbound else other,
            other if outbound else own,
            time.time(),
            by_hand=outbound,
            direction=dialog.direction,
        )
        if not outbound:
            said = self._announced.of(dialog, self._now())
            call = call if said is None else self._with(call, dialog, said)
        self._publish(call)
        return call

    def _with(self, call: Call, dialog: PhoneDialog, said: Announcement) -> Call:
        """The call with what the INVITE has told of it. What dialog events say of a name goes first."""
        caller, by = said.caller, said.redirecting
        if dialog.hidden or caller.privacy is Privacy.WITHHELD:
            caller = WITHHELD
        elif call.caller.id:
            caller = replace(call.caller, name=call.caller.name or caller.name)
        else:
            caller = Party(self._name_of(caller.id) or caller.name, caller.id)
        if by is not None:
            by = Party(self._name_of(by.id) or by.name, by.id)
        return replace(call, caller=caller, redirecting=by, reason=said.reason)

    def _end(self, key: str, cause: Cause) -> None:
        call = self._calls.pop(key, None)
        self._dialogs.pop(key, None)
        taken_by = None if call is None else self._taken.pop(call.id, None)
        if call is not None and taken_by is not None and call.rings_here:
            call, cause = replace(call, redirected_to=taken_by), Cause.ELSEWHERE
        if call is not None and live(call):
            self._publish(advance(call, CallState.ON_HOOK, time.time(), cause))


def _cause_where_it_rang(dialog: PhoneDialog) -> Cause:
    """A PBX that gives no reason says that of every call that nobody answered: the caller has given up."""
    if dialog.event in ("rejected", "") and 300 <= dialog.code < 700:
        cause = callee_cause(dialog.code)
        return Cause.REJECTED if cause is Cause.BUSY else Cause.CANCELLED if dialog.code == 487 else cause
    return _INBOUND_CAUSES.get(dialog.event, Cause.CANCELLED)


def _cause(dialog: PhoneDialog) -> Cause:
    if dialog.event in ("rejected", "timeout", "error", "") and 300 <= dialog.code < 700:
        return callee_cause(dialog.code)
    return _CAUSES.get(dialog.event, Cause.NORMAL)
