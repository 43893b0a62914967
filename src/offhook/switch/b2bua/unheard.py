"""The end of a call that a phone has not heard, because its link was down: a BYE or CANCEL without an answer.

Such a phone would go on with the call, or ring on; so the end is sent again, when the switch thinks fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ClientTransaction, Endpoint, Failure, Flow
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.credentials import Credentials


class UnheardEnd:
    """The end of a call that a phone of `terminal` has not answered: `since` when, after so many `tries`."""

    def __init__(
        self, terminal: str, dialog: Dialog, since: float, again: Callable[[UnheardEnd], None]
    ) -> None:
        self.terminal, self.dialog, self.since, self.tries = terminal, dialog, since, 1
        self._again = again
        self.cancelled: ClientTransaction | None = None
        """The INVITE whose CANCEL has been sent again."""

    @property
    def heard(self) -> bool:
        """Has a phone that was to ring no more answered the CANCEL, or its INVITE?"""
        return self.cancelled is not None and not self.cancelled.rings

    def again(self) -> None:
        """Send it once more."""
        self._again(self)


class Endings(Protocol):
    """Is told of dialogs that are to end, and have not yet at their phones."""

    def begins(self, dialog: Dialog, terminal: str, own_address: str, credentials: Credentials) -> None:
        """A BYE is sent in it, or will be as soon as that is possible; the rest as the leg has it."""
        ...

    def over(self, dialog: Dialog) -> None:
        """The phone has answered it, or sent one itself. Without effect for a dialog that never began to."""
        ...


class Cancels(Protocol):
    """Is told of CANCELs that have been given up once, and are sent again as long as nobody answers."""

    def begins(self, end: UnheardEnd, invite: Request, own_address: str, credentials: Credentials) -> None:
        """This INVITE of ours is to end, as it went; the rest as the leg has it. It does when it `heard`."""
        ...


class NoEndings:
    """Nobody goes on with them."""

    def begins(self, dialog: Dialog, terminal: str, own_address: str, credentials: Credentials) -> None:
        pass

    def over(self, dialog: Dialog) -> None:
        pass


class NoCancels:
    """Nobody goes on with them."""

    def begins(self, end: UnheardEnd, invite: Request, own_address: str, credentials: Credentials) -> None:
        pass


class EndHost(Protocol):
    """What ending a call needs of the switch."""

    endpoint: Endpoint
    endings: Endings
    cancels: Cancels

    def flow_for(self, terminal: str, dialog: Dialog) -> Flow:
        """The flow by which a phone of the terminal is reached in a dialog now."""
        ...

    def retry_end(self, end: UnheardEnd) -> None:
        """Nobody answered a BYE or CANCEL. The switch may send it again when it expects an answer."""
        ...


class CancelledLeg(Protocol):
    """A leg whose INVITE is cancelled, as far as that goes."""

    terminal: str
    own_address: str
    credentials: Credentials

    def answered_late(self, client: ClientTransaction, response: Response) -> None:
        """Somebody has answered the call meanwhile: this is the 2xx."""
        ...


def retry_cancel(host: EndHost, leg: CancelledLeg, invite: ClientTransaction) -> None:
    """Have the CANCEL of this INVITE sent again: the phone rang, and has not answered the CANCEL."""
    host.retry_end(_unheard(host, leg, invite.request, invite.flow, 0.0))


def cancel_earlier(host: EndHost, leg: CancelledLeg, invite: Request, flow: Flow, age_s: float) -> None:
    """Cancel an INVITE that an earlier run of the program has sent, and has cancelled so long ago if at all;
    until it is answered, as `retry_cancel` does."""
    _unheard(host, leg, invite, flow, age_s).again()


def _unheard(host: EndHost, leg: CancelledLeg, invite: Request, flow: Flow, age_s: float) -> UnheardEnd:
    to = invite.headers.get("To") or ""
    # There is no dialog yet: this one says no more than whom the INVITE went to.
    early = Dialog(invite.call_id, "", invite.from_tag, to, "", invite.uri, "", flow)

    def again(end: UnheardEnd) -> None:
        _cancel_again(host, end, leg, invite)

    end = UnheardEnd(leg.terminal, early, host.endpoint.now - age_s, again)
    host.cancels.begins(end, invite, leg.own_address, leg.credentials)
    return end


def _cancel_again(host: EndHost, end: UnheardEnd, leg: CancelledLeg, invite: Request) -> None:
    endpoint = host.endpoint

    def on_response(response: Response) -> None:
        if 200 <= response.status < 300:
            leg.answered_late(client, response)

    def on_failure(_failure: Failure) -> None:
        if client.rings:
            end.tries += 1
            host.retry_end(end)

    end.dialog.flow = host.flow_for(end.terminal, end.dialog)
    client = endpoint.cancel_again(invite, end.dialog.flow, endpoint.now, on_response, on_failure)
    end.cancelled = client
