"""The dialogs of a phone as a PBX tells of them: application/dialog-info+xml (RFC 4235). Sans-IO."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from offhook.call import Direction
from offhook.errors import PeerError
from offhook.sip.message import NameAddr, SipParseError
from offhook.switch.b2bua.privacy import is_anonymous

MAX_DIALOGS = 64
"""Dialogs of one document that are looked at; a phone has a handful."""

STATES = frozenset({"trying", "proceeding", "early", "confirmed", "terminated"})
_NAMESPACE = "{urn:ietf:params:xml:ns:dialog-info}"


class DialogInfoError(PeerError):
    """A document that RFC 4235 does not allow."""


@dataclass(frozen=True, slots=True)
class PhoneDialog:
    """One dialog. `event` is why it ended (cancelled, rejected, timeout, local-bye, remote-bye ...).

    `hidden`: who is at the other end does not want to be known (RFC 3323). `local_name` is how the PBX calls
    the user of this phone.
    """

    id: str
    state: str
    direction: Direction
    call_id: str = ""
    remote: str = ""
    remote_name: str = ""
    event: str = ""
    code: int = 0
    hidden: bool = False
    local_name: str = ""


@dataclass(frozen=True, slots=True)
class DialogInfo:
    """A document. `full`: it lists all dialogs, so that others have ended."""

    version: int
    full: bool
    dialogs: tuple[PhoneDialog, ...]


class _NoDoctype(ET.TreeBuilder):
    """Refuses a document type: without one there are no entities that could expand (billion laughs)."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise DialogInfoError("a dialog-info document with a document type")


def parse_dialog_info(data: bytes) -> DialogInfo:
    """Raises `DialogInfoError`."""
    try:
        root = ET.fromstring(data, ET.XMLParser(target=_NoDoctype()))
    except (ET.ParseError, ValueError, LookupError) as error:
        raise DialogInfoError(f"a dialog-info document that is not XML: {error}") from error
    if root.tag != f"{_NAMESPACE}dialog-info":
        raise DialogInfoError(f"{root.tag[:80]!r} where dialog-info ought to be")
    found = [_dialog(element) for element in root.findall(f"{_NAMESPACE}dialog")[:MAX_DIALOGS]]
    return DialogInfo(
        _number(root.get("version", "")),
        root.get("state", "full") != "partial",
        tuple(dialog for dialog in found if dialog is not None),
    )


def _dialog(element: ET.Element) -> PhoneDialog | None:
    state = element.find(f"{_NAMESPACE}state")
    if state is None or (name := (state.text or "").strip().lower()) not in STATES:
        return None
    remote, display, hidden = _identity(element)
    outbound = element.get("direction", "initiator") != "recipient"
    return PhoneDialog(
        element.get("id", ""),
        name,
        Direction.OUTBOUND if outbound else Direction.INBOUND,
        element.get("call-id", ""),
        remote,
        display,
        state.get("event", ""),
        _number(state.get("code", "")),
        hidden,
        _local_name(element),
    )


def _identity(element: ET.Element) -> tuple[str, str, bool]:
    """Who is at the other end: the user of the identity, else of the target; the name; are they hidden?"""
    remote = element.find(f"{_NAMESPACE}remote")
    if remote is None:
        return "", "", False
    identity = remote.find(f"{_NAMESPACE}identity")
    target = remote.find(f"{_NAMESPACE}target")
    texts = [(identity.text or "").strip()] if identity is not None else []
    if target is not None:
        texts.append(target.get("uri", "").strip())
    for text in texts:
        try:
            address = NameAddr.parse(text if "<" in text else f"<{text}>")
        except SipParseError:
            continue
        if is_anonymous(address.uri):
            return "", "", True
        if address.uri.user:
            name = identity.get("display", "") if identity is not None else ""
            return _clean(address.uri.user), _clean(name or address.display), False
    return "", "", False


def _local_name(element: ET.Element) -> str:
    identity = element.find(f"{_NAMESPACE}local/{_NAMESPACE}identity")
    return _clean(identity.get("display", "")) if identity is not None else ""


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()[:256]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
