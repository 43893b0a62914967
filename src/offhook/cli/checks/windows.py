"""What of a Windows can keep its telephony programs from dialling, and what mends it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from offhook.common.finding import Finding, Level
from offhook.windows.lines import Line, read_lines
from offhook.windows.location import ensure_location, has_location
from offhook.windows.ports import TelephonyError, Windows
from offhook.windows.provider import install, status
from offhook.windows.signature import Signature, Trust, read_signature

CONNECT_S = 2.0
"""How long a Smart Messenger may take to take a connection: it is on this computer, or near."""

LINK_CLASS = "Offhook.Link"
TEL_OWNER = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\tel\UserChoice"
OUTLOOK = r"Software\Microsoft\Office\16.0\Outlook"
OVERRIDE = r"Software\Microsoft\Office\Outlook\Call Integration"

SIGNED = {Trust.GOOD: ", and its signature is good", Trust.NONE: "; it is not signed"}

OWNERS = {"MSTeams": "Microsoft Teams", "Lync": "Skype for Business", "Skype": "Skype", "Zoom": "Zoom"}
"""Programs that take tel: links, by what their class begins with."""


class Person(Protocol):
    """The registry of who is logged in (HKEY_CURRENT_USER)."""

    def value(self, path: str, name: str) -> str | int | None:
        """A value, None if it is missing."""
        ...

    def has(self, path: str) -> bool:
        """Is there such a key?"""
        ...


@dataclass(frozen=True)
class Mend:
    """What `--fix` does: the sentence for it, and the doing, which may raise `TelephonyError`."""

    what: str
    do: Callable[[], object]


Found = tuple[Finding, Mend | None]


Signatures = Callable[[Path], Signature]


def look_at_windows(
    windows: Windows, person: Person, signatures: Signatures = read_signature
) -> Iterator[Found]:
    """Everything between a telephony program and the Smart Messenger, in the order of a click's way."""
    yield _links(person), None
    yield from _outlook(person)
    try:
        yield from _telephony(windows, signatures)
    except TelephonyError as error:
        yield Finding("telephony", error.what, error.fix, Level.FAIL), None


def _links(person: Person) -> Finding:
    owner = str(person.value(TEL_OWNER, "ProgId") or "")
    if owner == LINK_CLASS:
        return Finding("tel: links", "open in Offhook")
    name = next((name for begin, name in OWNERS.items() if owner.startswith(begin)), owner)
    return Finding(
        "tel: links",
        f"open in {name}" if name else "nobody has chosen a program for them",
        "in Windows' Settings, Apps, Default apps, choose Offhook for TEL",
        Level.WARN,
    )


def _outlook(person: Person) -> Iterator[Found]:
    if person.has(OUTLOOK) and person.value(OVERRIDE, "TAPIOVERRIDE") != 1:
        yield (
            Finding(
                "Outlook",
                "dials through Teams or Skype for Business where one of them is installed",
                f"set TAPIOVERRIDE = 1 (REG_DWORD) in HKCU\\{OVERRIDE}, and start Outlook anew",
                Level.WARN,
            ),
            None,
        )


def _telephony(windows: Windows, signatures: Signatures) -> Iterator[Found]:
    found = status(windows)
    put_in = Mend("install the provider", lambda: install(windows))
    if found.provider is None and not any(state != "missing" for state in found.files.values()):
        yield (
            Finding(
                "provider",
                "the TAPI service provider is not installed: no telephony program sees a line",
                "run: offhook tsp install",
                Level.WARN,
            ),
            put_in,
        )
        return
    if found.provider is None:
        yield (
            Finding(
                "provider",
                "its files are there, but TAPI does not know it",
                "run: offhook tsp install",
                Level.FAIL,
            ),
            put_in,
        )
    else:
        yield Finding("provider", f"installed, with the id {found.provider}"), None
    for place, state in found.files.items():
        if state == "current":
            signature = signatures(place)
            signed = SIGNED.get(signature.trust, "")
            yield Finding("file", f"{place} is the one of this Offhook{signed}"), None
            yield from _signature(place, signature)
        else:
            why = (
                "is missing: a virus scanner may have put it away"
                if state == "missing"
                else "is another version"
            )
            yield Finding("file", f"{place} {why}", "run: offhook tsp install", Level.FAIL), put_in
    running = "runs" if found.running else "does not run; it starts when a program dials"
    yield Finding("telephony service", running), None
    yield _location(windows)
    yield from _lines(read_lines(windows.registry))


def _signature(place: Path, signature: Signature) -> Iterator[Found]:
    if signature.trust is Trust.UNKNOWN:
        fix = (
            "have this computer trust it, by group policy, or take a setup that a public authority has signed"
        )
        yield Finding("signature", f"{place}: {signature.reason}", fix, Level.WARN), None
    elif signature.trust is Trust.BAD:
        fix = "look for a virus, and install Offhook anew from where you have it"
        yield Finding("signature", f"{place}: {signature.reason}", fix, Level.FAIL), None


def _location(windows: Windows) -> Found:
    if has_location(windows.registry):
        return Finding("dialing location", "there is one"), None
    return (
        Finding(
            "dialing location",
            "there is none: many programs then do not dial",
            "run: offhook doctor --fix, or make one in the Control Panel, Phone and Modem",
            Level.FAIL,
        ),
        Mend("make a dialing location", lambda: ensure_location(windows.registry, windows.country)),
    )


def _lines(lines: list[Line]) -> Iterator[Found]:
    if not lines:
        yield Finding("lines", "there are none", "run: offhook tsp line add --terminal ID", Level.FAIL), None
    for line in lines:
        yield _line(line), None


def _line(line: Line) -> Finding:
    what = f"line {line.index}"
    whose = f"{line.shown}, phone {line.terminal or 'of the Smart Messenger'}"
    try:
        with socket.create_connection((line.host, line.port), CONNECT_S):
            return Finding(what, f"{whose}: a Smart Messenger answers at {line.host}, {line.port}")
    except OSError as error:
        return Finding(
            what,
            f"{whose}: out of service, nobody answers at {line.host}, {line.port} ({error})",
            "start the Smart Messenger there: offhook messenger",
            Level.FAIL,
        )
