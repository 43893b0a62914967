"""What axe finds wrong with a page, for whoever uses a screen reader or sees little."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "browser/node_modules/axe-core/axe.min.js"
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


async def violations(page: Page) -> list[Any]:
    """What axe finds wrong, with the elements."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})"
    )
    assert len(found["passes"]) > 10
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
