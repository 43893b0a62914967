"""Where a terminal wants its calls to go instead, as the called side of a call asks for it."""

from __future__ import annotations

from typing import Protocol

from offhook.call import Forwarding, ForwardWhen


class Routing(Protocol):
    """The forwardings that are in force."""

    def forwarding(self, terminal: str, when: ForwardWhen) -> Forwarding | None:
        """The terminal's forwarding for this case."""
        ...

    def do_not_disturb(self, terminal: str) -> bool:
        """Does the terminal not ring?"""
        ...


class NoRouting:
    """Nothing is forwarded here: the PBX does that."""

    def forwarding(self, terminal: str, when: ForwardWhen) -> Forwarding | None:
        return None

    def do_not_disturb(self, terminal: str) -> bool:
        return False


NO_ROUTING = NoRouting()
