"""A request as the endpoints see it: who asks, with which body and parameters."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from offhook.http.guard import Asker
from offhook.http.problems import TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, ProblemError, bad_request
from offhook.http.sessions import Session
from offhook.http.wire import Connection
from offhook.manager.principal import Principal

MAX_BODY = 64 * 1024
"""Bytes of a body, as of a message of SSCP."""

MAX_PARAMETERS = 200
"""Parameters in an address: a hundred terminals, and the rest."""


@dataclass(eq=False, slots=True)
class Asked:
    """A request. `session` is there where the endpoint wants a login; `body`, `query` are as it wants them.

    `after` is called when the answer has been sent, or could not be.
    """

    request: Request
    source: str
    asker: Asker
    token: str = ""
    by_cookie: bool = False
    session: Session | None = None
    body: Any = None
    query: Any = None
    after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def principal(self) -> Principal:
        """On whose authority, and from where: a token may be used from several hosts."""
        assert self.session is not None
        principal = self.session.principal
        return principal if principal.origin == self.source else replace(principal, origin=self.source)

    def path(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    @property
    def connection(self) -> Connection:
        """The connection that it came on."""
        connection = self.request.scope["state"]["connection"]
        assert isinstance(connection, Connection)
        return connection


async def read_body(request: Request, decoder: "msgspec.json.Decoder[Any]", *, needed: bool) -> Any:
    """The body as the decoder's type; None if it is empty and not `needed`. Raises `ProblemError`."""
    raw = await _bytes(request)
    if not raw and not needed:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # A page elsewhere can have a browser send a form or plain text without being asked; JSON it cannot.
        raise ProblemError(UNSUPPORTED_MEDIA_TYPE, "send JSON, with Content-Type: application/json")
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise bad_request(f"{error}; see the API's documentation") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"the body is not JSON in UTF-8 ({error})") from error


def read_query(request: Request, wanted: type[msgspec.Struct], lists: frozenset[str]) -> Any:
    """The parameters of the address as this type; those in `lists` may be there several times.

    Raises `ProblemError`.
    """
    raw = request.scope["query_string"]
    found: dict[str, Any] = {}
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MAX_PARAMETERS,
            errors="strict",
        )
    except ValueError as error:
        raise bad_request(f"the parameters of the address cannot be read ({error})") from error
    for name, value in pairs:
        if name in lists:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise bad_request(f"{name} is there twice; give it once")
        else:
            found[name] = value
    try:
        return msgspec.convert(found, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise bad_request(f"in the address: {error}") from error


async def _bytes(request: Request) -> bytes:
    """Raises `ProblemError` TOO_LARGE before too much is in memory."""
    too_large = ProblemError(TOO_LARGE, f"a body has at most {MAX_BODY} bytes")
    said = request.headers.get("content-length", "0")
    if not said.isascii() or not said.isdecimal() or int(said[:12]) > MAX_BODY:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise too_large
        parts.append(part)
    return b"".join(parts)
