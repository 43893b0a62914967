"""PBXs that run for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
