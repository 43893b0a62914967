"""Whether a user's phone is registered at the PBX, which is asked for it (RFC 3261 §10.2.3).

A REGISTER without a Contact changes nothing; its answer lists all Contacts that are registered. With
`register` the same request renews a registration of our own, whose Contact is not counted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from offhook.call import new_call_id
from offhook.config import PbxSettings
from offhook.sip.endpoint import Endpoint
from offhook.sip.message import Response
from offhook.sip.timers import Timer
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.diagnostics import diagnose
from offhook.switch.upstream.granted import contact_address, contact_expires, seconds
from offhook.switch.upstream.servers import Server, Servers

logger = logging.getLogger(__name__)

REFUSED_S = 60.0
"""The pause after the PBX refused the account, doubled each time up to `REFUSED_MAX_S`: wrong passwords that
come every few seconds get a machine banned (fail2ban)."""

REFUSED_MAX_S = 3600.0

STALE_S = 1.0
"""An answer older than this is asked for again when somebody dials and the phone is said to be away."""


class Presence:
    """Of one account. `registered` is None until the PBX has answered for the first time."""

    def __init__(
        self,
        account: Account,
        endpoint: Endpoint,
        servers: Servers,
        settings: PbxSettings,
        on_change: Callable[[Account, bool], None],
    ) -> None:
        self._account, self._endpoint = account, endpoint
        self._servers, self._settings, self._on_change = servers, settings, on_change
        self.registered: bool | None = None
        self._call_id, self._tag, self._cseq = new_call_id(), new_call_id(), 0
        self._timer: Timer | None = None
        self._asking = False
        self._asked_at = 0.0
        self._refused = 0
        self._our_contact = ""
        self._stopping = False

    def ask(self, now: float) -> None:
        """Ask now, and again when it is time."""
        if self._asking or self._stopping:
            return
        if not self._settings.watch_s and not self._settings.register:
            self._set(True)
            return
        server = self._servers.current
        if server is None:
            self._lost()
            self._later(self._settings.probe_s)
            return
        self._asking, self._asked_at = True, now
        self._register(server, int(self._settings.register_s))

    def ask_if_stale(self, now: float) -> None:
        """Ask again unless the last answer is fresh, or the account was refused."""
        if not self._refused and now - self._asked_at > STALE_S:
            self.ask(now)

    def flow_changed(self, now: float) -> None:
        """The PBX reaches us at another address now: our registration has to name it."""
        if self._our_contact:
            self.ask(now)

    def stop(self) -> None:
        """Ask no more; remove our own registration."""
        self._stopping = True
        if self._timer is not None:
            self._timer.cancel()
        server = self._servers.current
        if self._our_contact and server is not None:
            self._register(server, 0)

    def _register(self, server: Server, expires: int) -> None:
        request = self._account.request("REGISTER", "", server.flow)
        headers = request.headers
        headers.set("From", f"<{self._account.uri(self._account.user)}>;tag={self._tag}")
        headers.set("To", f"<{self._account.uri(self._account.user)}>")
        headers.set("Call-ID", self._call_id)
        self._cseq += 1
        headers.set("CSeq", f"{self._cseq} REGISTER")
        if self._settings.register:
            before, self._our_contact = self._our_contact, headers.get("Contact") or ""
            if before and before != self._our_contact:
                headers.set("Contact", [self._our_contact, f"{before};expires=0"])
            headers.set("Expires", str(expires))
        else:
            headers.remove("Contact")
        self._account.ask(request, server, self._answered)

    def _answered(self, response: Response | None, status: int) -> None:
        self._asking = False
        if self._stopping:
            return
        if response is not None:
            self._cseq = max(self._cseq, response.cseq)
        if response is None or status >= 500:
            self._later(self._settings.probe_s)
            if self._servers.current is None:
                self._lost()
        elif status < 300:
            self._account.problem, self._refused = None, 0
            self._set(self._phones(response) > 0 if self._settings.watch_s else True)
            self._later(self._pause(response))
        elif status in (400, 405, 423) or (status == 403 and self.registered):
            # The question is refused, the account is not: assume that the phone is registered.
            self._set(True)
            self._later(self._settings.watch_s or self._settings.register_s)
        else:
            self._refuse(response)

    def _refuse(self, response: Response) -> None:
        problem = diagnose(self._account.user, response)
        if problem != self._account.problem:
            logger.warning("%s", problem)
        self._account.problem = problem
        self._refused += 1
        self._set(False)
        self._later(min(REFUSED_S * 2 ** min(self._refused - 1, 10), REFUSED_MAX_S))

    def _phones(self, response: Response) -> int:
        """How many phones are registered besides us."""
        ours = contact_address(self._our_contact) if self._our_contact else None
        found = [contact_address(value) for value in response.headers.all("Contact")]
        return sum(contact is not None and contact != ours for contact in found)

    def _pause(self, response: Response) -> float:
        pause = self._settings.watch_s or self._settings.register_s / 2
        if not self._settings.register:
            return pause
        ours, general = contact_address(self._our_contact), response.headers.get("Expires") or ""
        for value in response.headers.all("Contact"):
            # The interval is a parameter of the Contact, else the Expires header field (§10.2.1.1).
            if contact_address(value) == ours and (granted := contact_expires(value) or seconds(general)):
                return min(pause, max(granted / 2, 1.0))
        return min(pause, self._settings.register_s / 2)

    def _lost(self) -> None:
        if self.registered is not None:
            self._set(False)

    def _set(self, registered: bool) -> None:
        before, self.registered = self.registered, registered
        if registered is not before:
            self._on_change(self._account, registered)

    def _later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._endpoint.after(seconds, self.ask)
