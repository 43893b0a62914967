"""Dialogs without a leg that are only to be ended: of a phone that answers too late, as its call is over or
another phone has it (RFC 3261 §13.2.2.4), or of one that has not heard that its call is over."""

from __future__ import annotations

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ClientTransaction
from offhook.sip.message import Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.credentials import Credentials
from offhook.switch.b2bua.legdialog import LegDialog
from offhook.switch.b2bua.unheard import EndHost
from offhook.switch.b2bua.useragent import dialog_from


def hang_up(
    host: EndHost, terminal: str, credentials: Credentials, client: ClientTransaction, response: Response
) -> None:
    """Take the answer, and end it: nobody may be left talking to nobody."""
    dialog = dialog_from(client.request, response, client.flow)
    credentials.learn(response)
    body = b"" if client.request.body else sdp.black_hole(response.body)
    endpoint = host.endpoint
    endpoint.ack(client, dialog.ack(response.cseq, body), dialog.flow, endpoint.now)
    end(host, terminal, dialog.flow.local[0], credentials, dialog)


def end(host: EndHost, terminal: str, own_address: str, credentials: Credentials, dialog: Dialog) -> None:
    """Send BYE, as long as it takes until the phone has heard of it (`LegDialog`)."""
    late = _Late(host, terminal, own_address, credentials)
    late.ended = True
    late._bye(dialog)


class _Late(LegDialog):
    """Its dialog ends as it begins, so nothing else ever comes in it."""

    def _may_be_silent(self) -> bool:
        return False

    def _ask(self) -> None:
        return

    def _on_ack(self, request: object) -> None:
        return

    def _on_lost(self) -> None:
        return

    def _forget(self) -> None:
        return
