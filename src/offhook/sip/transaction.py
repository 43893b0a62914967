"""The common parts of all transactions (RFC 3261 §17): flows, timer values, states, the layer below."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from offhook.common.network import same_host
from offhook.sip.timers import Timers

Transport = Literal["udp", "tcp", "tls"]
Key = tuple[str, ...]


class Flow(NamedTuple):
    """The path of a message. `id` is that of a TCP or TLS connection; 0: UDP, or connect when needed."""

    protocol: Transport
    local: tuple[str, int]
    remote: tuple[str, int]
    id: int = 0


def answers(asked: Flow, came: Flow) -> bool:
    """May a message on `came` be the response to a request on `asked`?

    Over UDP any port of the host is accepted: phones behind NAT, and some others, respond from another port
    than they listen on (RFC 3581 does not forbid it). Over TCP and TLS it has to be the same connection.
    """
    if asked.protocol != came.protocol:
        return False
    if asked.id:
        return asked.id == came.id
    return same_host(asked.remote[0], came.remote[0]) and (
        asked.protocol == "udp" or asked.remote[1] == came.remote[1]
    )


class Failure(Enum):
    """Why there is no final response to a request."""

    TIMEOUT = "timeout"
    TRANSPORT = "transport"


class State(Enum):
    """The state of a transaction (RFC 3261 figures 5 to 8, RFC 6026 for ACCEPTED)."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Timing:
    """Base values of all timers, seconds (RFC 3261 §17.1.1.1, table 4).

    `progress`: how often it is said again that a phone rings (§13.3.1.1): proxies give up on what has been
    silent for three minutes (timer C).
    """

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    d: float = 32.0
    trying: float = 0.2
    progress: float = 60.0

    @property
    def timeout(self) -> float:
        """64*T1: timers B, F, H, J, L, M."""
        return 64 * self.t1


class Layer:
    """What a transaction needs of its endpoint, which is one.

    No protocol: what is compiled looks up the members of a protocol by name each time.
    """

    def __init__(self, timing: Timing) -> None:
        self.timing, self.timers = timing, Timers()

    @abstractmethod
    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message."""

    @abstractmethod
    def forget(self, transaction: Transaction) -> None:
        """Remove the transaction: no more messages match it."""


class Transaction:
    """A transaction; messages are matched by `key`."""

    __slots__ = ("_layer", "flow", "key", "state")

    def __init__(self, layer: Layer, key: Key, flow: Flow, state: State) -> None:
        self._layer, self.key, self.flow, self.state = layer, key, flow, state

    @property
    def reliable(self) -> bool:
        """Is the transport reliable, so that no retransmission is needed?"""
        return self.flow.protocol != "udp"

    def terminate(self, now: float = 0.0) -> None:
        """End the transaction. Takes `now` so that it can be the callback of a timer."""
        if self.state is not State.TERMINATED:
            self.state = State.TERMINATED
            self._layer.forget(self)

    def _linger(self, state: State, delay: float, now: float) -> None:
        """Absorb retransmissions for this long in the state, then end (timers D, I, J, K, M)."""
        self.state = state
        if delay:
            self._layer.timers.start(delay, now, self.terminate, patient=True)
        else:
            self.terminate()
