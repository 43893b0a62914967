"""What becomes of a transfer, for the command that has asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from offhook.switch.b2bua.negotiation import refused


class Outcome:
    """A `TransferObserver`. `done` is done when the target rings, if `on_ringing` is set, or has answered."""

    def __init__(self) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.on_ringing: Callable[[], None] | None = None
        self.on_failed: Callable[[], None] | None = None

    def progress(self, status: int) -> None:
        """The SIP status of the call to the target."""
        if 180 <= status < 200 and self.on_ringing is not None:
            self.on_ringing()
        elif status < 200:
            return
        elif status >= 300 and self.on_failed is not None:
            self.on_failed()
        if self.done.done():
            return
        if status < 300:
            self.done.set_result(None)
        else:
            self.done.set_exception(refused(status))
