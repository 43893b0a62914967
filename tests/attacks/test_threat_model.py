"""docs/security.md names the tests that prove it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def names_in(files: list[Path]) -> dict[Path, set[str]]:
    """The names of the tests in each file. Looked for as text: Python takes seconds to read all tests."""
    return {file: set(TEST.findall(file.read_text(encoding="utf-8"))) for file in files}


TEST = re.compile(r"^ *(?:async )?def (test_\w+)\(", re.MULTILINE)
OWN = Path(__file__).name
NAMED = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))


def test_every_test_that_the_threat_model_names_exists() -> None:
    there = set[str]().union(*names_in(sorted((ROOT / "tests").rglob("*.py"))).values())
    assert len(NAMED) > 40
    assert NAMED - there == set()


def test_every_kind_of_attack_is_in_the_threat_model() -> None:
    attacks = names_in([file for file in sorted((ROOT / "tests" / "attacks").glob("test_*.py"))])
    assert [file for file, tests in attacks.items() if file.name != OWN and not tests & NAMED] == []
