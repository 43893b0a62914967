"""Is a command well formed? Each error names the member and the fix."""

import math
import re
from typing import Any

from offhook.call import (
    FORWARD_WHENS,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    Dtmf,
    Forward,
    Forwarding,
    ForwardWhen,
    Park,
    Redirect,
    Transfer,
    Unpark,
)
from offhook.errors import CallError, Refusal

DIALABLE = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]{1,64}")
"""Digits, `+`, `*`, `#` or a SIP user: nothing that could break out of the brackets of a SIP URI."""

MAX_SHOWN = 64
"""Characters of a value that go into a message."""

MAX_FORWARDINGS = len(FORWARD_WHENS)
"""One for each `when`."""

MAX_AFTER_S = 600.0
"""Nobody lets a phone ring for longer than ten minutes before the call goes on."""

MAX_DIGITS = 64
"""Tones of one command: the longest card number with its PIN is half of it, and they take eleven seconds."""

_DIGITS = re.compile(rf"[0-9A-Da-d*#,]{{1,{MAX_DIGITS}}}")

TONE_MS = range(40, 10_001)
"""A shorter tone is not recognised everywhere (ITU-T Q.24: 40 ms); ten seconds is a key that is held down."""

_SLOT = re.compile(r"[0-9A-Za-z*#._-]{1,32}")
"""A place for parked calls. A driver may have to dial it, so it is what can be dialled."""


def check(command: Command[Any]) -> None:
    """Raises `CallError`: INVALID_ADDRESS for what cannot be dialled, else BAD_REQUEST."""
    match command:
        case Dial() | Redirect() | Transfer() | Consult():
            _check_address("address", command.address)
        case Forward(forwardings=forwardings):
            _check_forwardings(command.terminal, forwardings)
        case Complete() | Conference() if command.other and command.other == command.call:
            raise _wrong("other", "is the call itself", 'name the second call, or "" for the related one')
        case Dtmf():
            _check_tones(command)
        case Park(slot=slot) if slot and not _SLOT.fullmatch(slot):
            raise _wrong("slot", f"is {_shown(slot)}", 'name a slot of the switch, or "" for any')
        case Unpark(slot=slot) if not _SLOT.fullmatch(slot):
            raise _wrong("slot", f"is {_shown(slot)}", "name the slot that the call was parked in")
        case _:
            pass


def _check_address(member: str, address: str) -> None:
    if not address:
        raise _cannot_be_dialled(f"{member} is empty; name the number to call")
    if not DIALABLE.fullmatch(address):
        what = "" if member == "address" else f"{member}: "
        raise _cannot_be_dialled(
            f"{what}{_shown(address)} cannot be dialled; send digits, + * # or a SIP user, at most 64"
        )


def _check_forwardings(terminal: str, forwardings: tuple[Forwarding, ...]) -> None:
    whens = ", ".join(when.value for when in FORWARD_WHENS)
    if len(forwardings) > MAX_FORWARDINGS:
        raise _wrong("forwardings", f"has {len(forwardings)} entries", f"give at most one each for {whens}")
    seen: set[ForwardWhen] = set()
    for number, one in enumerate(forwardings):
        member = f"forwardings[{number}]"
        if one.when not in FORWARD_WHENS:
            raise _wrong(f"{member}.when", "is no case that is known here", f"give one of {whens}")
        if one.when in seen:
            raise _wrong(f"{member}.when", f"is {one.when.value} a second time", "give one address for it")
        seen.add(one.when)
        _check_address(f"{member}.address", one.address)
        if one.address == terminal:
            raise _cannot_be_dialled(
                f"{member}.address is the terminal itself; give another number, or none to end the forwarding"
            )
        _check_after(member, one)


def _check_after(member: str, one: Forwarding) -> None:
    if one.when is not ForwardWhen.NO_ANSWER and one.after_s:
        raise _wrong(f"{member}.after_s", f"is given for {one.when.value}", "leave it out, or 0")
    if not (math.isfinite(one.after_s) and 0 <= one.after_s <= MAX_AFTER_S):
        fix = f"give 1 to {MAX_AFTER_S:g} seconds, or 0 for what is usual"
        raise _wrong(f"{member}.after_s", f"is {one.after_s:g}", fix)


def _check_tones(command: Dtmf) -> None:
    """The digits may be a PIN, so no error shows them."""
    if not command.digits:
        raise _wrong("digits", "is empty", "give tones, 0-9 A-D * #, or a comma for a pause")
    if not _DIGITS.fullmatch(command.digits):
        raise _wrong(
            "digits",
            "has what is no tone, or too many",
            f"give at most {MAX_DIGITS} of 0-9 A-D * # and comma",
        )
    if command.duration_ms and command.duration_ms not in TONE_MS:
        fix = f"give {TONE_MS[0]} to {TONE_MS[-1]} ms, or 0 for what is usual"
        raise _wrong("duration_ms", f"is {command.duration_ms}", fix)


def _wrong(member: str, what: str, fix: str) -> CallError:
    return CallError(Refusal.BAD_REQUEST, f"{member} {what}; {fix}")


def _cannot_be_dialled(message: str) -> CallError:
    return CallError(Refusal.INVALID_ADDRESS, message)


def _shown(text: str) -> str:
    return f"{text[:MAX_SHOWN]!a}" if text else "empty"
