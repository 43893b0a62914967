"""A dialog (RFC 3261 §12): the state at one side. Sans-IO, without transactions."""

from __future__ import annotations

from typing import Final, NamedTuple

from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.headers import Headers
from offhook.sip.message import NameAddr, Request, Response, SipParseError, Uri, tagged

REFRESHING: Final = frozenset({"INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"})
"""Methods whose Contact is a new remote target (§12.2, RFC 6665 §4.4.2)."""


NUMBERS_LATER = 1000
"""How far our CSeq jumps when a dialog is gone on with: requests that were sent after its state was kept have
numbers that nobody knows any more. A gap is no error (§12.2.2)."""

JUMPS = 8
"""How often it jumps once more: who went on with it before may have been stopped before that was kept."""


class DialogState(NamedTuple):
    """The attributes of an established `Dialog`, but for the flow."""

    call_id: str
    local: str
    local_tag: str
    remote: str
    remote_tag: str
    remote_target: str
    contact: str
    local_cseq: int
    remote_cseq: int
    route_set: tuple[str, ...]


class Dialog:
    """One side of a dialog.

    `local` and `remote` are the From and To values of our requests, tags included; `contact` is our Contact
    value; `remote_target` a URI; `remote_cseq` -1 until the peer has sent a request. Attributes may be set
    (a B2BUA puts in another name, or the `flow` a phone has moved to).
    """

    __slots__ = (
        "_jumps",
        "_routed",
        "call_id",
        "contact",
        "flow",
        "local",
        "local_cseq",
        "local_tag",
        "remote",
        "remote_cseq",
        "remote_tag",
        "remote_target",
        "route_set",
    )

    def __init__(
        self,
        call_id: str,
        local: str,
        local_tag: str,
        remote: str,
        remote_tag: str,
        remote_target: str,
        contact: str,
        flow: Flow,
    ) -> None:
        self.call_id = call_id
        self.local, self.local_tag = local, local_tag
        self.remote, self.remote_tag = remote, remote_tag
        self.remote_target, self.contact, self.flow = remote_target, contact, flow
        self.local_cseq = 0
        self.remote_cseq = -1
        self.route_set: list[str] = []
        self._routed = False
        self._jumps = 0

    @classmethod
    def uac(cls, invite: Request, response: Response, flow: Flow) -> Dialog:
        """From our INVITE and a 101..299 response with a To tag (§12.1.2). Raises `SipParseError`."""
        target = response.contact_uri
        dialog = cls(
            invite.call_id,
            invite.headers.get("From") or "",
            invite.from_tag,
            response.headers.get("To") or "",
            response.to_tag,
            invite.uri if target is None else target,
            invite.headers.get("Contact") or "",
            flow,
        )
        dialog.local_cseq = invite.cseq
        dialog._learn_routes(response)
        return dialog

    @classmethod
    def uas(cls, transaction: ServerTransaction, contact: str) -> Dialog:
        """From an INVITE received; its local tag is the transaction's (§12.1.1). Raises `SipParseError`."""
        invite = transaction.request
        target = invite.contact_uri
        if target is None:
            raise SipParseError("No Contact")
        local = invite.headers.get("To") or ""
        dialog = cls(
            invite.call_id,
            local if invite.to_tag else tagged(local, transaction.local_tag),
            transaction.local_tag,
            invite.headers.get("From") or "",
            invite.from_tag,
            target,
            contact,
            transaction.flow,
        )
        dialog.remote_cseq = invite.cseq
        dialog.route_set = invite.headers.all("Record-Route")
        dialog._routed = True
        return dialog

    @property
    def state(self) -> DialogState:
        """What another run of the program needs to go on with an established dialog."""
        return DialogState(
            *(self.call_id, self.local, self.local_tag, self.remote, self.remote_tag),
            *(self.remote_target, self.contact, self.local_cseq, self.remote_cseq, tuple(self.route_set)),
        )

    @classmethod
    def restore(cls, state: DialogState, flow: Flow) -> Dialog:
        """Go on with a dialog of an earlier run. Its requests have numbers that it can not have come to."""
        dialog = cls(*state[:7], flow)
        dialog.local_cseq, dialog.remote_cseq = state.local_cseq + NUMBERS_LATER, state.remote_cseq
        dialog.route_set, dialog._routed = list(state.route_set), True
        dialog._jumps = JUMPS
        return dialog

    @property
    def key(self) -> tuple[str, str, str]:
        """(Call-ID, local tag, remote tag)."""
        return (self.call_id, self.local_tag, self.remote_tag)

    def jumps(self, response: Response) -> bool:
        """Is the number of our request refused as too low, in a dialog that is gone on with? Then it jumps.

        That is 500 (§12.2.2); with a Retry-After it is for another INVITE that is still open (§14.2).
        """
        if response.status != 500 or "Retry-After" in response.headers or not self._jumps:
            return False
        self._jumps -= 1
        self.local_cseq += NUMBERS_LATER
        return True

    def request(self, method: str, body: bytes = b"", content_type: str = "application/sdp") -> Request:
        """A new request within the dialog, with the next CSeq (§12.2.1.1). Content-Type only with a body."""
        self.local_cseq += 1
        request = self._build(method, self.local_cseq, body, content_type)
        if method in REFRESHING and self.contact:
            request.headers.set("Contact", self.contact)
        return request

    def ack(self, cseq: int, body: bytes = b"", content_type: str = "application/sdp") -> Request:
        """The ACK of the 2xx to our INVITE with this CSeq number (§13.2.2.4)."""
        return self._build("ACK", cseq, body, content_type)

    def receive_request(self, request: Request) -> int:
        """Check and store the CSeq (§12.2.2): 0 if it is right, otherwise the status of the error response.

        500 for a number that is not higher than the last, 400 for an invalid Contact. Updates the remote
        target.
        """
        if request.method != "ACK":
            if request.cseq <= self.remote_cseq:
                return 500
            self.remote_cseq = request.cseq
        return self._refresh(request) if request.method in REFRESHING else 0

    def receive_response(self, response: Response) -> None:
        """For a 2xx to our INVITE or UPDATE: update the remote target, and at the first 2xx the route set."""
        if 200 <= response.status < 300 and response.cseq_method in REFRESHING:
            self._refresh(response)
            if not self._routed:
                self._learn_routes(response)

    def _refresh(self, message: Request | Response) -> int:
        try:
            target = message.contact_uri
        except SipParseError:
            return 400
        if target is not None:
            self.remote_target = target
        return 0

    def _learn_routes(self, response: Response) -> None:
        # The route set of the early dialog is replaced once by that of the 2xx (§13.2.2.4).
        self.route_set = response.headers.all("Record-Route")[::-1]
        self._routed = response.status >= 200

    def _build(self, method: str, cseq: int, body: bytes, content_type: str) -> Request:
        uri, routes = self._route()
        headers = Headers(
            {
                "via": "",  # its place: it is written when the request is sent
                "max-forwards": "70",
                "from": self.local,
                "to": self.remote,
                "call-id": self.call_id,
                "cseq": f"{cseq} {method}",
            }
        )
        if routes:
            headers.set("Route", routes)
        if body:
            headers.set("Content-Type", content_type)
        request = Request(method, uri, headers, body)
        request.known(cseq, method, self.local_tag, self.remote_tag)
        return request

    def _route(self) -> tuple[str, list[str]]:
        """Request-URI and Route values (§12.2.1.1): a first hop without `lr` is a strict router."""
        if not self.route_set:
            return self.remote_target, []
        try:
            first = NameAddr.parse(self.route_set[0]).uri
        except SipParseError:
            return self.remote_target, self.route_set
        if "lr" in first.params:
            return self.remote_target, list(self.route_set)
        return str(Uri(first.scheme, first.user, first.host, first.port, first.params)), [
            *self.route_set[1:],
            f"<{self.remote_target}>",
        ]


def dialog_key(message: Request | Response) -> tuple[str, str, str]:
    """The `Dialog.key` of a *received* message: in a request To is ours, in a response From."""
    if isinstance(message, Request):
        return (message.call_id, message.to_tag, message.from_tag)
    return (message.call_id, message.from_tag, message.to_tag)
