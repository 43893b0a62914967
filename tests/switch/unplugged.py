"""A phone's link, which goes down and comes up again."""

from offhook.demo.phone import Phone
from offhook.sip.endpoint import Flow


class Unplugged:
    """A phone whose link is down: it hears nothing."""

    def __init__(self, phone: Phone) -> None:
        self._phone, self.deaf_to = phone, 0
        phone.transport.received = self._lose  # type: ignore[method-assign]

    def plug_in(self) -> None:
        del self._phone.transport.received

    def _lose(self, data: bytes, flow: Flow) -> None:
        self.deaf_to += 1
