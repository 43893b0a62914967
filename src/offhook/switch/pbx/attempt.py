"""One phone called through the PBX: at its best server, and at the next where that one does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.control import CallCore
from offhook.switch.b2bua.leg import Leg, LegOwner
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.servers import Server, Servers
from offhook.switch.pbx.settings import PbxSettings


class PbxCore(CallCore, Protocol):
    """What calls need of the switch."""

    servers: Servers
    settings: PbxSettings

    def terminal_of(self, number: str) -> Account | None:
        """The account whose extension this is."""
        ...

    def note_call_id(self, call_id: str) -> None:
        """A call of ours goes to the PBX with this Call-ID."""
        ...

    @property
    def accounts(self) -> dict[str, Account]:
        """All accounts by terminal."""
        ...


class Attempt:
    """Owns the leg until it is answered, and then hands it to `owner`, or until no server is left.

    `make` gives the INVITE for a flow. `heard`: has the PBX reacted, `rang`: has a phone?
    """

    def __init__(
        self, core: PbxCore, owner: LegOwner, account: Account, terminal: str, make: Callable[[Flow], Request]
    ) -> None:
        self._core, self._owner, self._account, self._make = core, owner, account, make
        self._terminal = terminal
        self._tried: list[Server] = []
        self._leg: Leg | None = None
        self._silence: Timer | None = None
        self.heard = self.rang = False

    def begin(self) -> bool:
        """Call at the best server that has not been tried; False when there is none."""
        server = self._core.servers.after(self._tried)
        if server is None:
            return False
        self._tried.append(server)
        flow = server.flow
        self._leg = leg = Leg(self._core, self, self._terminal, flow.local[0], self._account)
        endpoint = self._core.endpoint
        self._silence = endpoint.after(self._core.settings.silent_s, lambda _now: self._silent(server))
        request = self._make(flow)
        self._core.note_call_id(request.call_id)
        leg.invite(request, flow)
        return True

    def end(self) -> None:
        """Let it ring no more."""
        self._listen_no_more()
        leg, self._leg = self._leg, None
        if leg is not None:
            leg.end()

    def on_progress(self, leg: Leg, response: Response) -> None:
        self._heard()
        self.rang = self.rang or response.status > 100
        if leg is self._leg:
            self._owner.on_progress(leg, response)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._heard()
        self._leg = None
        leg.owner = self._owner
        self._owner.on_answer(leg, response)

    def on_refused(self, leg: Leg, status: int) -> None:
        if leg is not self._leg:
            return
        self._leg = None
        self._listen_no_more()
        # 503 and no answer at all concern the server, not whom we call (RFC 3263 §4.3).
        if status == 503 or (status == 504 and not self.heard):
            self._core.servers.failed(self._tried[-1])
            if not self.rang and self.begin():
                return
        self._owner.on_refused(leg, status)

    def _silent(self, server: Server) -> None:
        leg, self._leg = self._leg, None
        if leg is None:
            return
        self._core.servers.failed(server)
        leg.end()
        if not self.begin():
            self._owner.on_refused(leg, 504)

    def _heard(self) -> None:
        self.heard = True
        self._listen_no_more()

    def _listen_no_more(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    # No leg has a dialog while it is here, so nothing of these can come.

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        leg.answer(transaction, 481)

    def on_ack(self, leg: Leg, request: Request) -> None:
        pass

    def on_cancel(self, leg: Leg) -> None:
        pass

    def on_lost(self, leg: Leg) -> None:
        leg.end()
