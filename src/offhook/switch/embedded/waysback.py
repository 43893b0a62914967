"""How phones and providers are reached whose calls another run, or another Call Manager, goes on with."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import cast

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.callkeeping import GONE, Reached, WayBack
from offhook.switch.b2bua.credentials import NO_CREDENTIALS, Credentials
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded.othersystems import OtherCalls
from offhook.switch.trunk.trunks import Trunks


class EmbeddedWaysBack:
    """Implements `WaysBack`. `flow_for` is the switch's."""

    def __init__(
        self,
        terminals: Container[str],
        trunks: Trunks,
        transport: SipTransport,
        flow_for: Callable[[str, Dialog], Flow],
        others: OtherCalls,
    ) -> None:
        self._terminals, self._trunks, self._transport = terminals, trunks, transport
        self._flow_for, self._others = flow_for, others

    def trunk_of(self, credentials: Credentials) -> str:
        return next((one.name for one in self._trunks.all if credentials is one.account), "")

    def way_back(self, kept: Reached) -> WayBack:
        if kept.terminal and kept.terminal not in self._terminals:
            raise ValueError(f"there is no terminal {kept.terminal} any more")
        flow = self._flow(kept)
        if not kept.trunk:
            taken = self._others.goes_on if not kept.terminal else _is_a_phone
            return WayBack(flow, NO_CREDENTIALS, taken)
        trunk = next((one for one in self._trunks.all if one.name == kept.trunk), None)
        if trunk is None:
            raise ValueError(f"there is no trunk {kept.trunk} any more")
        return WayBack(flow, trunk.account, trunk.limits.goes_on)

    def flow_for(self, terminal: str, dialog: Dialog) -> Flow:
        return self._flow_for(terminal, dialog)

    def _flow(self, kept: Reached) -> Flow:
        protocol, host, port = kept.place
        if protocol == "udp":
            return self._transport.flow("udp", (host, port))
        if protocol not in ("tcp", "tls"):
            raise ValueError(f"a phone was reached by {protocol}")
        return Flow(cast("Transport", protocol), (kept.own_address, 0), (host, port), GONE)


def _is_a_phone(_leg: Leg) -> None:
    """Nobody has to know."""
