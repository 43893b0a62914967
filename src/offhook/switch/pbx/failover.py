"""One phone called through the PBX: at its best server, and at the next where that one does not answer."""

from __future__ import annotations

from collections.abc import Callable

from offhook.sip.endpoint import Flow
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.dialer import WITHDRAW_S, EarlyLegOwner
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner
from offhook.switch.pbx.account import Account
from offhook.switch.upstream.servers import Server, Servers


class FailoverInvite(EarlyLegOwner):
    """Owns the leg until it is answered, and then hands it to `owner`, or until no server is left.

    `make_invite` makes the INVITE for a flow; `note_call_id` is told its Call-ID. `phone_responded`: has a
    phone responded, and not the PBX alone (a 100 is its own)?
    """

    def __init__(
        self,
        host: LegHost,
        owner: LegOwner,
        account: Account,
        terminal: str,
        servers: Servers,
        silent_s: float,
        make_invite: Callable[[Flow], Request],
        note_call_id: Callable[[str], None],
        talk: Callable[[str, Callable[[bool], None]], bool],
    ) -> None:
        self._host, self._owner, self._account, self._terminal = host, owner, account, terminal
        self._servers, self._silent_s = servers, silent_s
        self._make_invite, self._note_call_id = make_invite, note_call_id
        self._talk = talk
        self._tried: list[Server] = []
        self._leg: Leg | None = None
        self._silence: Timer | None = None
        self._withdrawing: Timer | None = None
        self._withdrawn: Callable[[], None] | None = None
        self._pbx_responded = self.phone_responded = False

    def begin(self) -> bool:
        """Call at the best server that has not been tried; False when there is none."""
        server = self._servers.after(self._tried)
        if server is None:
            return False
        self._tried.append(server)
        flow = server.flow
        self._leg = leg = Leg(self._host, self, self._terminal, flow.local[0], self._account)
        self._silence = self._host.endpoint.after(self._silent_s, lambda _now: self._silent(server))
        request = self._make_invite(flow)
        self._note_call_id(request.call_id)
        leg.invite(request, flow)
        return True

    def cancel(self, reason: str = "") -> None:
        """Let it ring no more."""
        self._cancel_silence()
        self._withdrawn = None
        if self._withdrawing is not None:
            self._withdrawing.cancel()
        leg, self._leg = self._leg, None
        if leg is not None:
            leg.end(reason=reason)

    def withdraw(self, reason: str, silent: Callable[[], None]) -> None:
        self._cancel_silence()
        self._withdrawn = silent
        self._withdrawing = self._host.endpoint.after(WITHDRAW_S, lambda _now: self._is_withdrawn(reason))
        if self._leg is not None:
            self._leg.withdraw(reason)

    def talk(self, done: Callable[[bool], None]) -> bool:
        """The PBX is at the other end, which is no phone; it may pass that on, outside of the dialog."""
        return self._talk(self._terminal, done)

    def _is_withdrawn(self, reason: str = "") -> None:
        silent = self._withdrawn
        self.cancel(reason)
        if silent is not None:
            silent()

    def on_progress(self, leg: Leg, response: Response) -> None:
        self._responded()
        self.phone_responded = self.phone_responded or response.status > 100
        if leg is self._leg:
            self._owner.on_progress(leg, response)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._responded()
        self._leg = None
        self.cancel()
        leg.owner = self._owner
        self._owner.on_answer(leg, response)

    def on_refused(self, leg: Leg, status: int) -> None:
        if leg is not self._leg:
            return
        self._leg = None
        self._cancel_silence()
        if self._withdrawn is not None:
            self._is_withdrawn()
            return
        # 503 and no answer at all concern the server, not whom we call (RFC 3263 §4.3).
        if status == 503 or (status == 504 and not self._pbx_responded):
            self._servers.failed(self._tried[-1])
            if not self.phone_responded and self.begin():
                return
        self._owner.on_refused(leg, status)

    def _silent(self, server: Server) -> None:
        leg, self._leg = self._leg, None
        if leg is None:
            return
        self._servers.failed(server)
        leg.end()
        if not self.begin():
            self._owner.on_refused(leg, 504)

    def _responded(self) -> None:
        self._pbx_responded = True
        self._cancel_silence()

    def _cancel_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
