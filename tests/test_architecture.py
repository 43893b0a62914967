"""docs/architecture.md names files; they have to be there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = (ROOT, ROOT / "src" / "offhook", ROOT / "native" / "tsp", ROOT / "tests")

NAMED = sorted({name for name in re.findall(r"`([\w/]+(?:\.py|\.md|\.c|/))`", PAGE) if "NAME" not in name})


@pytest.mark.parametrize("name", NAMED)
def test_a_file_that_the_page_names_is_there(name: str) -> None:
    found = [place / name for place in PLACES if (place / name).exists()]
    assert found or list((ROOT / "src" / "offhook").rglob(name)), f"docs/architecture.md names {name}"


def test_the_files_of_the_trips_are_there() -> None:
    trips = re.findall(r"^(native/tsp|tsp|messenger|manager|switch|sip) +(.*)$", PAGE, re.MULTILINE)
    files = {(folder, name) for folder, line in trips for name in re.findall(r"[\w/]+\.(?:py|c)\b", line)}
    assert len(files) >= 20
    for folder, name in sorted(files):
        place = ROOT / folder if folder == "native/tsp" else ROOT / "src" / "offhook" / folder
        assert (place / name).exists() or list((ROOT / "src" / "offhook").glob(f"*/{name}")), (folder, name)
