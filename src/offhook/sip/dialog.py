"""A dialog (RFC 3261 §12): what one side knows of it. Sans-IO, no transactions inside."""

from __future__ import annotations

from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, Response


class Dialog:
    """One side of a dialog."""

    call_id: str
    local_tag: str
    remote_tag: str
    local: str  # From value of our requests, with tag
    remote: str  # To value of our requests, with tag
    local_cseq: int
    remote_cseq: int  # -1: none seen yet
    remote_target: str  # URI
    route_set: list[str]
    contact: str  # our Contact value
    flow: Flow

    @classmethod
    def uac(cls, invite: Request, response: Response, flow: Flow) -> Dialog:
        """From our INVITE and a 101..299 response with a To tag (§12.1.2)."""
        raise NotImplementedError

    @classmethod
    def uas(cls, transaction: ServerTransaction, contact: str) -> Dialog:
        """From an INVITE received; its local tag is that of the transaction (§12.1.1). Raises `SipParseError`."""
        raise NotImplementedError

    @property
    def key(self) -> tuple[str, str, str]:
        """(Call-ID, local tag, remote tag)."""
        raise NotImplementedError

    def request(self, method: str, body: bytes = b"", content_type: str = "application/sdp") -> Request:
        """A new request inside the dialog; CSeq goes up (§12.2.1.1). Content-Type only with a body."""
        raise NotImplementedError

    def ack(self, cseq: int, body: bytes = b"", content_type: str = "application/sdp") -> Request:
        """The ACK of the 2xx to our INVITE with this CSeq number (§13.2.2.4)."""
        raise NotImplementedError

    def receive_request(self, request: Request) -> int:
        """Check and take the CSeq (§12.2.2): 0 when good, else the status to refuse it with (500).

        Takes over a new remote target of INVITE and UPDATE.
        """
        raise NotImplementedError

    def receive_response(self, response: Response) -> None:
        """2xx to our INVITE or UPDATE: take over the remote target (and the route set of the first 2xx)."""
        raise NotImplementedError


def dialog_key(message: Request | Response) -> tuple[str, str, str]:
    """The `Dialog.key` that a message *received* belongs to (a request: To tag is ours; a response: From tag)."""
    raise NotImplementedError
