"""PBXs that run for all tests of a file, and a NATS server for one test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.cluster.natsserver import NatsServer
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Asterisk]:
    with Asterisk() as running:
        yield running


@pytest.fixture(scope="module")
def kamailio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kamailio]:
    with Kamailio(tmp_path_factory.mktemp("kamailio")) as running:
        yield running


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[NatsServer]:
    server = NatsServer(tmp_path)
    await server.start()
    yield server
    await server.stop()
