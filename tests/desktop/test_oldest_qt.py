"""The window runs with the oldest Qt for Python that pyproject.toml allows, 6.4: so do all of its pages."""

import re
from pathlib import Path

import offhook.desktop

TO_A_RECEIVER = re.compile(r"singleShot\(\s*[^,()]+,[^,()]+,")
"""6.4 takes a time and what is called, and nothing between them."""


def test_no_timer_is_started_in_a_way_that_came_later() -> None:
    folder = Path(offhook.desktop.__file__).parent
    files = list(folder.rglob("*.py"))
    assert len(files) > 100
    assert [file.name for file in files if TO_A_RECEIVER.search(file.read_text("utf-8"))] == []


def test_that_way_is_found() -> None:
    assert TO_A_RECEIVER.search("QTimer.singleShot(0, field, field.setFocus)")
