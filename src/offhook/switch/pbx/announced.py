"""Who calls, as the PBX's own INVITE says.

A PBX at which Offhook registers (`register`) rings it beside the phone. Offhook takes no call so, but the
INVITE has what dialog events often lack: the caller's name (From, or P-Asserted-Identity, RFC 3325), and by
whom the call was sent on (Diversion, RFC 5806).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from offhook.call import Party, Reason
from offhook.sip.message import NameAddr, Request, SipParseError
from offhook.switch.b2bua.number import callable_number, printable
from offhook.switch.b2bua.privacy import WITHHELD, is_anonymous, wants_privacy
from offhook.switch.pbx.dialoginfo import PhoneDialog
from offhook.switch.upstream.identity import MAX_NAME, asserted, same_number

KEPT = 16
"""INVITEs of one terminal that are remembered: as many calls hardly ring there at once."""

FRESH_S = 30.0
"""For so long after an INVITE a dialog that the PBX tells of may be about it. The two come together, but
events may be held back (RFC 6665 §5.5)."""

REASONS = {
    "user-busy": Reason.FORWARDED_BUSY,
    "no-answer": Reason.FORWARDED_NO_ANSWER,
    "unconditional": Reason.FORWARDED_ALWAYS,
    "deflection": Reason.REDIRECTED,
}
"""RFC 5806's names of the reasons; the others have none here."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An INVITE for a terminal. `numbers`: those by which dialog events may call the caller."""

    call_id: str
    numbers: tuple[str, ...]
    caller: Party
    redirecting: Party | None
    reason: Reason
    at: float


class Announced:
    """The latest of one terminal."""

    def __init__(self) -> None:
        self._kept: deque[Announcement] = deque(maxlen=KEPT)

    def note(self, request: Request, now: float) -> Announcement:
        """The PBX has sent this INVITE."""
        said = announcement(request, now)
        self._kept.append(said)
        return said

    def of(self, dialog: PhoneDialog, now: float) -> Announcement | None:
        """What an INVITE has said of this dialog of the phone, which comes in."""
        return next((one for one in reversed(self._kept) if is_about(one, dialog, now)), None)


def is_about(said: Announcement, dialog: PhoneDialog, now: float) -> bool:
    """Is the INVITE that of the dialog? A proxy forks one call, a back-to-back user agent makes two of it."""
    if said.at < now - FRESH_S:
        return False
    if dialog.call_id and dialog.call_id == said.call_id:
        return True
    return bool(dialog.remote) and any(same_number(dialog.remote, number) for number in said.numbers)


def announcement(request: Request, now: float) -> Announcement:
    """What the INVITE says of its caller."""
    told = asserted(request) or Party()
    caller = request.from_
    number = caller.uri.user if callable_number(caller.uri.user) else ""
    name = told.name or printable(caller.display)[:MAX_NAME]
    party = Party("" if name in (number, told.id) else name, told.id or number)
    hidden = wants_privacy(request) or is_anonymous(caller.uri)
    reason, by = _sent_on(request)
    numbers = tuple(one for one in dict.fromkeys((told.id, number)) if one)
    return Announcement(request.call_id, numbers, WITHHELD if hidden else party, by, reason, now)


def _sent_on(request: Request) -> tuple[Reason, Party | None]:
    """Why the call comes here and not to whom it was for, and who has sent it on last."""
    for value in request.headers.all("Diversion")[:1]:
        try:
            address = NameAddr.parse(value)
        except SipParseError:
            break
        if callable_number(address.uri.user) and not is_anonymous(address.uri):
            reason = REASONS.get((address.params.get("reason") or "").strip('"').lower(), Reason.UNKNOWN)
            return reason, Party(printable(address.display)[:MAX_NAME], address.uri.user)
    return Reason.DIRECT, None
