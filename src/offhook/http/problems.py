"""Problem details (RFC 9457): what a refused request is answered with."""

import math
from dataclasses import dataclass

from msgspec import UNSET, Struct, UnsetType

from offhook.errors import CallError, Refusal

BASE = "/api/v1"
MEDIA_TYPE = "application/problem+json"


class Problem(Struct, frozen=True):
    """A refused request. Programs go by `code`, people read `detail`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    retry_s: float | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """What all problems with the same code have in common."""

    code: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """Where it is described."""
        return f"{BASE}/problems/{self.code}"


OF_REFUSALS = {
    refusal: ProblemKind(refusal.value, status, title)
    for refusal, status, title in (
        (Refusal.NOT_AUTHENTICATED, 401, "Log in first"),
        (Refusal.NOT_ALLOWED, 403, "Not allowed"),
        (Refusal.NO_SUCH_TERMINAL, 404, "There is no such terminal"),
        (Refusal.TERMINAL_UNAVAILABLE, 409, "The phone is not in service"),
        (Refusal.TERMINAL_BUSY, 409, "The phone is busy"),
        (Refusal.INVALID_ADDRESS, 422, "Not a number that can be dialled"),
        (Refusal.NO_SUCH_CALL, 404, "There is no such call"),
        (Refusal.NOT_SUPPORTED, 409, "This telephone system cannot do that"),
        (Refusal.NOT_POSSIBLE_NOW, 409, "Not possible just now"),
        (Refusal.BAD_REQUEST, 400, "The request is not as it should be"),
        (Refusal.OVERLOADED, 429, "Too much at once"),
        (Refusal.UNAVAILABLE, 503, "A part cannot be reached just now"),
        (Refusal.FAILURE, 500, "The Call Manager failed"),
    )
}
"""Each refusal of a command or login, told in HTTP."""

NOT_FOUND = ProblemKind("not-found", 404, "There is nothing here")
METHOD_NOT_ALLOWED = ProblemKind("method-not-allowed", 405, "That cannot be done here")
TOO_LARGE = ProblemKind("too-large", 413, "The request is too large")
UNSUPPORTED_MEDIA_TYPE = ProblemKind("unsupported-media-type", 415, "The body has to be JSON")
WRONG_HOST = ProblemKind("wrong-host", 421, "This server does not go by that name")
FOREIGN_ORIGIN = ProblemKind("foreign-origin", 403, "This web page may not use the Call Manager")
CSRF = ProblemKind("csrf", 403, "The request does not show that it comes from the page")

KINDS = {
    kind.code: kind
    for kind in (
        *OF_REFUSALS.values(),
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        WRONG_HOST,
        FOREIGN_ORIGIN,
        CSRF,
    )
}


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self, kind: ProblemKind, detail: str, *, retry_s: float | None = None, allow: str = ""
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.retry_s, self.allow = kind, detail, retry_s, allow

    @classmethod
    def of(cls, error: CallError) -> "ProblemError":
        """The same error, for HTTP."""
        return cls(OF_REFUSALS[error.refusal], str(error), retry_s=error.retry_s)

    @property
    def body(self) -> Problem:
        """What is answered."""
        kind = self.kind
        retry_s = UNSET if self.retry_s is None else self.retry_s
        return Problem(kind.type, kind.title, kind.status, kind.code, self.detail, retry_s)

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with it."""
        found = {}
        if self.retry_s is not None:
            found["Retry-After"] = str(max(1, math.ceil(self.retry_s)))
        if self.allow:
            found["Allow"] = self.allow
        if self.kind.status == 401:
            found["WWW-Authenticate"] = "Bearer"
        return found


def bad_request(detail: str) -> ProblemError:
    """The request is not as docs/http.md has it; `detail` names the member and the fix."""
    return ProblemError(OF_REFUSALS[Refusal.BAD_REQUEST], detail)
