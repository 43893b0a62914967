"""Fixtures of the tests of SIP."""

from collections.abc import AsyncIterator

import pytest

from tests.sip.shells import Shell


@pytest.fixture
async def shells() -> AsyncIterator[list[Shell]]:
    """Two that are started, as many as are appended are stopped."""
    shells = [Shell(), Shell()]
    for shell in shells:
        await shell.transport.start()
    yield shells
    for shell in shells:
        await shell.transport.stop()
