"""Session timers (RFC 4028): a call that is not refreshed in time is ended. Sans-IO."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Request, Response, make_response
from offhook.sip.timers import Timer

MIN_S = 90
"""The shortest accepted session interval (§4)."""

EXPIRES_S = 1800
"""The interval if the other side wants a timer without naming one (recommended by §4)."""

MAX_S = 24 * 3600
"""The longest interval, longer than any call; a longer one is cut to this, which is refreshed as well."""

MAX_BRIEF = 3
"""How often an interval is raised after a 422: each proxy may want a longer one."""

REFRESHING: Final = frozenset({"INVITE", "UPDATE"})
"""The requests that restart the interval (§7.4)."""

OPTION: Final = "timer"


@dataclass(frozen=True, slots=True)
class SessionExpires:
    """The header; `refresher` is uac or uas of its transaction, or empty."""

    seconds: int
    refresher: str = ""

    @classmethod
    def of(cls, message: Request | Response) -> SessionExpires | None:
        """The header of the message; None if it is missing or invalid."""
        seconds, params = _delta(message.headers.get("Session-Expires"))
        if seconds is None:
            return None
        names = (param.partition("=")[::2] for param in params.lower().split(";"))
        who = next((value.strip() for name, value in names if name.strip() == "refresher"), "")
        return cls(seconds, who if who in ("uac", "uas") else "")

    def __str__(self) -> str:
        return f"{self.seconds};refresher={self.refresher}" if self.refresher else str(self.seconds)


def too_brief(request: Request) -> Response | None:
    """The 422 for an interval that is too short (§8.1, §9). None for peers
    without timers, which do not know 422."""
    wanted = SessionExpires.of(request)
    if request.method not in REFRESHING or wanted is None or wanted.seconds >= MIN_S or not _has(request):
        return None
    response = make_response(request, 422)
    response.headers.set("Min-SE", str(MIN_S))
    return response


class SessionTimer:
    """The timer of one side of a call. `refresh` has to send a request of
    `REFRESHING`, `expired` to end the call."""

    def __init__(self, endpoint: Endpoint, refresh: Callable[[], None], expired: Callable[[], None]) -> None:
        self._endpoint, self._refresh, self._expired = endpoint, refresh, expired
        self._seconds = 0  # 0: no timer runs
        self._ours = False  # do we refresh?
        self._least = 0  # the Min-SE that we were told
        self._briefs = 0
        self._tried: set[int] = set()
        self._refused = False
        self._due: Timer | None = None
        self._end: Timer | None = None

    @property
    def running(self) -> bool:
        """Is the timer running?"""
        return self._seconds > 0

    @property
    def state(self) -> tuple[int, bool]:
        """The interval in seconds, 0 without a timer, and whether we refresh."""
        return self._seconds, self._ours

    def restore(self, seconds: int, *, ours: bool) -> None:
        """Go on with the timer of an earlier run of the program, as if it were refreshed now."""
        self._start(seconds, ours=ours)

    def propose(self, request: Request) -> None:
        """Add the headers to a request. A running timer continues with the same refresher (§7.4)."""
        if self._refused or request.method not in REFRESHING:
            return
        _add(request, "Supported")
        if self._seconds:
            interval = SessionExpires(max(self._seconds, self._least), "uac" if self._ours else "uas")
            request.headers.set("Session-Expires", str(interval))
            if self._least > MIN_S:
                request.headers.set("Min-SE", str(self._least))

    def agreed(self, response: Response) -> None:
        """Handle a 2xx to our request: it decides on the timer; without the header there is none (§7.2)."""
        told = SessionExpires.of(response)
        if told is None:
            self.stop()
        else:
            self._start(told.seconds, ours=told.refresher != "uas")

    def answer(self, request: Request, response: Response) -> None:
        """Add the header to our 2xx (§9, table 2)."""
        wanted, knows = SessionExpires.of(request), _has(request)
        if wanted is None and self._seconds and knows:
            wanted = SessionExpires(self._seconds, "uas" if self._ours else "uac")
        if wanted is None or wanted.seconds < MIN_S:
            self.stop()
            return
        # The peer does not support timers, a proxy has added the header: so we are the refresher.
        refresher = (wanted.refresher or "uac") if knows else "uas"
        response.headers.set("Session-Expires", str(SessionExpires(wanted.seconds, refresher)))
        _add(response, "Supported")
        if knows:
            _add(response, "Require")
        self._start(wanted.seconds, ours=refresher == "uas")

    def again(self, request: Request, response: Response) -> Request | None:
        """The request again, if it failed because of the timer; otherwise None.

        421: a timer is required, 422: a longer interval, 420: timers are not supported.
        """
        if request.method not in REFRESHING:
            return None
        if response.status == 422:
            self._briefs += 1
            least = _delta(response.headers.get("Min-SE"))[0] or 0
            if self._briefs > MAX_BRIEF or not self._least < least <= MAX_S:
                return None
            self._least = least
        elif response.status in (420, 421):
            if not self._is_about_timers(response) or response.status in self._tried:
                return None
            self._tried.add(response.status)
        else:
            return None
        made = Request(request.method, request.uri, request.headers.copy(), request.body)
        made.headers.set("CSeq", f"{request.cseq + 1} {request.method}")
        if response.status == 420:
            self._refused = True
            _take_out(made)
            return made
        asked = SessionExpires.of(made) or SessionExpires(self._seconds or EXPIRES_S)
        _add(made, "Supported")
        made.headers.set(
            "Session-Expires", str(SessionExpires(max(asked.seconds, self._least), asked.refresher))
        )
        if self._least:
            made.headers.set("Min-SE", str(self._least))
        return made

    def stop(self) -> None:
        """Stop the timer."""
        self._seconds = 0
        for timer in (self._due, self._end):
            if timer is not None:
                timer.cancel()
        self._due = self._end = None

    def try_later(self) -> None:
        """A refresh has failed: try again before the interval ends."""
        if self._seconds and self._ours:
            self._due = self._endpoint.after(max(2.0, self._seconds / 20), self._refresh_now)

    @staticmethod
    def _is_about_timers(response: Response) -> bool:
        told = response.headers.all("Require" if response.status == 421 else "Unsupported")
        return bool(told) and all(option.lower() == OPTION for option in told)

    def _start(self, seconds: int, *, ours: bool) -> None:
        self.stop()
        if seconds <= 0:
            return
        self._seconds, self._ours = min(seconds, MAX_S), ours
        if ours:
            self._due = self._endpoint.after(self._seconds / 2, self._refresh_now)
        # The side that is not refreshing ends the call a little before the interval ends (§10).
        early = min(32.0, self._seconds / 3)
        self._end = self._endpoint.after(self._seconds - early, self._over)

    def _refresh_now(self, _now: float) -> None:
        self._due = None
        self._refresh()

    def _over(self, _now: float) -> None:
        self.stop()
        self._expired()


def lacking(response: Response) -> list[str]:
    """The extensions that a 421 requires or a 420 does not support."""
    if response.status not in (420, 421):
        return []
    return response.headers.all("Require" if response.status == 421 else "Unsupported")


def _has(request: Request) -> bool:
    told = request.headers.all("Supported") + request.headers.all("Require")
    return any(option.lower() == OPTION for option in told)


def _add(message: Request | Response, name: str) -> None:
    if name not in message.headers:
        message.headers.set(name, OPTION)
        return
    told = message.headers.all(name)
    if not any(option.lower() == OPTION for option in told):
        message.headers.set(name, [*told, OPTION])


def _take_out(request: Request) -> None:
    left = [option for option in request.headers.all("Supported") if option.lower() != OPTION]
    request.headers.set("Supported", left)
    request.headers.remove("Session-Expires")
    request.headers.remove("Min-SE")


def _delta(value: str | None) -> tuple[int | None, str]:
    """The seconds and the parameters of a header value."""
    text, _, params = (value or "").partition(";")
    text = text.strip()
    known = text.isascii() and text.isdigit() and len(text) < 10
    return (int(text) if known else None), params
