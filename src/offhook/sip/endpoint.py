"""The transaction layer, sans-IO: bytes in by `receive`, out by `outbox`, time by `tick`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from offhook.common.network import host_port, same_host
from offhook.common.tally import Tally
from offhook.sip.body import keep_description
from offhook.sip.client import ClientTransaction, InviteClient, NonInviteClient, sibling
from offhook.sip.largerequests import MAX_DATAGRAM, SILENT_S, LargeRequests
from offhook.sip.message import (
    Request,
    Response,
    SipParseError,
    Via,
    add_to_tag,
    make_response,
    parse,
    serialize,
)
from offhook.sip.server import InviteServer, NonInviteServer, ServerTransaction
from offhook.sip.timers import Timer
from offhook.sip.tokens import new_token
from offhook.sip.transaction import Failure, Flow, Key, Layer, State, Timing, Transaction, Transport, answers

__all__ = [
    "ClientTransaction",
    "Endpoint",
    "Failure",
    "Flow",
    "InviteServer",
    "ServerTransaction",
    "State",
    "Timing",
]

logger = logging.getLogger(__name__)

MAX_SERVER_TRANSACTIONS = 200_000
"""Server transactions at a time; further requests get 503. Each lives 32 s: 6,000 a second, some 0.5 GiB."""

COOKIE: Final = "z9hG4bK"
"""The magic cookie: a branch that begins with it is unique (RFC 3261 §8.1.1.7)."""

OVERLOADED_RETRY_S = 10
"""The Retry-After of that 503."""


class Endpoint(Layer):
    """Matches messages to transactions and repeats what is lost.

    The `on_...` attributes are the transaction user's; set them before the first `receive`. They are called
    synchronously inside `receive` and `tick`, and may call back into the endpoint. `now` is the last time
    that was handed in.
    """

    def __init__(self, timing: Timing | None = None) -> None:
        super().__init__(timing or Timing())
        self.outbox: list[tuple[Flow, bytes]] = []
        self.now = 0.0
        self.on_request: Callable[[ServerTransaction, Request, Flow, float], None] = self._not_implemented
        self.on_ack: Callable[[Request, Flow, float], None] = lambda ack, flow, now: None
        self.on_cancel: Callable[[ServerTransaction, float], None] = lambda invite, now: None
        self.is_peer: Callable[[Flow, Flow], bool] = answers
        """May a message on the second flow be the response to one on the first?"""
        self.takes_ack: Callable[[ServerTransaction, Request, Flow], bool] = _from_the_same_host
        """Is the ACK of a 2xx accepted from this flow? An ACK cannot be challenged (§22.1)."""
        self.on_ack_timeout: Callable[[ServerTransaction, float], None] = lambda invite, now: None
        self.large: LargeRequests | None = None
        """What goes by TCP instead of UDP; None: nothing does."""
        self._clients: dict[Key, ClientTransaction] = {}
        self._servers: dict[Key, ServerTransaction] = {}
        self._unacked: dict[tuple[str, str, int], InviteServer] = {}
        self._by_flow: dict[Flow, set[ClientTransaction]] = {}
        self.strangers = Tally(logger.info, lambda seconds, do: self.after(seconds, lambda _now: do()))

    # What the shell calls

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """Handle a complete message. Never raises because of its content."""
        self.now = now
        try:
            message = parse(data)
        except SipParseError as error:
            self._refuse(error, flow)
            return
        keep_description(message)
        if isinstance(message, Response):
            self._response(message, flow, now)
        else:
            self._request(message, flow, now)

    def tick(self, now: float) -> None:
        """Fire every timer that is due. Has to be called at `timers.latest` at the latest."""
        self.now = now
        self.timers.run(now)

    def not_sent(self, flow: Flow, data: bytes, now: float) -> None:
        """This datagram could not be sent: no route to its peer, or a firewall (`ClientTransaction`)."""
        self.now = now
        for transaction in list(self._by_flow.get(flow, ())):
            transaction.not_sent(data)

    def flow_failed(self, flow: Flow, now: float) -> None:
        """The connection is gone, or could not be opened:
        `Failure.TRANSPORT` for each unfinished request on it."""
        self.now = now
        for transaction in list(self._by_flow.get(flow, ())):
            if not self._falls_back(transaction, now):
                transaction.fail(Failure.TRANSPORT)

    # What the transaction user calls

    def request(
        self,
        request: Request,
        flow: Flow,
        now: float,
        on_response: Callable[[Response], None],
        on_failure: Callable[[Failure], None],
    ) -> ClientTransaction:
        """Send a request in a new transaction; adds Via (branch, rport) and Max-Forwards.

        `on_response` is called for each provisional and the final response; for INVITE once for each To tag
        of a 2xx (forking), never for a retransmission. There is no callback before this returns.
        """
        self.now = now
        branch = self._via(request, flow)
        if "Max-Forwards" not in request.headers:
            request.headers.set("Max-Forwards", "70")
        key = (branch, request.method)
        transaction: ClientTransaction
        if request.method == "INVITE":
            transaction = InviteClient(self, key, flow, request, on_response, on_failure, self._send_cancel)
        else:
            transaction = NonInviteClient(self, key, flow, request, on_response, on_failure)
        if transaction.size > MAX_DATAGRAM and self.large is not None:
            self._make_reliable(transaction, self.large, now)
        self._add(transaction, now)
        return transaction

    def cancel_again(
        self,
        invite: Request,
        flow: Flow,
        now: float,
        on_response: Callable[[Response], None],
        on_failure: Callable[[Failure], None],
    ) -> ClientTransaction:
        """Repeat the CANCEL of an INVITE that was not answered in time, on this flow; `invite` as it went.

        A new transaction handles late responses to the INVITE; it ends like a cancelled one.
        """
        self.now = now
        key = (invite.branch, "INVITE")
        again = InviteClient(self, key, flow, invite, on_response, on_failure, self._send_cancel)
        self._keep(again)
        again.cancel_again(now)
        return again

    def take_up(self, invite: Request, flow: Flow, tag: str) -> ServerTransaction:
        """Go on with an INVITE that came to an earlier run of the program, whose responses had this To tag:
        it is to be answered, and its repetitions, its ACK and its CANCEL find it."""
        key = _server_key(invite, flow)
        transaction = InviteServer(
            self, key, flow, _note_source(invite, flow), invite, tag, self._ack_timeout
        )
        self._servers[key] = transaction
        return transaction

    def withdraw(self, invite: ServerTransaction, now: float) -> None:
        """As a CANCEL of the INVITE does: where who has sent it is gone, and it is not answered yet."""
        self.on_cancel(invite, now)
        self.respond(invite, make_response(invite.request, 487), now)

    def ack(self, invite: ClientTransaction | None, ack: Request, flow: Flow, now: float) -> None:
        """Send the ACK of a 2xx (from `Dialog.ack`) and keep it for retransmissions of the 2xx. None: the
        INVITE's transaction is over, or was of an earlier run of the program."""
        self.now = now
        self._via(ack, flow)
        if "Max-Forwards" not in ack.headers:
            ack.headers.set("Max-Forwards", "70")
        data = serialize(ack)
        self.send(flow, data)
        if isinstance(invite, InviteClient):
            invite.keep_ack(ack.to_tag, flow, data)

    def give_up(self, request: Request | Response) -> None:
        """A request of ours is not sent after all: `Failure.TRANSPORT`."""
        if isinstance(request, Request):
            transaction = self._clients.get((request.branch, request.method))
            if transaction is not None:
                transaction.fail(Failure.TRANSPORT)

    def respond(self, transaction: ServerTransaction, response: Response, now: float) -> None:
        """Send a response, with the To tag added. The 2xx of an INVITE is repeated until the ACK, or
        `on_ack_timeout` is called.

        A response after the final one is ignored.
        """
        self.now = now
        if transaction.final:
            return
        add_to_tag(response, transaction.local_tag)
        if isinstance(transaction, InviteServer) and 200 <= response.status < 300:
            self._unacked[_ack_key(transaction)] = transaction
        transaction.respond(response.status, serialize(response), now)

    def after(self, delay: float, fire: Callable[[float], None]) -> Timer:
        """Call `fire(now)` in `delay` seconds from `now`: a timer of the transaction user."""
        return self.timers.start(delay, self.now, fire)

    # What the transactions call

    def send(self, flow: Flow, data: bytes) -> None:
        """Put a message into the outbox."""
        self.outbox.append((flow, data))

    def forget(self, transaction: Transaction) -> None:
        """A transaction is over."""
        if isinstance(transaction, ClientTransaction):
            self._clients.pop(transaction.key, None)
            self._leave_flow(transaction)
        else:
            self._servers.pop(transaction.key, None)
            if (
                isinstance(transaction, InviteServer)
                and self._unacked.get(_ack_key(transaction)) is transaction
            ):
                del self._unacked[_ack_key(transaction)]

    # Out

    def _via(self, request: Request, flow: Flow) -> str:
        branch = COOKIE + new_token()
        request.headers.set_top("Via", f"{_sent_by(flow.protocol, flow.local)};branch={branch};rport")
        return branch

    def _make_reliable(self, transaction: ClientTransaction, large: LargeRequests, now: float) -> None:
        """Let a large request go by TCP, and by UDP after all if nothing comes of that."""
        stream = large.stream(transaction.flow, now)
        if stream is not None:
            _carry_by(stream, transaction)
            self.after(SILENT_S, lambda later: self._unheard_by_tcp(transaction, later))

    def _unheard_by_tcp(self, transaction: ClientTransaction, now: float) -> None:
        self._falls_back(transaction, now)

    def _falls_back(self, transaction: ClientTransaction, now: float) -> bool:
        """Send a request by UDP that has gone by TCP for its size; False if it has not, or was heard."""
        large, stream = self.large, transaction.flow
        flow = None if large is None else large.datagram(stream)
        if large is None or flow is None or not transaction.unheard:
            return False
        large.failed(stream, now)
        self._leave_flow(transaction)
        _carry_by(flow, transaction)
        self._add(transaction, now)
        return True

    def _add(self, transaction: ClientTransaction, now: float) -> None:
        self._keep(transaction)
        transaction.start(now)

    def _keep(self, transaction: ClientTransaction) -> None:
        self._clients[transaction.key] = transaction
        self._by_flow.setdefault(transaction.flow, set()).add(transaction)

    def _leave_flow(self, transaction: ClientTransaction) -> None:
        on_flow = self._by_flow.get(transaction.flow)
        if on_flow is not None:
            on_flow.discard(transaction)
            if not on_flow:
                del self._by_flow[transaction.flow]

    def _send_cancel(self, invite: InviteClient, now: float) -> None:
        # The result of the CANCEL does not matter, only the final response or timeout of the INVITE.
        request = sibling(invite.request, "CANCEL")
        if invite.reason:
            request.headers.set("Reason", invite.reason)

        def answered(response: Response) -> None:
            if response.status >= 200:
                invite.cancel_answered()

        self._add(
            NonInviteClient(
                self,
                (invite.key[0], "CANCEL"),
                invite.flow,
                request,
                answered,
                lambda failure: None,
            ),
            now,
        )

    # In

    def _response(self, response: Response, flow: Flow, now: float) -> None:
        transaction = self._clients.get((response.branch, response.cseq_method))
        # Two Via values: not for us (§8.1.3.3). No transaction: late, or unsolicited.
        if transaction is None or response.headers.count("Via") > 1:
            logger.debug("response %d matches no transaction", response.status)
            return
        if not (_fits(response, transaction.request) and self.is_peer(transaction.flow, flow)):
            self.strangers.note(
                f"an answer to a request to {transaction.flow.remote[0]} that does not fit, passed over",
                flow.remote[0],
            )
            return
        transaction.receive(response, now)
        if not transaction.waiting:
            self._leave_flow(transaction)

    def _request(self, request: Request, flow: Flow, now: float) -> None:
        key = _server_key(request, flow)
        method = request.method
        known = self._servers.get(key)
        if method == "ACK":
            self._ack_received(request, known, flow, now)
            return
        if known is not None:
            known.repeated()
            return
        reply_flow = _note_source(request, flow)
        if len(self._servers) >= MAX_SERVER_TRANSACTIONS:
            refusal = make_response(request, 503, to_tag=new_token())
            refusal.headers.set("Retry-After", str(OVERLOADED_RETRY_S))
            self.send(reply_flow, serialize(refusal))
        elif method == "CANCEL":
            self._cancel_received(request, key, flow, reply_flow, now)
        elif method == "INVITE":
            tag = request.to_tag or new_token()
            invite = InviteServer(self, key, flow, reply_flow, request, tag, self._ack_timeout)
            self._servers[key] = invite
            invite.start(now)
            self.on_request(invite, request, flow, now)
        else:
            tag = request.to_tag or new_token()
            transaction = NonInviteServer(self, key, flow, reply_flow, request, tag)
            self._servers[key] = transaction
            self.on_request(transaction, request, flow, now)

    def _ack_received(self, ack: Request, known: ServerTransaction | None, flow: Flow, now: float) -> None:
        if isinstance(known, InviteServer) and known.state is not State.ACCEPTED:
            known.ack(now)
            return
        invite = self._unacked.get((ack.call_id, ack.to_tag, ack.cseq))
        if invite is not None and self.takes_ack(invite, ack, flow):
            del self._unacked[_ack_key(invite)]
            invite.ack(now)
            self.on_ack(ack, flow, now)

    def _cancel_received(self, cancel: Request, key: Key, flow: Flow, reply_flow: Flow, now: float) -> None:
        invite = self._servers.get((*key[:-1], "INVITE"))
        found = isinstance(invite, InviteServer)
        tag = invite.local_tag if invite is not None else new_token()
        transaction = NonInviteServer(self, key, flow, reply_flow, cancel, tag)
        transaction.doubtful = not found
        self._servers[key] = transaction
        self.respond(transaction, make_response(cancel, 200 if found else 481), now)
        if isinstance(invite, InviteServer) and not invite.final:
            invite.cancel_reason = cancel.headers.all("Reason")
            self.withdraw(invite, now)

    def _ack_timeout(self, invite: ServerTransaction, now: float) -> None:
        self.on_ack_timeout(invite, now)

    def _refuse(self, error: SipParseError, flow: Flow) -> None:
        request = error.request
        self.strangers.note(error.reason, flow.remote[0])
        if isinstance(request, Request):
            reply_flow = _note_source(request, flow)
            response = make_response(request, error.status, error.reason, to_tag=new_token())
            self.send(reply_flow, serialize(response))

    def _not_implemented(
        self, transaction: ServerTransaction, request: Request, flow: Flow, now: float
    ) -> None:
        self.respond(transaction, make_response(request, 501), now)


def _carry_by(flow: Flow, transaction: ClientTransaction) -> None:
    request, branch = transaction.request, transaction.key[0]
    request.headers.set_first("Via", f"{_sent_by(flow.protocol, flow.local)};branch={branch};rport")
    request.forget_via()
    transaction.carry_by(flow)


@lru_cache(maxsize=64)
def _sent_by(protocol: Transport, local: tuple[str, int]) -> str:
    """The beginning of our Via; cached, as there are few local addresses."""
    return f"SIP/2.0/{protocol.upper()} {host_port(*local)}"


def _fits(response: Response, request: Request) -> bool:
    """Does it have the copied headers of the request (§8.2.6.2)? Only the To tag is chosen by the peer."""
    return (
        response.call_id == request.call_id
        and response.cseq == request.cseq
        and response.from_tag == request.from_tag
        and (not request.to_tag or response.to_tag == request.to_tag)
    )


def _from_the_same_host(invite: ServerTransaction, _ack: Request, flow: Flow) -> bool:
    return same_host(invite.flow.remote[0], flow.remote[0])


def _server_key(request: Request, flow: Flow) -> Key:
    """The key for matching a request (RFC 3261 §17.2.3); ACK and CANCEL match their INVITE.

    It contains the source host: somebody who knows the branch of another (from a trace, or because a phone
    counts them up) can neither cancel that call nor prevent it.

    Without a unique branch (RFC 2543, or badbranch of RFC 4475) ids and Via are used instead.
    """
    via = request.via
    method = "INVITE" if request.method == "ACK" else request.method
    sent_by = f"{via.host.lower()}:{via.port or 5060}"
    branch = via.branch
    if branch[:7].lower() == "z9hg4bk" and len(branch) > 7:
        return (branch, sent_by, flow.remote[0], method)
    return (branch, sent_by, flow.remote[0], request.call_id, request.from_tag, str(request.cseq), method)


def _note_source(request: Request, flow: Flow) -> Flow:
    """Write the source into the topmost Via; returns the flow for responses (§18.2, RFC 3581).

    Without rport a response over UDP goes to the port in Via, not to the source port: such phones may send
    from one port and listen on another.
    """
    via = request.via
    ip, port = flow.remote
    wants_port = "rport" in via.params
    if wants_port or via.host.strip("[]") != ip:
        written = request.headers.first("via") or ""
        if written.endswith(";rport") and "received" not in via.params:  # as most phones write it
            told = f"{written}={port};received={ip}"
        else:
            params = {**via.params, "received": ip}
            if wants_port:
                params["rport"] = str(port)
            told = str(Via(via.transport, via.host, via.port, params))
        request.headers.set_first("Via", told)
        request.forget_via()
    if flow.protocol == "udp" and not wants_port:
        return flow._replace(remote=(ip, via.port or 5060))
    return flow


def _ack_key(invite: InviteServer) -> tuple[str, str, int]:
    return (invite.request.call_id, invite.local_tag, invite.request.cseq)
