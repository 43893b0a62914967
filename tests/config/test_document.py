"""The tables of settings in the documentation are the settings."""

from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from offhook.config.document import documented, settings_table
from offhook.config.kinds import Choice, Secret, Whole
from offhook.config.model import SECTIONS, Config
from offhook.config.setting import setting, settings_of

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(page for page in DOCS.glob("*.md") if "<!-- settings:" in page.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class LampSettings:
    """The lamp on the desk."""

    colour: str = setting("red", Choice(("red", "green")), "what it shines in")
    blinks: int = setting(3, Whole(1, 10), "how often", shown="as often as it rings")
    password: str = setting("", Secret(inline=True), "its own")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_a_page_says_what_the_settings_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert documented(text, page.name) == text, "make it anew: make settings"


def test_the_reference_has_every_section() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in SECTIONS if f"| **[{name}]** |" not in text] == []


def test_a_row_says_key_values_default_and_help(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SECTIONS, "lamp", LampSettings)
    assert settings_table(["lamp"]) == [
        "| key | value | default | |",
        "|---|---|---|---|",
        "| **[lamp]** | | | the lamp on the desk |",
        '| `colour` | `"red"`, `"green"` | `"red"` | what it shines in |',
        "| `blinks` | 1 to 10 | as often as it rings | how often |",
        "| `password_file` or `password` | path, or text | | its own |",
    ]


def test_only_the_tables_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SECTIONS, "lamp", LampSettings)
    made = documented("# Lamps\n\n<!-- settings: lamp -->\nold\n<!-- end -->\n\nThey shine.\n")
    assert made.startswith("# Lamps\n\n<!-- settings: lamp -->\n\n| key |") and "old" not in made
    assert made.endswith("|\n\n<!-- end -->\n\nThey shine.\n")


def test_every_section_of_the_tree_is_listed() -> None:
    sections = {type(getattr(Config(), one.name)) for one in fields(Config)}
    assert {one for one in sections if _has_settings(one)} <= set(SECTIONS.values())


def _has_settings(section: type) -> bool:
    return section.__module__.startswith("offhook.config.sections") and bool(settings_of(section))
