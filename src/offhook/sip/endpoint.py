"""The transaction layer of one node, sans-IO: bytes in by `receive`, bytes out by `outbox`, time by `tick`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple

from offhook.sip.message import Request, Response


class Flow(NamedTuple):
    """How a message came or is to go. `id` names a TCP/TLS connection; 0: UDP, or connect when needed."""

    protocol: Literal["udp", "tcp", "tls"]
    local: tuple[str, int]
    remote: tuple[str, int]
    id: int = 0


class Failure(Enum):
    """Why a request got no final response."""

    TIMEOUT = "timeout"
    TRANSPORT = "transport"


@dataclass(frozen=True, slots=True)
class Timing:
    """Base values of all timers, seconds (RFC 3261 §17.1.1.1)."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0
    d: float = 32.0


class ClientTransaction:
    """A request on its way. `request` is as it was sent."""

    request: Request
    flow: Flow

    def cancel(self, now: float) -> None:
        """INVITE: send CANCEL as soon as a provisional response is there (RFC 3261 §9.1).

        The final response (487 as a rule, 2xx when they cross) still comes to `on_response`.
        """
        raise NotImplementedError


class ServerTransaction:
    """A request to be answered with `Endpoint.respond`. `local_tag` is the To tag of every answer."""

    request: Request
    flow: Flow
    local_tag: str
    final: bool  # a final response was given


class Endpoint:
    """Set the four callbacks after construction (or derive); each is called synchronously inside receive/tick."""

    on_request: Callable[[ServerTransaction, Request, Flow, float], None]
    on_ack: Callable[[Request, Flow, float], None]
    on_cancel: Callable[[ServerTransaction, float], None]
    on_ack_timeout: Callable[[ServerTransaction, float], None]
    outbox: list[tuple[Flow, bytes]]

    def __init__(self, timing: Timing | None = None) -> None:
        raise NotImplementedError

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """One whole message. Never raises for what a peer sent."""
        raise NotImplementedError

    def tick(self, now: float) -> None:
        """Fire every timer that is due."""
        raise NotImplementedError

    def next_timer(self) -> float | None:
        """When `tick` is wanted next."""
        raise NotImplementedError

    def flow_failed(self, flow: Flow, now: float) -> None:
        """The shell could not send, or the connection is gone: TRANSPORT for every unfinished request on it."""
        raise NotImplementedError

    def request(
        self,
        request: Request,
        flow: Flow,
        now: float,
        on_response: Callable[[Response], None],
        on_failure: Callable[[Failure], None],
    ) -> ClientTransaction:
        """Send a request in a new transaction; puts Via (branch, rport) and Max-Forwards on it.

        `on_response` is called for each provisional and the final response; for INVITE once per 2xx To tag
        (a fork), never for a retransmission. Never calls back before it returns.
        """
        raise NotImplementedError

    def ack(self, invite: ClientTransaction, ack: Request, flow: Flow, now: float) -> None:
        """Send the ACK of a 2xx (from `Dialog.ack`) and keep it: a retransmitted 2xx is re-ACKed with it."""
        raise NotImplementedError

    def respond(self, transaction: ServerTransaction, response: Response, now: float) -> None:
        """Answer. Puts in the To tag. An INVITE's 2xx is repeated until its ACK, else `on_ack_timeout`.

        A response after the final one is ignored.
        """
        raise NotImplementedError
