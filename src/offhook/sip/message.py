"""SIP messages as values: the only module that knows the parsing library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class SipParseError(Exception):
    """Bytes that are no SIP message. `status` is what to answer; `request` as much of it as an answer needs."""

    def __init__(self, reason: str, status: int = 400, request: Request | None = None) -> None:
        self.reason, self.status, self.request = reason, status, request
        super().__init__(reason)


class Headers:
    """Ordered, case-insensitive, compact names expanded; comma lists (Via, Contact, Route ...) one value each."""

    def get(self, name: str) -> str | None:
        """The first value."""
        raise NotImplementedError

    def all(self, name: str) -> list[str]:
        """Every value, in order. Do not change the list."""
        raise NotImplementedError

    def add(self, name: str, value: str) -> None:
        raise NotImplementedError

    def set(self, name: str, value: str | list[str]) -> None:
        raise NotImplementedError

    def remove(self, name: str) -> None:
        raise NotImplementedError

    def __contains__(self, name: object) -> bool:
        raise NotImplementedError

    def __iter__(self) -> Iterator[tuple[str, str]]:
        raise NotImplementedError

    def copy(self) -> Headers:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Uri:
    """sip:, sips: and tel: URIs (RFC 3261 §19.1, RFC 3966). For tel: `user` is the number and `host` is empty."""

    scheme: str = "sip"
    user: str = ""  # decoded, without password
    host: str = ""
    port: int | None = None
    params: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Uri:
        """Raises `SipParseError`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class NameAddr:
    """From, To, Contact, Route ...: `"Kim" <sip:4000@host>;tag=x`. `str()` gives it back."""

    uri: Uri
    display: str = ""
    params: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> NameAddr:
        """Raises `SipParseError`."""
        raise NotImplementedError

    @property
    def tag(self) -> str | None:
        raise NotImplementedError


class Message:
    """What requests and responses share. The properties are computed once, on demand."""

    headers: Headers
    body: bytes
    call_id: str
    cseq: int
    cseq_method: str
    from_tag: str  # "" when there is none
    to_tag: str

    def contact(self) -> NameAddr | None:
        """The first Contact. Raises `SipParseError`."""
        raise NotImplementedError


class Request(Message):
    def __init__(self, method: str, uri: str, headers: Headers | None = None, body: bytes = b"") -> None:
        raise NotImplementedError


class Response(Message):
    def __init__(
        self, status: int, reason: str = "", headers: Headers | None = None, body: bytes = b""
    ) -> None:
        """An empty reason is replaced by the usual phrase."""
        raise NotImplementedError


def make_response(request: Request, status: int, reason: str = "", *, body: bytes = b"") -> Response:
    """A response with Via, From, To, Call-ID, CSeq (and Record-Route where due) copied (RFC 3261 §8.2.6).

    The To tag is put in by `Endpoint.respond`. Set Contact, Content-Type ... on `.headers`.
    """
    raise NotImplementedError


def parse(data: bytes) -> Request | Response:
    """One whole datagram. Raises `SipParseError` and nothing else."""
    raise NotImplementedError


def serialize(message: Request | Response) -> bytes:
    """The bytes for the wire, Content-Length computed."""
    raise NotImplementedError
