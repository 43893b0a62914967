"""A media engine of our own, on a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.switch.media.scripted import EngineOnASocket


@pytest.fixture
async def engine() -> AsyncIterator[EngineOnASocket]:
    one = EngineOnASocket()
    await one.start()
    yield one
    one.transport.close()
