"""The page's script as it is written: its types, which stand in comments, and its looks."""

import subprocess
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[2] / "browser"
PAGE = BROWSER.parent / "src/offhook/http/web"

pytestmark = [pytest.mark.peer, pytest.mark.timeout(60)]


def test_the_types_of_the_page_s_script_are_right() -> None:
    checked = subprocess.run(
        [BROWSER / "node_modules/.bin/tsc", "--project", BROWSER / "page.tsconfig.json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_page_s_files_are_formatted_and_without_what_the_linter_finds() -> None:
    checked = subprocess.run(
        [BROWSER / "node_modules/.bin/biome", "check", "--error-on-warnings", "--config-path", BROWSER, PAGE],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
