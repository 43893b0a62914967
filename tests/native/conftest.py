"""What the tests of the C sources share."""

import pytest

from tests.native.codec import Codec, build


@pytest.fixture(scope="session")
def codec(tmp_path_factory: pytest.TempPathFactory) -> Codec:
    """The C codec, compiled for this machine."""
    return build(tmp_path_factory.mktemp("codec"))
