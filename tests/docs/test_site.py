"""The site of the documentation, as `make docs` builds it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT


@pytest.mark.timeout(60)
def test_it_is_built_without_a_warning_and_has_every_group_in_its_menu(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", ROOT / "docs", tmp_path / "site"],
        capture_output=True,
        text=True,
    )
    assert (built.returncode, built.stderr) == (0, "")
    front = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    for group in ("Start", "How to", "For administrators", "Reference", "Inside"):
        assert f'<span class="caption-text">{group}</span>' in front
    assert (tmp_path / "site" / "crm" / "README.html").exists()
