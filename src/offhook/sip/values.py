"""The structured values of header fields: URIs, addresses, Via (RFC 3261 §19.1, §20, §25.1).

Parsed by our own code: libraries take `tel:` for a host name, stop at `;` or `?` in the user part, and do not
know quoted parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from offhook.errors import PeerError
from offhook.sip.memo import keep

Params = Mapping[str, str | None]
NO_PARAMS: Final[Params] = MappingProxyType({})

_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"\s*+', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_PARAM: Final = re.compile(r';\s*+([^\s;="]*+)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^;"]*+))?+\s*+', re.DOTALL)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_SIP: Final = re.compile(
    r"(?:(?P<user>[^@\s<>\"]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s<>\"@:;?\[\],/]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<params>;[^?\s<>\"]*)?"
    r"(?:\?(?P<headers>[^\s<>\"]*))?"
)
_VIA: Final = re.compile(
    r"SIP\s*/\s*[0-9]+\.[0-9]+\s*/\s*(?P<transport>[A-Za-z0-9.!%*_+`'~-]+)\s+"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:;,\[\]/]+)"
    r"(?:\s*:\s*(?P<port>[0-9]{1,5}))?"
    r"\s*(?P<params>;.*)?",
    re.IGNORECASE | re.DOTALL,
)
# The same of nearly every message: as short as it may be.
_PLAIN_VIA: Final = re.compile(
    r"SIP/2\.0/(UDP|TCP|TLS) ([A-Za-z0-9.-]++)(?::([0-9]{1,5}+))?+(;.*+)?+", re.DOTALL
)
# And of nearly every message that is not a response through a proxy: with these parameters, in this order.
_USUAL_VIA: Final = re.compile(
    r"SIP/2\.0/(UDP|TCP|TLS) ([A-Za-z0-9.-]++)(?::([0-9]{1,5}+))?+;branch=([A-Za-z0-9.!%*_+`'~-]++)(;rport)?+"
)
_SENT_BY: Final = re.compile(r"SIP/2\.0/(?:UDP|TCP|TLS) [A-Za-z0-9.-]++(?::([0-9]{1,5}+))?+(.*+)")
_PLAIN_PARAMS: Final = re.compile(r"(?:;[A-Za-z0-9_-]++(?:=[A-Za-z0-9._:-]++)?+)*+")
_SENT_BYS: Final[dict[str, bool]] = {}
"""Is it what may stand before the branch of a Via?"""
_BEHIND: Final[dict[str, bool]] = {}
"""And behind it?"""
_USER_SAFE: Final = "&=+$,;?/-_.!~*'()"


MAX_CACHED = 256
"""Characters of a URI that is cached; a longer one is parsed each time."""


def is_word(text: str) -> bool:
    """Has it only letters, digits and "-", and any? Most tokens are such, and this is faster than to see
    whether it is another."""
    return text.isascii() and (text.isalnum() or ("-" in text and text.replace("-", "").isalnum()))


class SipParseError(PeerError):
    """Bytes that are not a SIP message, or a value that violates its grammar.

    `reason` can be used as reason phrase, `status` is that of the response, `request` as much of the request
    as a response needs (a `message.Request`; None if there can be no response).
    """

    def __init__(self, reason: str, status: int = 400, request: object = None) -> None:
        self.reason, self.status, self.request = reason, status, request
        super().__init__(reason)


def parse_params(text: str) -> dict[str, str | None]:
    """`;a=b;c` as a dict, names in lower case, quotes kept. Empty parameters (`;;`) are skipped.

    Raises `SipParseError`.
    """
    params: dict[str, str | None] = {}
    if '"' not in text:
        for part in text.split(";"):
            if not part:
                continue
            name, equals, value = part.partition("=")
            name = name.strip()
            if name:
                params[name.lower()] = value.strip() if equals else None
            elif equals:
                raise SipParseError("Bad parameter")
        return params
    at = 0
    while at < len(text):
        match = _PARAM.match(text, at)
        if match is None:
            raise SipParseError("Bad parameter")
        at = match.end()
        if match[1]:
            params[match[1].lower()] = match[2].strip() if match[2] is not None else None
    return params


def format_params(params: Params) -> str:
    """`;a=b;c`, empty for none."""
    return "".join(f";{name}" if value is None else f";{name}={value}" for name, value in params.items())


class Uri(NamedTuple):
    """A sip:, sips: or tel: URI (RFC 3261 §19.1, RFC 3966), or one of another scheme.

    `user` is decoded and without its password. tel: has its number there and an empty `host`.
    Of another scheme only `scheme` and `opaque` are known.
    """

    scheme: str = "sip"
    user: str = ""
    host: str = ""
    port: int | None = None
    params: Params = NO_PARAMS
    headers: str = ""
    password: str | None = None
    opaque: str = ""

    @classmethod
    def parse(cls, text: str) -> Uri:
        """Raises `SipParseError`."""
        return _uri(text) if len(text) <= MAX_CACHED else cls._parse(text)

    @classmethod
    def _parse(cls, text: str) -> Uri:
        scheme, colon, rest = text.strip().partition(":")
        if not colon or not _SCHEME.fullmatch(scheme):
            raise SipParseError("Bad URI")
        scheme = scheme.lower()
        if scheme in ("sip", "sips"):
            return cls._parse_sip(scheme, rest)
        if not rest or any(c in rest for c in ' <>"\t\r\n'):
            raise SipParseError("Bad URI")
        if scheme == "tel":
            number, _, params = rest.partition(";")
            if not number:
                raise SipParseError("Bad tel URI")
            return cls("tel", unquote(number), params=parse_params(params))
        return cls(scheme, opaque=rest)

    @classmethod
    def _parse_sip(cls, scheme: str, rest: str) -> Uri:
        match = _SIP.fullmatch(rest)
        if match is None:
            raise SipParseError("Bad SIP URI")
        userinfo, host, port, params, headers = match.groups()
        if port is not None and int(port) > 65535:
            raise SipParseError("Bad port in SIP URI")
        user, password = userinfo or "", None
        if ":" in user:
            user, _, password = user.partition(":")
        return cls(
            scheme,
            unquote(user) if "%" in user else user,
            host,
            int(port) if port else None,
            parse_params(params) if params else NO_PARAMS,
            headers or "",
            password,
        )

    def __str__(self) -> str:
        if self.opaque:
            return f"{self.scheme}:{self.opaque}"
        text = f"{self.scheme}:"
        if self.user:
            user = self.user if self.user.isalnum() and self.user.isascii() else quote(self.user, _USER_SAFE)
            text += user
        if self.host:
            if self.user:
                text += f":{self.password}@" if self.password is not None else "@"
            text += self.host
        if self.port is not None:
            text += f":{self.port}"
        if self.params:
            text += format_params(self.params)
        return f"{text}?{self.headers}" if self.headers else text


@lru_cache(maxsize=1024)
def _uri(text: str) -> Uri:
    """Cached: the same few phones are in message after message."""
    return Uri._parse(text)


_COUNTED = ("user", "ttl", "method", "maddr", "transport")
"""Parameters that make a URI different from one without them (RFC 3261 §19.1.4)."""


def same_uri(one: Uri, other: Uri) -> bool:
    """Are two URIs equivalent (§19.1.4)? Only the user part is case-sensitive; the
    order of parameters does not matter."""
    if (one.scheme, one.user, one.password, one.port, one.opaque) != (
        *(other.scheme, other.user, other.password, other.port, other.opaque),
    ) or one.host.lower() != other.host.lower():
        return False
    names = (one.params.keys() & other.params.keys()) | set(_COUNTED)
    return all(
        (one.params.get(name) or "").lower() == (other.params.get(name) or "").lower() for name in names
    )


class NameAddr(NamedTuple):
    """From, To, Contact, Route ...: `"Kim" <sip:4000@host>;tag=x`. `display` is without quotes."""

    uri: Uri
    display: str = ""
    params: Params = NO_PARAMS

    @classmethod
    def parse(cls, text: str) -> NameAddr:
        """Raises `SipParseError`. Accepts blanks within `<>` and odd characters in unquoted names."""
        text = text.strip()
        display, start = "", 0
        if text.startswith('"'):
            match = _QUOTED.match(text)
            if match is None:
                raise SipParseError("Unbalanced quotes")
            display, start = _ESCAPE.sub(r"\1", match[1]), match.end()
        opening = text.find("<", start)
        if opening < 0:
            if start:
                raise SipParseError("Name without address")
            return cls._parse_bare(text)
        between = text[start:opening].strip()
        if '"' in between or (start and between):
            raise SipParseError("Unbalanced quotes")
        closing = text.find(">", opening)
        if closing < 0:
            raise SipParseError("Address without closing bracket")
        tail = text[closing + 1 :].strip()
        if tail and not tail.startswith(";"):
            raise SipParseError("Text behind an address")
        uri = Uri.parse(text[opening + 1 : closing])
        return cls(uri, display or between, parse_params(tail) if tail else NO_PARAMS)

    @classmethod
    def _parse_bare(cls, text: str) -> NameAddr:
        # Without brackets, `;` begins a parameter of the header, and `?` and `,` must not come (§20.10).
        address, semicolon, params = text.partition(";")
        if "?" in address or "," in address or "?" in params.partition('"')[0]:
            raise SipParseError("Address needs brackets")
        return cls(Uri.parse(address), "", parse_params(params) if semicolon else NO_PARAMS)

    @property
    def tag(self) -> str | None:
        """The tag parameter."""
        return self.params.get("tag")

    def __str__(self) -> str:
        name = ""
        if self.display:
            escaped = self.display.replace("\\", "\\\\").replace('"', '\\"')
            name = f'"{escaped}" '
        return f"{name}<{self.uri}>{format_params(self.params)}"


class Via(NamedTuple):
    """One Via value (RFC 3261 §20.42). `transport` is in upper case, `branch` empty when there is none."""

    transport: str
    host: str
    port: int | None
    params: Params

    @classmethod
    def parse(cls, text: str) -> Via:
        """Raises `SipParseError`."""
        params: Params
        usual = _USUAL_VIA.fullmatch(text)
        if usual is not None:
            transport, host, number, branch, rport = usual.groups()
            params = {"branch": branch, "rport": None} if rport else {"branch": branch}
        else:
            match = _PLAIN_VIA.fullmatch(text) or _VIA.fullmatch(text.strip())
            if match is None:
                raise SipParseError("Bad Via")
            transport, host, number, tail = match.groups()
            transport, params = transport.upper(), parse_params(tail) if tail else NO_PARAMS
        port = int(number) if number else None
        if port is not None and port > 65535:
            raise SipParseError("Bad port in Via")
        return cls(transport, host, port, params)

    @property
    def branch(self) -> str:
        """The branch parameter."""
        return self.params.get("branch") or ""

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        return f"SIP/2.0/{self.transport} {self.host}{port}{format_params(self.params)}"


def usual_branch(via: str) -> str:
    """The branch of a Via as nearly every one is, with parameters that are plain words; "" for any other,
    which may be valid as well. Branches are new in each transaction, and what stands around them is not."""
    before, _, rest = via.partition(";branch=")
    branch, _, behind = rest.partition(";")
    sent_by, params = _SENT_BYS.get(before), True if not behind else _BEHIND.get(behind)
    if sent_by is None:
        sent_by = keep(_SENT_BYS, before, _is_sent_by(before))
    if params is None:
        params = keep(_BEHIND, behind, _are_params(f";{behind}"))
    return branch if sent_by and params and is_word(branch) else ""


def _is_sent_by(text: str) -> bool:
    match = _SENT_BY.fullmatch(text)
    return match is not None and int(match[1] or 0) <= 65535 and _are_params(match[2])


def _are_params(text: str) -> bool:
    """Plain ones, none of which is a branch."""
    return _PLAIN_PARAMS.fullmatch(text) is not None and "branch" not in text.lower()
