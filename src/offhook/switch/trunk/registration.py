"""The registration of a trunk's account at its provider (RFC 3261 §10.2), and what is said against it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from offhook.call import new_call_id
from offhook.config import TrunkSettings
from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.useragent import contact_of
from offhook.switch.trunk.account import TrunkAccount
from offhook.switch.trunk.responsetext import response_text
from offhook.switch.upstream.asking import ask
from offhook.switch.upstream.granted import granted, seconds, service_route
from offhook.switch.upstream.servers import Server, Servers

logger = logging.getLogger(__name__)

RETRY_S, RETRY_MAX_S = 5.0, 300.0
"""The pause after a provider that is away or overloaded, doubled each time up to the second."""

REFUSED_S, REFUSED_MAX_S = 60.0, 3600.0
"""The same after it refused the account: wrong passwords that come every few seconds get a site banned."""

MAX_RETRY_AFTER_S = 3600.0
"""The longest pause that a provider may ask for (Retry-After): nobody can call out meanwhile."""

LONGEST_S = 86_400
"""The longest registration that a 423 may ask for."""

EARLY_S = 30.0
"""A registration is renewed so long before its end, but not before half of its time."""


class Registration:
    """Of one trunk. `problem` is what the provider said when it refused it last, "" while it is well.

    `on_change` is called when it came to stand, or does not any more, and when the provider gives another
    reason.
    """

    def __init__(
        self,
        settings: TrunkSettings,
        account: TrunkAccount,
        endpoint: Endpoint,
        servers: Servers,
        on_change: Callable[[], None],
    ) -> None:
        self._settings, self._account, self._endpoint = settings, account, endpoint
        self._servers, self._on_change = servers, on_change
        self.registered = False
        self.problem = ""
        self._call_id, self._tag, self._cseq = new_call_id(), new_call_id(), 0
        self._seconds = int(settings.register_s)
        self._failures = 0
        self._asking = self._stopping = False
        self._contact = ""
        self._server: Server | None = None
        self._timer: Timer | None = None
        self._end: Timer | None = None

    def begin(self, _now: float = 0.0) -> None:
        """Register now, and again when it is time."""
        if self._asking or self._stopping:
            return
        every = self._servers.all
        # One that seems to be away is asked as well, in turn: it may be one that never answers an OPTIONS.
        server = self._servers.current or (every[self._failures % len(every)] if every else None)
        if server is None:
            self._later(RETRY_S)
            return
        self._asking, self._server = True, server
        self._ask(server, self._seconds)

    def renew(self, _now: float = 0.0) -> None:
        """Another server is to be used, or it reaches us elsewhere, or it was away and may have forgotten us:
        do not wait, unless the account is refused."""
        server = self._servers.current
        if server is None:
            self._server = None
            return
        same = server is self._server and contact_of(server.flow, self._account.user) == self._contact
        if not self.problem and (not same or self._failures):
            self.begin()

    def stop(self) -> None:
        """Take it back."""
        self._stopping = True
        for timer in (self._timer, self._end):
            if timer is not None:
                timer.cancel()
        server = self._servers.current
        if self.registered and server is not None:
            self._ask(server, 0)

    def _ask(self, server: Server, seconds: int) -> None:
        own = self._account.uri(self._account.user)
        request = self._account.request("REGISTER", self._account.uri(""), server.flow)
        headers = request.headers
        headers.set("From", f"<{own}>;tag={self._tag}")
        headers.set("To", f"<{own}>")
        headers.set("Call-ID", self._call_id)
        self._cseq += 1
        headers.set("CSeq", f"{self._cseq} REGISTER")
        before, self._contact = self._contact, headers.get("Contact") or ""
        if before and before != self._contact:
            headers.set("Contact", [self._contact, f"{before};expires=0"])
        headers.set("Expires", str(seconds))
        ask(
            self._endpoint,
            self._servers,
            server,
            self._account,
            request,
            self._settings.silent_s,
            self._answered,
        )

    def _answered(self, response: Response | None, status: int) -> None:
        self._asking = False
        if response is not None:
            self._cseq = max(self._cseq, response.cseq)
        if self._stopping:
            return
        if response is None:
            self._again(RETRY_S, RETRY_MAX_S)
        elif status < 300:
            self._stands(response)
        elif status == 423 and self._longer(response):
            self.begin()
        elif status >= 500 or status in (408, 480):
            self._again(RETRY_S, RETRY_MAX_S, response)
        else:
            problem = response_text(response)
            before, self.problem = self.problem, problem
            if problem != before:
                logger.error(
                    "trunk %s: the provider refuses the account (%s); see its user, auth_user and password",
                    *(self._settings.name, problem),
                )
            self._set(False)
            if problem != before:
                self._on_change()
            self._again(REFUSED_S, REFUSED_MAX_S, response)

    def _stands(self, response: Response) -> None:
        self.problem, self._failures = "", 0
        self._account.route = service_route(response)
        lasts = float(granted(response, self._contact) or self._seconds)
        if self._end is not None:
            self._end.cancel()
        self._end = self._endpoint.after(lasts, lambda _now: self._set(False))
        self._set(True)
        self._later(max(lasts / 2, lasts - EARLY_S))

    def _longer(self, response: Response) -> bool:
        """The provider wants longer registrations (§10.3, 423)."""
        least = seconds(response.headers.get("Min-Expires") or "")
        if not self._seconds < least <= LONGEST_S:
            return False
        self._seconds = least
        return True

    def _again(self, first_s: float, most_s: float, response: Response | None = None) -> None:
        pause = min(first_s * 2 ** min(self._failures, 12), most_s)
        self._failures += 1
        if response is not None:
            pause = max(pause, min(seconds(response.headers.get("Retry-After") or ""), MAX_RETRY_AFTER_S))
        self._later(pause)

    def _later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._endpoint.after(seconds, self.begin)

    def _set(self, registered: bool) -> None:
        if registered is not self.registered:
            self.registered = registered
            name = self._settings.name
            if registered:
                logger.info("trunk %s is registered", name)
            else:
                logger.warning("trunk %s is not registered any more", name)
            self._on_change()
