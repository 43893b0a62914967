"""A phone with keys that show whether colleagues speak (BLF)."""

from __future__ import annotations

import secrets

from offhook.config import GroupSettings
from offhook.demo.phone import Phone
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.headers import Headers
from offhook.sip.message import Request, Response, make_response
from offhook.switch.pbx.dialoginfo import parse_dialog_info
from tests.waiting import until

SALES = GroupSettings("sales", ("4000", "4001"), watch=("4002",))


class Keys:
    """A phone with keys. `told` are the states that it was told, `lasting` for how long it is told.

    While it `hesitates` it answers nothing that it is told.
    """

    def __init__(self, phone: Phone) -> None:
        self.phone, self.status, self.hesitates = phone, 200, False
        self._unanswered: list[tuple[ServerTransaction, Response]] = []
        self.told: list[tuple[str, str]] = []
        self.lasting: list[str] = []
        self.versions: list[int] = []
        self.dialog: Dialog | None = None
        self._in_dialog = phone._in_dialog
        phone._in_dialog = self._heard  # type: ignore[method-assign]

    def _heard(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        if request.method != "NOTIFY" or dialog_key(request) in self.phone._dialogs:
            self._in_dialog(transaction, request, now)
            return
        info = parse_dialog_info(request.body)
        assert info.full and request.headers.get("Content-Type") == "application/dialog-info+xml"
        (dialog,) = info.dialogs
        assert (dialog.remote, dialog.remote_name, dialog.local_name) == ("", "", "")
        self.told.append((dialog.id, dialog.state))
        self.versions.append(info.version)
        self.lasting.append(request.headers.get("Subscription-State") or "")
        assert request.headers.get("Event") == "dialog;id=7"
        response = make_response(request, self.status)
        if self.hesitates:
            self._unanswered.append((transaction, response))
        elif self.status:
            self.phone.endpoint.respond(transaction, response, now)

    def answers(self) -> None:
        """Answer what it has not answered yet, and from now on at once."""
        self.hesitates = False
        for transaction, response in self._unanswered:
            self.phone.endpoint.respond(transaction, response, self.phone.transport.now())
        self._unanswered.clear()
        self.phone.transport.flush()

    async def watch(self, watched: str = "4001", /, **headers: str | None) -> Response:
        """Subscribe anew."""
        phone, uri = self.phone, self.phone._uri_of(watched)
        request = Request("SUBSCRIBE", uri, Headers())
        request.headers.set("From", f"<{phone._uri}>;tag={secrets.token_hex(8)}")
        request.headers.set("To", f"<{uri}>")
        request.headers.set("Call-ID", secrets.token_hex(12))
        request.headers.set("CSeq", "1 SUBSCRIBE")
        response = await self._ask(request, **headers)
        if response.status == 200:
            self.dialog = Dialog.uac(request, response, phone._flow)
            self.dialog.local_cseq = response.cseq
            self.dialog.contact = phone._contact
        return response

    async def again(self, **headers: str | None) -> Response:
        """Refresh the last one."""
        assert self.dialog is not None
        request = self.dialog.request("SUBSCRIBE")
        response = await self._ask(request, **headers)
        self.dialog.local_cseq = response.cseq
        return response

    async def _ask(self, request: Request, **headers: str | None) -> Response:
        given = {
            "Contact": self.phone._contact,
            "Event": "dialog;id=7",
            "Accept": "application/dialog-info+xml",
            "Expires": "600",
        }
        for name, value in (given | headers).items():
            if value is not None:
                request.headers.set(name, value)
            else:
                request.headers.remove(name)
        return await self.phone._ask(request, self.phone._flow)

    async def comes(self, *told: tuple[str, str]) -> None:
        await until(lambda: tuple(self.told) == told, f"{told}, not {self.told}")
