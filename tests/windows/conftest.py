"""What the tests under Wine share."""

from collections.abc import Iterator

import pytest

from tests.windows.desktop import Desktop


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A screen and a Windows."""
    desktop = Desktop(tmp_path_factory.mktemp("desktop"))
    yield desktop
    desktop.close()
