"""The pictures of the window in the docs are those that the docs show, and no others."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_picture_of_the_window_is_shown_in_the_docs() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))]
    shown = {name for text in texts for name in re.findall(r"window/([\w@.-]+\.png)", text)}
    assert {file.name for file in (ROOT / "docs" / "window").glob("*.png")} == shown
