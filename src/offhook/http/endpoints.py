"""What can be asked for: an `Endpoint` for each method of each path. Routing and OpenAPI come from these."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import msgspec

from offhook.http.answers import Answer, Streamed
from offhook.http.requests import Asked

Work = Callable[[Asked], Awaitable[Answer | Streamed]]


class Access(Enum):
    """Who may ask."""

    PAGE = "page"
    """Anybody, for a file that is the same for all: not counted, since a whole office may load it at once."""
    ANYBODY = "anybody"
    LOGIN = "login"
    PERSON = "person"
    """A login, but not the token of a program."""
    ADMINISTRATOR = "administrator"


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that can be asked for. `answers` are the statuses of success with the types of their bodies,
    `problems` the codes of what may be refused besides what concerns every request.
    """

    method: str
    path: str
    work: Work
    summary: str
    answers: Mapping[int, Any] = field(default_factory=lambda: {204: None})
    access: Access = Access.LOGIN
    body: Any = None
    body_needed: bool = True
    query: type[msgspec.Struct] = NoQuery
    problems: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of the request that it looks at, with what they are for."""
    media_type: str = "application/json"
