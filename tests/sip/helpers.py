"""Two endpoints connected in memory, a manual clock, and messages."""

from collections.abc import Callable

from offhook.sip.client import ClientTransaction
from offhook.sip.endpoint import Endpoint, Failure, Flow
from offhook.sip.headers import Headers
from offhook.sip.message import Request, Response, make_response, parse, serialize
from offhook.sip.server import ServerTransaction
from offhook.sip.transaction import Transport

NEAR, FAR = ("192.0.2.1", 5060), ("192.0.2.2", 5060)


def request(method: str = "INVITE", *, call_id: str = "c1", cseq: int = 1, to_tag: str = "") -> Request:
    """A request as a transaction user makes it: no Via."""
    headers = Headers()
    headers.set("From", "<sip:near@192.0.2.1>;tag=near")
    headers.set("To", "<sip:far@192.0.2.2>" + (f";tag={to_tag}" if to_tag else ""))
    headers.set("Call-ID", call_id)
    headers.set("CSeq", f"{cseq} {method}")
    headers.set("Contact", "<sip:near@192.0.2.1>")
    return Request(method, "sip:far@192.0.2.2", headers)


def received(method: str = "INVITE", *, branch: str = "z9hG4bK1", to_tag: str = "", via: str = "") -> bytes:
    """A request as it comes from the wire."""
    message = request(method, to_tag=to_tag)
    message.headers.set("Via", via or f"SIP/2.0/UDP 192.0.2.2:5060;branch={branch};rport")
    return serialize(message)


class Node:
    """An endpoint that records all callbacks."""

    def __init__(self, protocol: Transport = "udp") -> None:
        self.endpoint = Endpoint()
        self.flow = Flow(protocol, NEAR, FAR, 0 if protocol == "udp" else 1)
        self.now = 0.0
        self.requests: list[tuple[ServerTransaction, Request]] = []
        self.responses: list[Response] = []
        self.failures: list[Failure] = []
        self.acks: list[Request] = []
        self.cancelled: list[ServerTransaction] = []
        self.ack_timeouts: list[ServerTransaction] = []
        self.endpoint.on_request = lambda tx, request, flow, now: self.requests.append((tx, request))
        self.endpoint.on_ack = lambda ack, flow, now: self.acks.append(ack)
        self.endpoint.on_cancel = lambda tx, now: self.cancelled.append(tx)
        self.endpoint.on_ack_timeout = lambda tx, now: self.ack_timeouts.append(tx)

    def send(self, message: Request) -> ClientTransaction:
        return self.endpoint.request(
            message, self.flow, self.now, self.responses.append, self.failures.append
        )

    def receive(self, data: bytes) -> None:
        self.endpoint.receive(data, self.flow, self.now)

    def answer(self, status: int, transaction: ServerTransaction | None = None) -> None:
        """Respond to the newest request."""
        transaction = transaction or self.requests[-1][0]
        self.endpoint.respond(transaction, make_response(transaction.request, status), self.now)

    def reply(self, transaction: ClientTransaction, status: int, to_tag: str = "far") -> None:
        """The peer's response to a request of ours."""
        self.receive(serialize(make_response(transaction.request, status, to_tag=to_tag)))

    def sent(self) -> list[str]:
        """First words of what has gone out since the last look: method or status."""
        messages = [parse(data) for _, data in self.endpoint.outbox]
        self.endpoint.outbox.clear()
        return [m.method if isinstance(m, Request) else str(m.status) for m in messages]

    def not_sent(self) -> None:
        """None of what is to go out can be sent."""
        outbox = self.endpoint.outbox.copy()
        self.endpoint.outbox.clear()
        for flow, data in outbox:
            self.endpoint.not_sent(flow, data, self.now)

    def run(self, until: float) -> list[tuple[float, str]]:
        """Advance the clock; returns what was sent and when (to the millisecond)."""
        log: list[tuple[float, str]] = []
        while (due := self.endpoint.timers.latest) <= until:
            self.now = max(self.now, due)
            self.endpoint.tick(self.now)
            log += [(round(self.now, 3), what) for what in self.sent()]
        self.now = until
        return log


class Link:
    """Two endpoints and the packets between them; `lose` says which get lost."""

    def __init__(self, near: Node, far: Node, lose: Callable[[int], bool]) -> None:
        self.near, self.far, self._lose = near, far, lose
        self.packets = 0

    def run(self, until: float) -> None:
        """Carry packets and let time go by until then."""
        while True:
            if self._carry(self.near, self.far) | self._carry(self.far, self.near):
                continue
            due = min(self.near.endpoint.timers.latest, self.far.endpoint.timers.latest)
            if due >= until:
                break
            for node in (self.near, self.far):
                node.now = max(node.now, due)
                if node.endpoint.timers.latest <= node.now:
                    node.endpoint.tick(node.now)
        self.near.now = self.far.now = until

    def _carry(self, source: Node, target: Node) -> bool:
        batch = source.endpoint.outbox.copy()
        source.endpoint.outbox.clear()
        for flow, data in batch:
            self.packets += 1
            if not self._lose(self.packets):
                target.endpoint.receive(data, Flow(flow.protocol, flow.remote, flow.local), target.now)
        return bool(batch)
