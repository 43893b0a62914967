"""The target of a REFER (Refer-To, RFC 3515 §2.1), and the call that it replaces (Replaces, RFC 3891)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from offhook.sip.message import NameAddr, Request, SipParseError, Uri

DialogKey = tuple[str, str, str]

_SEPARATORS = re.compile(r"[-.()]")
"""What a tel: URI may have between its digits (RFC 3966 §5.1.1)."""


@dataclass(frozen=True, slots=True)
class ReferTo:
    """The target: `number`, or the other party of the dialog `replaces` (Call-ID, our tag, their tag).

    `method` is the request to be sent there, INVITE as a rule. Of the header fields in the URI only Replaces
    counts: the others need not be honoured (RFC 3261 §19.1.5), and are no reason to refuse.
    """

    number: str
    method: str = "INVITE"
    replaces: DialogKey | None = None

    @classmethod
    def of(cls, request: Request) -> ReferTo:
        """Read the Refer-To of a request. Raises `SipParseError` unless there is one, and only one, valid."""
        if request.headers.count("Refer-To") != 1:
            raise SipParseError("One Refer-To is needed")
        value = request.headers.get("Refer-To") or ""
        # A URI with header fields ought to be in angle brackets (RFC 3261 §20.10); some phones omit them.
        bare = "?" in value and "<" not in value
        address = NameAddr(Uri.parse(value)) if bare else NameAddr.parse(value)
        uri = address.uri
        number = _SEPARATORS.sub("", uri.user) if uri.scheme == "tel" else uri.user
        method = uri.params.get("method") or address.params.get("method") or "INVITE"
        return cls(number, method.strip('"').upper(), _replaces(uri))


def _replaces(uri: Uri) -> DialogKey | None:
    for part in uri.headers.split("&"):
        name, _, value = part.partition("=")
        if unquote(name).strip().lower() == "replaces":
            return replaces_of(unquote(value))
    return None


def replaces_of(value: str) -> DialogKey:
    """What a Replaces names (RFC 3891 §6.1)."""
    call_id, *parameters = value.split(";")
    tags = dict(parameter.partition("=")[::2] for parameter in parameters)
    named = {tag.strip().lower(): text.strip() for tag, text in tags.items()}
    return call_id.strip(), named.get("to-tag", ""), named.get("from-tag", "")
