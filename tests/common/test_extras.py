"""How somebody gets what was not installed with Offhook."""

import re
from pathlib import Path

from offhook.common.extras import how_to_install

ROOT = Path(__file__).parents[2]


def test_it_is_installed_from_the_folder_of_offhook() -> None:
    assert "pip install '.[cluster]' in the folder of Offhook" in how_to_install("cluster")


def test_nobody_is_told_to_fetch_it_by_its_name() -> None:
    """There is none of that name at any registry, or, one day, somebody else's."""
    texts = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", *(ROOT / "src").rglob("*.py")]
    told = re.compile(r"install [^\n`]*'?offhook\[")
    assert [str(one.relative_to(ROOT)) for one in texts if told.search(one.read_text(encoding="utf-8"))] == []
