"""Values of calls that are told a little later, since nobody waits for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offhook.call import Call
from offhook.sip.endpoint import Endpoint


class ToldLater:
    """Tells them in the event loop's next turn, after what has come by then.

    A phone may have answered by the time that its INVITE is sent, where both share a processor: who is called
    then hears of it first, and not after the log of calls and all those who watch the caller. The values of a
    call are told in their order, and before what is told of it at once (`catch_up`).
    """

    def __init__(self, endpoint: Endpoint, tell: Callable[[Call], None]) -> None:
        self._endpoint, self._tell = endpoint, tell
        self._waiting: dict[str, list[Call]] = {}

    def add(self, call: Call) -> None:
        """Tell this value of a call later."""
        waiting = self._waiting.get(call.id)
        if waiting is None:
            self._waiting[call.id] = [call]
            self._endpoint.after(0.0, partial(self._due, call.id))
        else:
            waiting.append(call)

    def catch_up(self, call_id: str) -> None:
        """Tell now what there is of this call."""
        if self._waiting:
            for call in self._waiting.pop(call_id, ()):
                self._tell(call)

    def _due(self, call_id: str, _now: float) -> None:
        self.catch_up(call_id)
