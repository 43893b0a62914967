"""Session timers (RFC 4028): both sides of a call say from time to time that it is still there. Sans-IO."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Request, Response, make_response
from offhook.sip.timers import Timer

MIN_S = 90
"""The shortest session interval (§4): a shorter one is refused."""

EXPIRES_S = 1800
"""What is asked for where the other side wants a timer and names no interval (§4 recommends it)."""

MAX_S = 24 * 3600
"""Longer than any call lasts; a longer interval is kept as this one, which is refreshed all the same."""

MAX_BRIEF = 3
"""How often an interval is raised because of a 422: each proxy on the way may want another one."""

REFRESHING = frozenset({"INVITE", "UPDATE"})
"""The requests that begin the interval anew (§7.4)."""

OPTION = "timer"


@dataclass(frozen=True, slots=True)
class SessionExpires:
    """`refresher` is uac or uas, of the transaction in which it stands; empty where that is not said."""

    seconds: int
    refresher: str = ""

    @classmethod
    def of(cls, message: Request | Response) -> SessionExpires | None:
        """None where there is none, or none that can be read."""
        seconds, params = _delta(message.headers.get("Session-Expires"))
        if seconds is None:
            return None
        names = (param.partition("=")[::2] for param in params.lower().split(";"))
        who = next((value.strip() for name, value in names if name.strip() == "refresher"), "")
        return cls(seconds, who if who in ("uac", "uas") else "")

    def __str__(self) -> str:
        return f"{self.seconds};refresher={self.refresher}" if self.refresher else str(self.seconds)


def too_brief(request: Request) -> Response | None:
    """The 422 for an interval that is too short (§8.1, §9). Who has no timers cannot be told, and is not."""
    wanted = SessionExpires.of(request)
    if request.method not in REFRESHING or wanted is None or wanted.seconds >= MIN_S or not _has(request):
        return None
    response = make_response(request, 422)
    response.headers.set("Min-SE", str(MIN_S))
    return response


class SessionTimer:
    """Of one side of a call. `refresh` is to send a request of `REFRESHING`, `expired` to end the call."""

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
        """Is there an interval?"""
        return self._seconds > 0

    def propose(self, request: Request) -> None:
        """Say that we know timers, and go on with the one that runs; its refresher stays the same (§7.4)."""
        if self._refused or request.method not in REFRESHING:
            return
        _add(request, "Supported")
        if self._seconds:
            interval = SessionExpires(max(self._seconds, self._least), "uac" if self._ours else "uas")
            request.headers.set("Session-Expires", str(interval))
            if self._least > MIN_S:
                request.headers.set("Min-SE", str(self._least))

    def agreed(self, response: Response) -> None:
        """2xx to such a request of ours: what it says holds; where it says nothing no timer runs (§7.2)."""
        told = SessionExpires.of(response)
        if told is None:
            self.stop()
        else:
            self._start(told.seconds, ours=told.refresher != "uas")

    def answer(self, request: Request, response: Response) -> None:
        """Put into our 2xx what becomes of the timer (§9, table 2)."""
        wanted, knows = SessionExpires.of(request), _has(request)
        if wanted is None and self._seconds and knows:
            wanted = SessionExpires(self._seconds, "uas" if self._ours else "uac")
        if wanted is None or wanted.seconds < MIN_S:
            self.stop()
            return
        # Who knows no timers does not refresh: a proxy on the way has put it in, and we are to do it.
        refresher = (wanted.refresher or "uac") if knows else "uas"
        response.headers.set("Session-Expires", str(SessionExpires(wanted.seconds, refresher)))
        _add(response, "Supported")
        if knows:
            _add(response, "Require")
        self._start(wanted.seconds, ours=refresher == "uas")

    def again(self, request: Request, response: Response) -> Request | None:
        """The request once more where it is a timer that it failed for; None where it is not.

        421: one is wanted, 422: a longer one, 420: none at all.
        """
        if request.method not in REFRESHING:
            return None
        made = Request(request.method, request.uri, request.headers.copy(), request.body)
        made.headers.set("CSeq", f"{request.cseq + 1} {request.method}")
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
        """No timer runs any more."""
        self._seconds = 0
        for timer in (self._due, self._end):
            if timer is not None:
                timer.cancel()
        self._due = self._end = None

    def try_later(self) -> None:
        """A refresh came to nothing: another one is tried before the end."""
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
        # The side that does not hear of the other one ends the call a little before its time (§10).
        early = min(32.0, self._seconds / 3)
        self._end = self._endpoint.after(self._seconds - early, self._over)

    def _refresh_now(self, _now: float) -> None:
        self._due = None
        self._refresh()

    def _over(self, _now: float) -> None:
        self.stop()
        self._expired()


def lacking(response: Response) -> list[str]:
    """The extensions that a 421 wants, or a 420 does not have, as they stand there."""
    if response.status not in (420, 421):
        return []
    return response.headers.all("Require" if response.status == 421 else "Unsupported")


def _has(request: Request) -> bool:
    told = request.headers.all("Supported") + request.headers.all("Require")
    return any(option.lower() == OPTION for option in told)


def _add(message: Request | Response, name: str) -> None:
    told = message.headers.all(name)
    if not any(option.lower() == OPTION for option in told):
        message.headers.set(name, [*told, OPTION])


def _take_out(request: Request) -> None:
    left = [option for option in request.headers.all("Supported") if option.lower() != OPTION]
    request.headers.set("Supported", left)
    request.headers.remove("Session-Expires")
    request.headers.remove("Min-SE")


def _delta(value: str | None) -> tuple[int | None, str]:
    """Seconds and parameters."""
    text, _, params = (value or "").partition(";")
    text = text.strip()
    known = text.isascii() and text.isdigit() and len(text) < 10
    return (int(text) if known else None), params
