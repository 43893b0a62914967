"""What is handed to the next owner, and for how long; without NATS."""

from types import SimpleNamespace
from typing import Any

import pytest

from offhook.cluster import leftbehind
from offhook.cluster.leftbehind import LEFT_S, LeftBehind
from offhook.cluster.messages import Left, encode
from offhook.cluster.tasks import Tasks

NATS_TAKES = 1 << 20


class FakePart:
    """A part that this node owns again."""

    unit, owner = "switch", None

    def __init__(self) -> None:
        self.taken: list[Left] = []

    def take_up(self, left: Left) -> bool:
        self.taken.append(left)
        return True


async def handed(left: dict[str, bytes], without_s: float = 0.0) -> list[Left]:
    node: Any = SimpleNamespace(name="north", bus=None)
    part: Any = FakePart()
    await LeftBehind(node, "site", Tasks(), {"switch": part}).hand_over(part, 1, without_s, left)
    taken: list[Left] = part.taken
    return taken


async def test_who_was_frozen_for_long_hands_over_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert await handed({"a": b"{}"}, LEFT_S - 1.0)
    assert await handed({"a": b"{}"}, LEFT_S + 1.0) == []
    assert "1 calls are left" in caplog.text


async def test_what_is_handed_over_goes_into_messages_that_nats_takes() -> None:
    """Phones may describe themselves at length."""
    left = {str(number): b'"' * 60_000 for number in range(60)}
    messages = await handed(left)
    assert all(len(encode(one)) < NATS_TAKES for one in messages)
    assert [name for one in messages for name in one.texts] == list(left)
    assert max(len(one.texts) for one in messages) <= leftbehind.MAX_TEXTS
