"""Click-to-dial between phones that are registered here."""

from __future__ import annotations

from offhook.call import Cause
from offhook.switch.b2bua import click
from offhook.switch.embedded.control import CallCore, Control
from offhook.switch.embedded.settings import SipTerminal


class ClickToDial(Control, click.ClickToDial):
    """A call that a program asked for."""

    def __init__(self, core: CallCore, caller: SipTerminal, number: str) -> None:
        super().__init__(core, caller, number)
        self._caller = caller

    def begin(self) -> bool:
        """Ring the user's own phone; False when it is not registered."""
        if not self.ring(self._caller, self.call.callee, headers=click.AUTO_ANSWER):
            self.core.release(self.call.id)
            return False
        self.limit(self.core.settings.terminal_answer_s, Cause.TERMINAL_REJECTED, Cause.TERMINAL_UNAVAILABLE)
        return True

    def ring_target(self, offer: bytes) -> bool:
        called = self.core.terminals.get(self.call.callee.id)
        return called is not None and self.ring(called, self.call.caller, offer)
