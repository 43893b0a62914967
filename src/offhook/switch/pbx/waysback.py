"""How phones of a PBX are reached whose calls another Call Manager goes on with: through the PBX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, Flow
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.callkeeping import Reached, WayBack
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.leg import Leg
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.call import ping


class PbxWaysBack:
    """Implements `WaysBack`. A leg's "trunk" is the account that it was called with.

    `note_call_id` is told of the Call-ID of each leg. The PBX is asked every `ping_s` whether it still knows
    the call.
    """

    def __init__(
        self,
        accounts: Mapping[str, Account],
        transport: SipTransport,
        endpoint: Endpoint,
        ping_s: float,
        note_call_id: Callable[[str], None],
    ) -> None:
        self._accounts, self._transport, self._endpoint = accounts, transport, endpoint
        self._ping_s, self._note_call_id = ping_s, note_call_id

    def trunk_of(self, credentials: Credentials) -> str:
        return credentials.id if isinstance(credentials, Account) else ""

    def way_back(self, kept: Reached) -> WayBack:
        account = self._accounts.get(kept.trunk)
        if account is None or (kept.terminal and kept.terminal not in self._accounts):
            raise ValueError(f"there is no terminal {kept.terminal or kept.trunk} any more")
        protocol, host, port = kept.place
        if protocol not in ("udp", "tcp", "tls"):
            raise ValueError(f"the PBX was reached by {protocol}")
        flow = self._transport.flow(cast("Transport", protocol), (host, port))
        return WayBack(self._transport.reach(flow), account, self._taken)

    def flow_for(self, _terminal: str, dialog: Dialog) -> Flow:
        return dialog.flow

    def _taken(self, leg: Leg) -> None:
        assert leg.dialog is not None
        self._note_call_id(leg.dialog.call_id)
        if isinstance(leg.owner, B2buaCall) and leg is leg.owner.caller_leg:
            self._ask_later(leg.owner)

    def _ask_later(self, call: B2buaCall) -> None:
        def ask(_now: float) -> None:
            if call.values:
                ping(call)
                self._ask_later(call)

        self._endpoint.after(self._ping_s, ask)
