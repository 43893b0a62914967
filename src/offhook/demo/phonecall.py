"""A call of the demo phone, as that phone sees it, and what the phone tells of its calls."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Protocol

from offhook.demo import sdp
from offhook.demo.behaviour import Stage
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.timers import Timer


class Controls(Protocol):
    """What a call asks of its phone."""

    def answer(self, call: PhoneCall) -> None:
        """Answer the call if it rings."""

    def reject(self, call: PhoneCall, status: int) -> None:
        """Reject the call if it rings."""

    def hang_up(self, call: PhoneCall) -> None:
        """End the call, whatever its stage."""

    async def reinvite(self, call: PhoneCall, direction: str) -> None:
        """Change the direction of its media. Raises `CallRejected`."""

    async def transfer(self, call: PhoneCall, address: str, replaced: Dialog | None = None) -> None:
        """Refer the other party to an address. Raises `CallRejected`."""


class PhoneCall:
    """A call, as this phone sees it."""

    def __init__(self, phone: Controls, outbound: bool, remote: str) -> None:
        self.outbound, self.remote = outbound, remote
        self.call_id = ""
        self.stage = Stage.CALLING if outbound else Stage.RINGING
        self.dialog: Dialog | None = None
        self.remote_media: tuple[str, int] | None = None
        self.direction = "sendrecv"
        self.offers: list[sdp.Media | None] = []
        self.invite: ServerTransaction | None = None
        self.answering: Timer | None = None
        self.session = secrets.randbits(31)
        self.version = 0
        self.streams: tuple[str, ...] = ()
        self.place = 0
        self._phone = phone

    def answer(self) -> None:
        """Answer a ringing call; does nothing if it does not ring."""
        self._phone.answer(self)

    def reject(self, status: int = 486) -> None:
        """Reject a ringing call; does nothing if it does not ring."""
        self._phone.reject(self, status)

    def hang_up(self) -> None:
        """Send BYE, or reject a ringing call; does nothing after the end."""
        self._phone.hang_up(self)

    async def hold(self) -> None:
        """re-INVITE with a=sendonly. Raises `CallRejected`."""
        await self._phone.reinvite(self, "sendonly")

    async def resume(self) -> None:
        """re-INVITE with a=sendrecv. Raises `CallRejected`."""
        await self._phone.reinvite(self, "sendrecv")

    async def transfer(self, address: str) -> None:
        """Blind transfer: ask the other party to call the address (REFER, RFC 5589). Raises
        `CallRejected`."""
        await self._phone.transfer(self, address)

    async def transfer_to(self, other: PhoneCall) -> None:
        """Attended transfer: connect the other party with the far party of `other`. Raises `CallRejected`."""
        await self._phone.transfer(self, other.remote, other.dialog)

    def __repr__(self) -> str:
        return f"<PhoneCall {self.stage.value} {self.remote}>"


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """An event; `kind` is registered, ringing, answered, media, cancelled, rejected, ended, transfer,
    ack-timeout or failed.

    For a transfer that this phone has requested, `detail` is its progress: a status line.
    """

    kind: str
    call: PhoneCall | None = None
    detail: str = ""
