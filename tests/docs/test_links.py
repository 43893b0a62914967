"""Every link within the documentation leads somewhere, also on the plain page without the site."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import FENCED, PAGES, ROOT, text_of

LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: str) -> set[str]:
    """As GitHub and the site name the headings of a page."""
    headings = re.findall(r"^#+ +(.*)$", FENCED.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_the_page_leads_to_a_file_and_a_heading_that_are_there(page: str) -> None:
    wrong = []
    for link in LINK.findall(FENCED.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / file).resolve() if file else ROOT / page
        inside = target.exists() and target.is_relative_to(ROOT)
        if not inside or (anchor and anchor not in anchors(target.relative_to(ROOT).as_posix())):
            wrong.append(link)
    assert wrong == []


def test_a_page_is_in_the_menu_once() -> None:
    index = text_of("docs/index.md")
    named = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", index, re.MULTILINE)
    assert len(named) == len(set(named)) > 25
    assert not [one for one in named if not (Path(ROOT) / "docs" / one).exists()]
