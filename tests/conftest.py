"""The window's tests run in a process of their own: `pytest tests/desktop`.

Qt's objects do not bear being destroyed in another thread than theirs, and Python's collector runs in any:
the program keeps it in one (`offhook.desktop.bridge.collect_here`), other tests do not.
"""

from pathlib import Path

import pytest

DESKTOP = Path(__file__).with_name("desktop")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Unless they are asked for by name."""
    asked_for = any(DESKTOP.name in Path(argument).parts for argument in config.args)
    return True if collection_path == DESKTOP and not asked_for else None
