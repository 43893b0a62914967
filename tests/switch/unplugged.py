"""Phones that do not hear: their link is down, or they do not know what they are asked."""

from typing import Any

from offhook.demo.phone import Phone
from offhook.sip.endpoint import Flow


class Unplugged:
    """A phone whose link is down: it hears nothing, or nothing of who is at one address."""

    def __init__(self, phone: Phone, from_address: tuple[str, int] | None = None) -> None:
        self._phone, self._from, self.deaf_to = phone, from_address, 0
        self._receive = phone.transport.pump.receive
        phone.transport.pump.receive = self._lose

    def plug_in(self) -> None:
        self._phone.transport.pump.receive = self._receive

    def _lose(self, data: bytes, flow: Flow) -> None:
        if self._from in (None, flow.remote):
            self.deaf_to += 1
        else:
            self._receive(data, flow)


def ignore_options(phone: Phone) -> None:
    """It knows no OPTIONS, and says nothing to it."""
    take = phone.endpoint.on_request

    def take_others(transaction: Any, request: Any, *more: Any) -> None:
        if request.method != "OPTIONS":
            take(transaction, request, *more)

    phone.endpoint.on_request = take_others
