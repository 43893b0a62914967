"""A phone's link, which goes down and comes up again."""

from offhook.demo.phone import Phone
from offhook.sip.endpoint import Flow


class Unplugged:
    """A phone whose link is down: it hears nothing, or nothing of who is at one address."""

    def __init__(self, phone: Phone, from_address: tuple[str, int] | None = None) -> None:
        self._phone, self._from, self.deaf_to = phone, from_address, 0
        self._receive = phone.transport.received
        phone.transport.received = self._lose  # type: ignore[method-assign]

    def plug_in(self) -> None:
        del self._phone.transport.received

    def _lose(self, data: bytes, flow: Flow) -> None:
        if self._from in (None, flow.remote):
            self.deaf_to += 1
        else:
            self._receive(data, flow)
