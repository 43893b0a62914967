"""SIP messages as values, parsed and serialized.

`head.py` splits the header lines, `values.py` parses their values; here are the start line and the checks
that a receiver has to make before it can trust a message (RFC 3261 §8.1.3, §8.2, §18.3, RFC 4475).
"""

from __future__ import annotations

import re
from typing import Final

from offhook.sip.head import MAX_HEAD, divide, fields
from offhook.sip.headers import Headers, name_of
from offhook.sip.memo import keep
from offhook.sip.values import NameAddr, SipParseError, Uri, Via, usual_branch

__all__ = [
    "MAX_MESSAGE",
    "REASONS",
    "Headers",
    "NameAddr",
    "Request",
    "Response",
    "SipParseError",
    "Uri",
    "Via",
    "make_response",
    "parse",
    "serialize",
]

MAX_MESSAGE = 65_536
"""Bytes of a message with its body. UDP cannot carry more; INVITEs with long offers have some 4 KiB."""

REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    433: "Anonymity Disallowed",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    493: "Undecipherable",
    500: "Server Internal Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
    607: "Unwanted",
    608: "Rejected",
}
"""The usual reason phrases (RFC 3261 §21)."""

MAX_DIGITS = 10
"""Digits of a Content-Length."""

MAX_CSEQ = 2**31
"""CSeq numbers are below this (RFC 3261 §8.1.1.5)."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
_CSEQ: Final = re.compile(r"\s*([0-9]{1,20})\s+([A-Za-z0-9.!%*_+`'~-]+)\s*")
# A From or To value with its tag: what every message is checked for, in one go, without building objects.
# Possessive throughout (`*+`): hostile blanks must not make the expression try every way to share them out.
_PARTY: Final = re.compile(
    r'\s*+(?:(?:"(?:[^"\\]|\\.)*+"\s*+|[^<>"]*+)<\s*+([^<>\s"]++)\s*+>|([^<>"\s;?,]++))\s*+'
    r'((?:;\s*+[^\s;="]*+\s*+(?:=\s*+(?:"(?:[^"\\]|\\.)*+"|[^;"\s]*+))?+\s*+)*+)',
    re.DOTALL,
)
# The same of nearly every message: an address in brackets, the tag as its only parameter.
_PLAIN_PARTY: Final = re.compile(r'(?:"[^"\\]*+"\s?|[^<>"]*+)<([^<>\s"]++)>(?:;tag=([^;"\s]*+))?')
_TAG: Final = re.compile(r';\s*tag\s*=\s*([^;"\s]*)', re.IGNORECASE)
_TAGS_AS_WRITTEN: Final = re.compile(r';\s*tag\s*=\s*(?:"(?:[^"\\]|\\.)*+"|[^;"\s]*+)', re.IGNORECASE)
_SINGLE: Final = ("from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type")

_CSEQS: Final[dict[str, tuple[int, str]]] = {}
_TAGS: Final[dict[str, str]] = {}
"""The tags of From and To values, empty for none."""
_CONTACTS: Final[dict[str, str]] = {}
"""The URIs of Contact values."""
_STATUS_LINES: Final[dict[str, tuple[int, str]]] = {}


class _Message:
    """The common part of requests and responses. Read-only properties are computed once, on demand."""

    __slots__ = ("_branch", "_cseq", "_cseq_method", "_from_tag", "_to_tag", "_via", "body", "headers")

    def __init__(self, headers: Headers | None, body: bytes) -> None:
        self.headers = Headers() if headers is None else headers
        self.body = body
        self._cseq = -1
        self._cseq_method = ""
        self._from_tag: str | None = None
        self._to_tag: str | None = None
        self._via: Via | None = None
        self._branch: str | None = None

    @property
    def call_id(self) -> str:
        """The Call-ID; empty if it is missing."""
        return self.headers.first("call-id") or ""

    @property
    def cseq(self) -> int:
        """The number of the CSeq."""
        if self._cseq < 0:
            self._read_cseq()
        return self._cseq

    @property
    def cseq_method(self) -> str:
        """The method of the CSeq."""
        if self._cseq < 0:
            self._read_cseq()
        return self._cseq_method

    @property
    def from_tag(self) -> str:
        """The tag of From; empty if it is missing."""
        found = self._from_tag
        return self._read_from_tag() if found is None else found

    @property
    def to_tag(self) -> str:
        """The tag of To; empty if it is missing. Cached, so set To before."""
        found = self._to_tag
        return self._read_to_tag() if found is None else found

    @property
    def via(self) -> Via:
        """The topmost Via. Raises `SipParseError`."""
        if self._via is None:
            self._via = Via.parse(self.headers.first("via") or "")
        return self._via

    @property
    def branch(self) -> str:
        """The branch of the topmost Via, empty when there is none. Raises `SipParseError`."""
        if self._branch is None:
            known = usual_branch(self.headers.first("via") or "") if self._via is None else ""
            self._branch = known or self.via.branch
        return self._branch

    @property
    def contact_uri(self) -> str | None:
        """The URI of the first Contact; None for none and for `*`. Raises `SipParseError`."""
        value = self.headers.get("Contact")
        if value is None or value == "*":
            return None
        known = _CONTACTS.get(value)
        return keep(_CONTACTS, value, str(NameAddr.parse(value).uri)) if known is None else known

    @property
    def contact(self) -> NameAddr | None:
        """The first Contact; None for none and for `*`. Raises `SipParseError`."""
        value = self.headers.get("Contact")
        return None if value is None or value == "*" else NameAddr.parse(value)

    @property
    def from_(self) -> NameAddr:
        """From. Raises `SipParseError`."""
        return NameAddr.parse(self.headers.get("From") or "")

    @property
    def to(self) -> NameAddr:
        """To. Raises `SipParseError`."""
        return NameAddr.parse(self.headers.get("To") or "")

    def known(self, cseq: int, method: str, from_tag: str, to_tag: str) -> None:
        """Set the values of CSeq, From and To of a new message, so that they need not be parsed again; nor
        From in the answers to the first request of a dialog, which have it as it is here."""
        self._cseq, self._cseq_method = cseq, method
        self._from_tag, self._to_tag = from_tag, to_tag
        if not to_tag:
            keep(_TAGS, self.headers.first("from") or "", from_tag)

    def set_body(self, body: bytes, content_type: str = "application/sdp") -> None:
        """Set the body and Content-Type; an empty body removes both."""
        self.body = body
        if body:
            self.headers.set("Content-Type", content_type)
        else:
            self.headers.remove("Content-Type")

    def forget_via(self) -> None:
        """To be called after the topmost Via has changed."""
        self._via = self._branch = None

    def _read_cseq(self) -> None:
        value = self.headers.first("cseq") or ""
        known = _CSEQS.get(value)
        self._cseq, self._cseq_method = keep(_CSEQS, value, _cseq_in(value)) if known is None else known

    def _read_from_tag(self) -> str:
        self._from_tag = tag = _tag_of(self.headers.first("from"), "From")
        return tag

    def _read_to_tag(self) -> str:
        self._to_tag = tag = _tag_of(self.headers.first("to"), "To")
        return tag


def _cseq_in(value: str) -> tuple[int, str]:
    match = _CSEQ.fullmatch(value)
    if match is None or (number := int(match[1])) >= MAX_CSEQ:
        raise SipParseError("Bad CSeq")
    return number, match[2]


class Request(_Message):
    """A request. `uri` is the text of the Request-URI."""

    __slots__ = ("method", "uri")

    def __init__(self, method: str, uri: str, headers: Headers | None = None, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.method, self.uri = method, uri

    @property
    def target(self) -> Uri:
        """The Request-URI. Raises `SipParseError`."""
        return Uri.parse(self.uri)

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.uri}>"


class Response(_Message):
    """A response. An empty reason is replaced by the usual phrase."""

    __slots__ = ("reason", "status")

    def __init__(
        self, status: int, reason: str = "", headers: Headers | None = None, body: bytes = b""
    ) -> None:
        super().__init__(headers, body)
        self.status, self.reason = status, reason or REASONS.get(status, "")

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.reason}>"


_ANSWERED: Final = ("via", "from", "to", "call-id", "cseq")
_ANSWERED_ROUTED: Final = (*_ANSWERED, "record-route")


def make_response(
    request: Request,
    status: int,
    reason: str = "",
    *,
    to_tag: str = "",
    body: bytes = b"",
    content_type: str = "application/sdp",
) -> Response:
    """A response with copies of Via, From, To, Call-ID, CSeq, and of Record-Route in 101..299 (§8.2.6,
    §12.1.1).

    `to_tag` is added if To has none. `Endpoint.respond` adds the tag of the transaction.
    """
    names = _ANSWERED_ROUTED if 100 < status < 300 else _ANSWERED
    response = Response(status, reason, request.headers.copy(*names), body)
    if status == 100 and (timestamp := request.headers.get("Timestamp")):
        response.headers.set("Timestamp", timestamp)
    if body:
        response.headers.set("Content-Type", content_type)
    if to_tag:
        add_to_tag(response, to_tag)
    return response


def add_to_tag(response: Response, tag: str) -> None:
    """Add the tag to To if it has none; 100 never gets one (§8.2.6.2)."""
    to = response.headers.get("To")
    if to is not None and response.status > 100 and (with_tag := tagged(to, tag)) is not to:
        response.headers.set("To", with_tag)
        response._to_tag = None


def tagged(party: str, tag: str) -> str:
    """A From or To value with this tag, unless it has one. An empty tag, which §25.1 forbids, counts as none:
    it is replaced."""
    end = party.rfind(">") + 1
    found = _TAG.search(party, end)
    if found is None:
        return f"{party};tag={tag}"
    return party if found[1] else f"{party[:end]}{_TAGS_AS_WRITTEN.sub('', party[end:])};tag={tag}"


def parse(data: bytes) -> Request | Response:
    """Parse a complete message, from a datagram or `StreamParser`. Raises only `SipParseError`.

    Empty lines before the start line are skipped (§7.5). Bytes after the body are cut off (§18.3).
    """
    data = data.lstrip(b"\r\n")
    if len(data) > MAX_MESSAGE:
        raise SipParseError("Message too large", 513)
    parts = divide(data)
    if parts is None:
        raise _head_too_large(data)
    line, lines, body = parts
    status = _STATUS_LINES.get(line)
    if status is None and "\r" in line:
        raise SipParseError("Line break in the start line")
    headers = Headers(fields(lines))
    if status is None:
        if line[:4].upper() != "SIP/":
            return _request(line, headers, body)
        status = keep(_STATUS_LINES, line, _status_in(line))
    response = Response(status[0], status[1], headers, body)
    _check(response)
    return response


def _head_too_large(data: bytes) -> SipParseError:
    """The error for a head that is too large; the first lines of a request are enough for a response."""
    error = SipParseError("Headers too large", 513)
    try:
        message = parse(data[: data.rfind(b"\n", 0, MAX_HEAD - 2) + 1] + b"\r\n")
    except SipParseError as other:
        error.request = other.request
    else:
        error.request = message if isinstance(message, Request) and _answerable(message) else None
    return error


def _request(line: str, headers: Headers, body: bytes) -> Request:
    words = line.split(" ")
    method, uri, version = words[0], words[1] if len(words) > 1 else "", words[-1]
    request = Request(method, uri, headers, body)
    try:
        if len(words) != 3 or not uri or not _TOKEN.fullmatch(method):
            raise SipParseError("Bad request line")
        if version.upper() != "SIP/2.0":
            raise SipParseError(REASONS[505], 505)
        if "<" in uri or '"' in uri:
            raise SipParseError("Bad Request-URI")
        _check(request)
        if request.cseq_method != method:
            raise SipParseError("CSeq does not match the method")
    except SipParseError as error:
        error.request = request if _answerable(request) else None
        raise
    return request


def _status_in(line: str) -> tuple[int, str]:
    words = line.split(" ", 2)
    if len(words) < 2 or words[0].upper() != "SIP/2.0":
        raise SipParseError("Bad status line")
    if not (len(words[1]) == 3 and words[1].isdecimal() and words[1].isascii() and "100" <= words[1] < "700"):
        raise SipParseError("Bad status code")
    return int(words[1]), words[2] if len(words) > 2 else ""


def _check(message: Request | Response) -> None:
    """Check the mandatory headers (§8.1.1) and their syntax (RFC 4475 §3.1.2, §3.3)."""
    headers = message.headers
    if headers.repeated:
        for key in _SINGLE:
            if headers.count(key) > 1:
                raise SipParseError(f"{name_of(key)} repeated")
        if any(value[:3].upper() != "SIP" for value in headers.all("via")):
            raise SipParseError("Bad Via")
    if not headers.first("call-id"):
        raise SipParseError("No Call-ID")
    message._read_cseq()
    message._read_from_tag()
    message._read_to_tag()
    _ = message.via if isinstance(message, Request) else message.branch  # as they are matched by
    length = headers.first("content-length")
    if length is None:
        return
    if not (length.isdecimal() and length.isascii() and len(length) <= MAX_DIGITS):
        raise SipParseError("Bad Content-Length")
    size = int(length)
    if size != len(message.body):
        if size > len(message.body):
            raise SipParseError("Body shorter than Content-Length")
        message.body = message.body[:size]


def _tag_of(value: str | None, name: str) -> str:
    known = None if value is None else _TAGS.get(value)
    return _read_tag(value or "", name) if known is None else known


def _read_tag(value: str, name: str) -> str:
    match = _PLAIN_PARTY.fullmatch(value)
    if match is not None:
        return keep(_TAGS, value, match[2] or "")
    match = _PARTY.fullmatch(value)
    if match is None:
        raise SipParseError(f"Bad or no {name}")
    tag = _TAG.search(match[3]) if match[3] else None
    return keep(_TAGS, value, tag[1] if tag else "")


def _answerable(request: Request) -> bool:
    """Can there be a response? It needs a Via; what else is missing is
    missing in it too. Never for ACK (§17)."""
    try:
        _ = request.via
    except SipParseError:
        return False
    return request.method != "ACK"


def serialize(message: Request | Response) -> bytes:
    """The bytes for the wire, Content-Length computed.

    Raises `ValueError` if a value contains a line end (a bug of ours, or unchecked configuration).
    """
    if isinstance(message, Request):
        start = f"{message.method} {message.uri} SIP/2.0"
    else:
        start = f"SIP/2.0 {message.status} {message.reason}"
    text = [start]
    message.headers.write(text)
    values = "".join(text[::2])  # between them are names
    if "\n" in values or "\r" in values:
        raise ValueError("a header value has a line break in it: clean it before it is put in")
    text.append(f"\r\nContent-Length: {len(message.body)}\r\n\r\n")
    return "".join(text).encode() + message.body
