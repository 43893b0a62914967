"""Values of calls that are told a little later, since nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from offhook.call import Call
from offhook.sip.endpoint import Endpoint

LATER_S: Final = 0.002
"""Nobody sees that. The INVITE of a phone that is near is answered sooner."""


class ToldLater:
    """Tells them after `LATER_S`.

    Where a phone answers its INVITE at once, who is called hears of it first, and not after the log of calls
    and all those who watch the caller: to tell these takes as long as the phone needs. The values of a call
    are told in their order, and before what is told of it at once (`catch_up`).
    """

    def __init__(self, endpoint: Endpoint, tell: Callable[[Call], None]) -> None:
        self._endpoint, self._tell = endpoint, tell
        self._waiting: dict[str, list[Call]] = {}

    def add(self, call: Call) -> None:
        """Tell this value of a call later."""
        waiting = self._waiting.get(call.id)
        if waiting is None:
            self._waiting[call.id] = [call]
            self._endpoint.after(LATER_S, partial(self._due, call.id))
        else:
            waiting.append(call)

    def catch_up(self, call_id: str) -> None:
        """Tell now what there is of this call."""
        if self._waiting:
            for call in self._waiting.pop(call_id, ()):
                self._tell(call)

    def _due(self, call_id: str, _now: float) -> None:
        self.catch_up(call_id)
