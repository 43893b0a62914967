"""The page's script as it is written: types in comments, which TypeScript checks."""

import subprocess
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[2] / "browser"

pytestmark = pytest.mark.peer


@pytest.mark.timeout(60)
def test_the_types_of_the_page_s_script_are_right() -> None:
    checked = subprocess.run(
        [BROWSER / "node_modules/.bin/tsc", "--project", BROWSER / "page.tsconfig.json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert checked.stdout == ""
    assert checked.returncode == 0
