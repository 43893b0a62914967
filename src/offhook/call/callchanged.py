"""What a switch tells most: some seven times a call, each time to all who listen."""

from __future__ import annotations

from typing import Final, final

from offhook.call.model import Call


@final
class CallChanged:
    """A call has begun or changed; `call` is its new value, complete.

    No dataclass as the other events are: the `__init__` of a frozen one takes longer than all else that is
    done to tell it.
    """

    __slots__ = ("call",)

    def __init__(self, call: Call) -> None:
        self.call: Final = call

    def __repr__(self) -> str:
        return f"CallChanged({self.call!r})"
