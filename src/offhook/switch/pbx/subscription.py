"""A subscription to the dialogs of a terminal (RFC 6665, RFC 4235), kept up where the PBX has them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, ServerTransaction
from offhook.sip.message import Request, Response, SipParseError, make_response
from offhook.sip.timers import Timer
from offhook.sip.values import parse_params
from offhook.switch.b2bua.useragent import contact_of, dialog_from
from offhook.switch.pbx.account import Account
from offhook.switch.pbx.dialoginfo import DialogInfo, DialogInfoError, parse_dialog_info
from offhook.switch.upstream.servers import Server, Servers

logger = logging.getLogger(__name__)

EXPIRES_S = 600
"""What is asked for; the PBX decides."""

AGAIN_S = 30.0
"""When to try again after the subscription was lost, or no server answered."""

UNKNOWN_S = 1800.0
"""When to try again at a PBX that does not know the package or forbids it."""

PACKAGE = "dialog"
CONTENT = "application/dialog-info+xml"


Key = tuple[str, str]


class Subscription:
    """Of one account. `active`: the PBX reports; `problem` is the status with which it refuses to, else 0.

    The subscription is in `index` by Call-ID and our tag for as long as there is one.
    """

    def __init__(
        self,
        account: Account,
        endpoint: Endpoint,
        servers: Servers,
        index: dict[Key, Subscription],
        on_info: Callable[[DialogInfo], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._account, self._endpoint, self._servers = account, endpoint, servers
        self._index, self._on_info, self._on_lost = index, on_info, on_lost
        self._dialog: Dialog | None = None
        self._request: Request | None = None
        self._server: Server | None = None
        self._version = -1
        self._timer: Timer | None = None
        self._stopping = False
        self.problem = 0
        self.active = False

    @property
    def dialog(self) -> Dialog | None:
        """The subscription, once it is known at the PBX."""
        return self._dialog

    def subscribe(self, _now: float = 0.0) -> None:
        """Begin."""
        self._server = self._servers.current
        if self._stopping:
            return
        if self._server is None:
            self._later(AGAIN_S, self.subscribe)
            return
        self._dialog, self._version = None, -1
        request = self._account.request("SUBSCRIBE", self._account.user, self._server.flow)
        self._set_request(request)
        self._ask(request, EXPIRES_S)

    def flow_changed(self, now: float) -> None:
        """We are reached by another flow: have NOTIFYs sent there."""
        if self.active:
            self._refresh(now)

    def stop(self) -> None:
        """End it at the PBX as well."""
        self._stopping = True
        if self._timer is not None:
            self._timer.cancel()
        if self._dialog is not None:
            self._ask(self._dialog.request("SUBSCRIBE"), 0)

    def notified(self, transaction: ServerTransaction, request: Request) -> None:
        """Answer a NOTIFY and pass on its document."""
        if self._stopping and self._dialog is None:
            self._respond(transaction, 481)
            return
        if self._dialog is None and self._request is not None and self._server is not None:
            self._dialog = _dialog_of_notify(transaction, self._request)
        elif self._dialog is not None and (status := self._dialog.receive_request(request)):
            self._respond(transaction, status)
            return
        self._respond(transaction, 200)
        state, _, params = (request.headers.get("Subscription-State") or "").partition(";")
        if state.strip().lower() == "terminated":
            self._ended(params)
            return
        # How long it lasts may stand here as well as in the 200 (RFC 6665 §4.2.1.4): this one is the newer.
        self._refresh_before(_param(params, "expires"))
        if request.body:
            self._read(request.body)

    def _read(self, body: bytes) -> None:
        try:
            info = parse_dialog_info(body)
        except DialogInfoError as error:
            logger.warning("dialogs of %s: the PBX sent %s", self._account.id, error)
            return
        if not info.full and info.version != self._version + 1:
            # Something is missing: a refresh brings the whole again (RFC 4235 §3.4).
            self._refresh(0.0)
        self._version = info.version
        self._on_info(info)

    def _refresh(self, _now: float) -> None:
        if self._dialog is not None and self._server is not None and not self._stopping:
            self._dialog.contact = contact_of(self._server.flow, self._account.user)
            self._ask(self._dialog.request("SUBSCRIBE"), EXPIRES_S)

    def _ask(self, request: Request, expires: int) -> None:
        request.headers.set("Event", PACKAGE)
        request.headers.set("Accept", CONTENT)
        request.headers.set("Expires", str(expires))
        assert self._server is not None
        self._account.ask(request, self._server, self._answered)

    def _answered(self, response: Response | None, status: int) -> None:
        if self._stopping:
            return
        if response is None or status >= 300:
            self._refused(status)
            return
        self.problem, self.active = 0, True
        if self._dialog is None and self._request is not None and self._server is not None:
            self._dialog = dialog_from(self._request, response, self._server.flow)
        if self._dialog is not None:
            self._dialog.local_cseq = max(self._dialog.local_cseq, response.cseq)
            self._dialog.receive_response(response)
        granted = (response.headers.get("Expires") or "").strip()
        self._refresh_before(granted if _seconds(granted) else str(EXPIRES_S))

    def _refresh_before(self, expires: str) -> None:
        if self.active and (seconds := _seconds(expires)):
            self._later(max(seconds * 0.8, 1.0), self._refresh)

    def _refused(self, status: int) -> None:
        was_up = self._dialog is not None
        self._forget()
        if was_up or status in (408, 500, 503, 504):
            self._later(AGAIN_S if not was_up else 1.0, self.subscribe)
            return
        if status != self.problem:
            logger.info("the PBX does not tell of calls made by hand at %s: %d", self._account.id, status)
        self.problem = status
        self._later(UNKNOWN_S, self.subscribe)

    def _ended(self, params: str) -> None:
        self._forget()
        if self._stopping:
            return
        is_final = _param(params, "reason").lower() in ("rejected", "noresource")
        self._later(UNKNOWN_S if is_final else _seconds(_param(params, "retry-after")) or 1.0, self.subscribe)

    def _forget(self) -> None:
        self._dialog = None
        self._set_request(None)
        if self.active:
            self.active = False
            self._on_lost()

    def _set_request(self, request: Request | None) -> None:
        # A NOTIFY with its Call-ID and tag is ours, also one that overtakes the 200 (RFC 6665 §4.1.2.4).
        if self._request is not None:
            self._index.pop((self._request.call_id, self._request.from_tag), None)
        self._request = request
        if request is not None:
            self._index[request.call_id, request.from_tag] = self

    def _later(self, seconds: float, do: Callable[[float], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._endpoint.after(seconds, do)

    def _respond(self, transaction: ServerTransaction, status: int) -> None:
        self._endpoint.respond(transaction, make_response(transaction.request, status), self._endpoint.now)


def _dialog_of_notify(transaction: ServerTransaction, subscribe: Request) -> Dialog | None:
    """The dialog that a NOTIFY makes which comes before the 200 of its SUBSCRIBE."""
    try:
        dialog = Dialog.uas(transaction, subscribe.headers.get("Contact") or "")
    except SipParseError:
        return None
    dialog.local_cseq = subscribe.cseq
    return dialog


def _param(params: str, name: str) -> str:
    """A parameter of a Subscription-State; empty where there is none."""
    try:
        return (parse_params(f";{params}").get(name) or "").strip('" ')
    except SipParseError:
        return ""


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
