"""Fixtures for the SIP tests."""

from collections.abc import AsyncIterator

import pytest

from tests.sip.shells import Shell


@pytest.fixture
async def shells() -> AsyncIterator[list[Shell]]:
    """Two started shells; those that a test appends are stopped as well."""
    shells = [Shell(), Shell()]
    for shell in shells:
        await shell.transport.start()
    yield shells
    for shell in shells:
        await shell.transport.stop()
