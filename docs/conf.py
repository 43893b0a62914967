"""The site that `make docs` builds of these pages, by Sphinx and MyST. index.md has the groups, its menu."""

import re
from pathlib import Path
from typing import Any

project = "Offhook"
author = "the authors of Offhook"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Offhook"
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
myst_heading_anchors = 4
myst_enable_extensions = ["deflist"]
highlight_language = "none"
suppress_warnings = ["misc.highlighting_failure"]  # examples of JSON have dots for what is left out

HERE = Path(__file__).parent


def with_menu(text: str) -> str:
    """index.md with a hidden table of contents behind each group; pages that no group names come last."""
    groups = re.split(r"^## ", text, flags=re.MULTILINE)
    menus, named = [], set[str]()
    for group in groups[1:]:
        caption, _, rest = group.partition("\n")
        pages = re.findall(r"^- \[([^\]]+)\]\(([^)]+)\.md\)", rest, re.MULTILINE)
        menus.append((caption, [f"{title} <{page}>" for title, page in pages]))
        named |= {page for _, page in pages}
    every = {page.relative_to(HERE).with_suffix("").as_posix() for page in HERE.rglob("*.md")}
    if rest := sorted(every - named - {"index"}):
        menus.append(("More", rest))
    blocks = []
    for name, pages in menus:
        blocks.append("\n".join(("```{toctree}", ":hidden:", f":caption: {name}", *pages, "```")))
    return "\n\n".join([text, *blocks])


def without_the_sources(text: str) -> str:
    """Links to files and folders beside the pages, which are no part of the site, as text."""
    return re.sub(r"\[([^\]]+)\]\((\.\./[^)]+|[a-z]+/)\)", r"\1", text)


def read(_app: Any, page: str, content: list[str]) -> None:
    """A page as it is read."""
    if page == "index":
        content[0] = with_menu(content[0])
    elif "/" not in page:
        content[0] = without_the_sources(content[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", read)
