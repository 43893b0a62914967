"""Where a call has been sent on, as it is told to the phone that rings in the end.

In two ways, since phones and PBXs know the one or the other: Diversion (RFC 5806), the last one first, and
History-Info (RFC 7044), the first one first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from offhook.call import ForwardWhen, Party, Reason
from offhook.sip.message import NameAddr, Request, SipParseError, Uri
from offhook.switch.b2bua.number import printable

MAX_DIVERSIONS = 5
"""How often one call is sent on: people forward once or twice, and each step may ring for a minute."""

REASONS: Mapping[ForwardWhen, Reason] = MappingProxyType(
    {
        ForwardWhen.ALWAYS: Reason.FORWARDED_ALWAYS,
        ForwardWhen.BUSY: Reason.FORWARDED_BUSY,
        ForwardWhen.NO_ANSWER: Reason.FORWARDED_NO_ANSWER,
    }
)

_WORDS: Mapping[Reason, tuple[str, int]] = MappingProxyType(
    {
        Reason.FORWARDED_ALWAYS: ("unconditional", 302),
        Reason.FORWARDED_BUSY: ("user-busy", 486),
        Reason.FORWARDED_NO_ANSWER: ("no-answer", 408),
        Reason.REDIRECTED: ("deflection", 480),
    }
)
"""How Diversion names a reason, and the cause of RFC 4458 that History-Info has for it."""

_NAMED: Mapping[str, Reason] = MappingProxyType({word: reason for reason, (word, _) in _WORDS.items()})

NO_DIVERSIONS: Sequence[Diversion] = ()


@dataclass(frozen=True, slots=True)
class Diversion:
    """`party`, who was called, has sent the call on for this reason."""

    party: Party
    reason: Reason


def diversion_headers(
    diversions: Sequence[Diversion], number: str, uri_of: Callable[[str], Uri]
) -> dict[str, list[str]]:
    """The header fields for a call that rings at `number` in the end; empty if nobody has sent it on."""
    if not diversions:
        return {}
    lines: list[str] = []
    history: list[str] = []
    index, cause = "1", 0
    for one in diversions:
        word, next_cause = _WORDS.get(one.reason, ("unknown", 404))
        address = NameAddr(uri_of(one.party.id), one.party.name)
        lines.insert(0, f"{address};reason={word};counter=1")
        history.append(_entry(uri_of(one.party.id), index, cause, next_cause))
        index, cause = f"{index}.1", next_cause
    history.append(_entry(uri_of(number), index, cause, 0))
    return {"Diversion": lines, "History-Info": history}


def read_diversions(request: Request) -> list[Diversion]:
    """The same of a call that has been sent here, the first one first; what nobody can read is left out."""
    found: list[Diversion] = []
    for line in request.headers.all("Diversion")[:MAX_DIVERSIONS]:
        try:
            address = NameAddr.parse(line)
        except SipParseError:
            continue
        word = (address.params.get("reason") or "").strip('"').lower()
        party = Party(printable(address.display), printable(address.uri.user))
        found.insert(0, Diversion(party, _NAMED.get(word, Reason.FORWARDED_ALWAYS)))
    return found


def _entry(uri: Uri, index: str, cause: int, failed_with: int) -> str:
    target = f"{uri};cause={cause}" if cause else str(uri)
    why = f"?Reason={quote(f'SIP;cause={failed_with}', safe='')}" if failed_with else ""
    changed = ";mp=" + index.rpartition(".")[0] if cause else ""
    return f"<{target}{why}>;index={index}{changed}"
