"""A publisher with its server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.update.server import Publisher, published


@pytest.fixture
async def publisher(tmp_path: Path) -> AsyncIterator[Publisher]:
    async with published(tmp_path) as running:
        yield running
