"""docs/security.md names the tests that prove it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def names_in(files: list[Path]) -> dict[str, set[str]]:
    """The names of the tests in each file."""
    return {
        file.name: {
            node.name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        }
        for file in files
    }


NAMED = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "security.md").read_text(encoding="utf-8")))


def test_every_test_that_the_threat_model_names_exists() -> None:
    there = set[str]().union(*names_in(sorted((ROOT / "tests").rglob("*.py"))).values())
    assert len(NAMED) > 40
    assert NAMED - there == set()


def test_every_kind_of_attack_is_in_the_threat_model() -> None:
    own = Path(__file__).name
    attacks = names_in([file for file in sorted((ROOT / "tests" / "attacks").glob("test_*.py"))])
    assert [name for name, tests in attacks.items() if name != own and not tests & NAMED] == []
