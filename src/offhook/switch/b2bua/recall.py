"""A transfer that comes back: its target does not take the call, and who has transferred is rung again."""

from __future__ import annotations

from offhook.call import Cause, Party, Reason
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.transfer import BlindTransfer


class _NobodyAsks:
    def progress(self, status: int) -> None:
        pass


NOBODY_ASKS = _NobodyAsks()


class Recall(BlindTransfer):
    """The target of a transfer has not come, and the transferor, who has left, is rung again: nobody who was
    handed on is lost.

    It rings at the phones of the transferor themselves, whatever they forward, and for as long as for any
    call. Whoever does not take it back, `cause` is why the call ends: that of the target.
    """

    reason = Reason.REMINDER

    def __init__(
        self, call: B2buaCall, transferor: Leg, number: str, transferee: Leg, target: Party, cause: Cause
    ) -> None:
        """`number` is the transferor's; `target` is shown as who has sent the call back."""
        super().__init__(call, transferor, transferee, number, NOBODY_ASKS)
        self._by, self._cause = target, cause
        self._side.follows = False

    @property
    def left(self) -> bool:
        return True

    def leave(self) -> None:
        """The transferor has left already."""

    def may_leave(self, leg: Leg) -> bool:
        return False

    def nobody_left(self, cause: Cause) -> None:
        self._call.end(self._cause)

    @property
    def _rings_for_s(self) -> float:
        return self._call.dialer.no_answer_s
