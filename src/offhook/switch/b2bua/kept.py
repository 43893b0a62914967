"""Calls that are up, as they are kept for another run of the program: values, and dialogs of the phones.

A back-to-back user agent that forgets its dialogs leaves two phones that talk, and that nobody can hang up
any more but by hand (RFC 3261 §12 says what a dialog consists of).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar

import msgspec

from offhook.call import Call, CallState, new_call_id, with_members
from offhook.sip.dialog import Dialog, DialogState
from offhook.sip.endpoint import Flow
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.sdp import OriginState
from offhook.switch.media.session import SessionState

VERSION, RELAYED = 1, 2
"""Raised when an older program could not read what is kept now. One that knows nothing of calls that a media
engine relays would go on with them without it."""


T = TypeVar("T", bound=msgspec.Struct)


class KeptDialog(msgspec.Struct, frozen=True):
    """The members of `DialogState`, and by which protocol the phone was reached where."""

    call_id: str
    local: str
    local_tag: str
    remote: str
    remote_tag: str
    remote_target: str
    contact: str
    local_cseq: int
    remote_cseq: int
    route_set: tuple[str, ...]
    protocol: str
    host: str
    port: int

    @classmethod
    def of(cls, dialog: Dialog) -> Self:
        """As it is now."""
        host, port = dialog.flow.remote[:2]
        return cls(**dialog.state._asdict(), protocol=dialog.flow.protocol, host=host, port=port)

    @property
    def place(self) -> tuple[str, str, int]:
        """By which protocol, and where, the phone was reached."""
        return self.protocol, self.host, self.port

    def restored(self, flow: Flow) -> Dialog:
        """The dialog, whose peer is reached by this flow now."""
        return Dialog.restore(DialogState(*(getattr(self, name) for name in DialogState._fields)), flow)


class KeptLeg(msgspec.Struct, frozen=True, omit_defaults=True):
    """One phone, or a provider by the trunk of this name.

    `own_address` stands in our descriptions; `remote_sdp` is the phone's last one, `described` ours, and
    `last` that as it was sent. `refresh_s` is the interval of the session timer, 0 without one.
    """

    terminal: str
    own_address: str
    dialog: KeptDialog
    remote_sdp: bytes
    session: int
    version: int
    last: bytes
    described: bytes
    allowed: tuple[str, ...] = ()
    refresh_s: int = 0
    refreshed_by_us: bool = False
    holds: bool = False
    owns_call_id: bool = True
    takes_info: bool = True
    trunk: str = ""
    media: SessionState | None = None

    @property
    def place(self) -> tuple[str, str, int]:
        """By which protocol, and where, the phone was reached."""
        return self.dialog.place


class KeptCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call between two phones. `call` and `inbound` as `PublishedCall` has them; `number` was called."""

    call: Call
    caller: KeptLeg
    callee: KeptLeg
    number: str
    inbound: Call | None = None
    held_for: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def dialogs(self) -> set[tuple[str, str]]:
        """The Call-ID and our tag of each of its dialogs."""
        return {(one.dialog.call_id, one.dialog.local_tag) for one in (self.caller, self.callee)}


def is_whole(call: B2buaCall) -> bool:
    """Can this call be kept as it is now? It is up, nothing of it is just being changed, its phones are in no
    other one, and nothing of it is on its way through a media engine."""
    return call.settled and _is_up(call)


def has_begun(call: B2buaCall) -> bool:
    """Can it be kept that has just been answered? As `is_whole`, but one phone's ACK may still be missing,
    or its answer to what the other one has said: the next owner offers each what it is to have by then."""
    legs = (call.caller_leg, call.callee_leg)
    return (
        call.transfer is None
        and all(one is not None and not one.ended and one.dialog and one.remote_sdp for one in legs)
        and _is_up(call)
    )


def _is_up(call: B2buaCall) -> bool:
    legs = (call.caller_leg, call.callee_leg)
    return (
        call.call.state is CallState.CONNECTED
        and not call.changing
        and not call.lines
        and all(one is None or one.media is None or one.media.settled for one in legs)
    )


def kept(call: B2buaCall, trunk_of: Callable[[Credentials], str]) -> KeptCall:
    """What is to be kept of a call that `is_whole`, or `has_begun`. `trunk_of` gives the name of a leg's
    trunk, "" for none."""
    assert call.caller_leg is not None
    assert call.callee_leg is not None
    caller = _kept_leg(call.caller_leg, trunk_of(call.caller_leg.credentials))
    callee = _kept_leg(call.callee_leg, trunk_of(call.callee_leg.credentials))
    relayed = caller.media is not None or callee.media is not None
    return KeptCall(
        *(call.call, caller, callee, call.called.dialled.id, call.inbound, tuple(call.held_for)),
        version=RELAYED if relayed else VERSION,
    )


def under_new_ids(kept: KeptCall) -> KeptCall:
    """The same call, by ids of which nothing has been told yet."""
    ids = {one.id: new_call_id() for one in (kept.call, kept.inbound) if one is not None}

    def renamed(call: Call) -> Call:
        return with_members(call, id=ids[call.id], related="", consultation=False)

    return msgspec.structs.replace(
        kept,
        call=renamed(kept.call),
        inbound=None if kept.inbound is None else renamed(kept.inbound),
        held_for=tuple(ids[one] for one in kept.held_for if one in ids),
    )


def encode(call: KeptCall) -> bytes:
    """As it is written."""
    return msgspec.json.encode(call)


def decode(data: bytes) -> KeptCall:
    """What was written. Raises `ValueError` for what is no call, or was kept by a newer version."""
    try:
        if msgspec.json.decode(data, type=_Version).version > RELAYED:
            raise ValueError("it was kept by a newer version")
        return msgspec.json.decode(data, type=KeptCall)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ValueError(f"it is no call: {error}") from error


def decode_as(kind: type[T], version: int, data: bytes) -> T | None:
    """What was written besides calls, as this kind in this version; None if it is something else."""
    try:
        if msgspec.json.decode(data, type=_Version).version != version:
            return None
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


class _Version(msgspec.Struct):
    version: int = VERSION


def _kept_leg(leg: Leg, trunk: str) -> KeptLeg:
    assert leg.dialog is not None
    origin = leg.origin.state
    allowed, seconds, ours = leg.session_state
    return KeptLeg(
        *(leg.terminal, leg.own_address, KeptDialog.of(leg.dialog), leg.remote_sdp),
        *(origin.id, origin.version, origin.last, origin.described),
        allowed=allowed,
        refresh_s=seconds,
        refreshed_by_us=ours,
        holds=leg.holds,
        owns_call_id=leg.owns_call_id,
        takes_info=leg.takes_info,
        trunk=trunk,
        media=None if leg.media is None else leg.media.session.state,
    )


def restore_leg(leg: Leg, state: KeptLeg, flow: Flow) -> None:
    """Put a new leg into the state that was kept. Requests in its dialog find it from now on."""
    leg.origin.restore(OriginState(state.session, state.version, state.last, state.described))
    leg.remote_sdp, leg.holds = state.remote_sdp, state.holds
    leg.owns_call_id, leg.takes_info = state.owns_call_id, state.takes_info
    leg.go_on_with(
        *(state.dialog.restored(flow), state.media, state.allowed, state.refresh_s),
        cseq=state.dialog.local_cseq,
        ours=state.refreshed_by_us,
    )
