"""By which flow another telephone system of the cluster is reached: by TLS where both have it, else by UDP.

Which certificate the other one shows is told by the node that works it, by NATS, which only nodes can read
and write: exactly that one is trusted, whoever has signed it, and whatever names it has.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Collection
from functools import partial

from offhook.common.tlspair import WatchedPair, trusting_exactly
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import SipParseError, Uri
from offhook.sip.transport import SipTransport
from offhook.switch.base import Door, OtherSystems, SecureDoor

logger = logging.getLogger(__name__)

WILDCARDS = ("0.0.0.0", "::")

Address = tuple[str, int]


class SystemFlows:
    """`host` is the address that others reach us at; `pair` is what we show by TLS, None without it."""

    def __init__(self, transport: SipTransport, host: str, pair: WatchedPair | None) -> None:
        self._transport, self._host, self._pair = transport, host, pair
        self.systems: OtherSystems | None = None
        self._keys: dict[Address, str] = {}
        self._to_others, transport.on_unreachable = transport.on_unreachable, self._unreachable

    @property
    def secure(self) -> SecureDoor | None:
        """Where we are reached by TLS; None if we are not."""
        if self._pair is None:
            return None
        host, port = self._transport.local("tls")
        return SecureDoor(self._host if host in WILDCARDS else host, port, self._pair.pems)

    def to(self, door: Door) -> Flow:
        """The flow for a new call. Raises `ValueError` or `OSError` for an address that cannot be reached."""
        if door.secure is None or self._pair is None:
            return self.udp((door.host, door.port))
        flow = self._tls(door.secure.address)
        if self._keys.get(flow.remote) != door.key:
            # Somebody else works it by now: of a machine that is gone nobody has closed the connection.
            self._transport.forget(flow)
            self._keys[flow.remote] = door.key
        return flow

    def udp(self, remote: Address) -> Flow:
        """The flow by UDP to this address."""
        return self._transport.flow("udp", remote)

    def again(self, dialog: Dialog) -> Flow | None:
        """The flow for a dialog whose connection is gone: to where its peer says that it is (RFC 3261
        §12.2.1.1), if another telephone system is there."""
        try:
            there = Uri.parse(dialog.remote_target)
        except SipParseError:
            return None
        return self.by_tls((there.host.strip("[]"), there.port or 5061))

    def by_tls(self, address: Address) -> Flow | None:
        """The flow by TLS to this address; None if no other telephone system is known to be there."""
        known = self._pair is not None and self._certificates(address)
        return self._tls(address) if known else None

    def silent(self, flow: Flow) -> None:
        """Nobody has answered by it."""
        if flow.protocol == "tls":
            self._transport.forget(flow)

    def is_known(self, flow: Flow) -> None:
        """One of the others has shown itself by this flow: its connection is no stranger's."""
        self._transport.known(flow, f"telephone system at {flow.remote[0]}")

    def _unreachable(self, flow: Flow, error: Exception) -> None:
        """A connection could not be opened. Say why, if it shows what its node has not told."""
        self._to_others(flow, error)
        if isinstance(error, ssl.SSLCertVerificationError) and flow.remote in self._keys:
            logger.warning(
                "%s:%d shows another certificate than the Call Manager that works the telephone system there"
                " has told: nothing is sent to it. See that nobody stands between, and that"
                " switch.embedded.tls_listen is an address of that machine alone",
                *flow.remote,
            )

    def _tls(self, remote: Address) -> Flow:
        own = self.secure
        assert own is not None
        self._keys.setdefault(remote, "")
        self._transport.tls_contexts.setdefault(remote, partial(self._trusting, remote))
        return Flow("tls", own.address, remote)

    def _trusting(self, remote: Address) -> ssl.SSLContext:
        return trusting_exactly(self._certificates(remote))

    def _certificates(self, address: Address) -> Collection[str]:
        doors = () if self.systems is None else self.systems.secure_doors()
        return {pem for door in doors if door.address == address for pem in door.certificates}
