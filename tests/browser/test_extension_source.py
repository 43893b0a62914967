"""The extension's own checks: types, style, unit tests, Mozilla's linter; and how it is packed."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.extension import BROWSER, build, node

pytestmark = pytest.mark.timeout(120)


async def test_types_and_style_are_sound() -> None:
    await node("node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")
    await node("node_modules/typescript/bin/tsc", "--noEmit", "-p", "extension")


async def test_its_unit_tests_pass() -> None:
    said = await node("extension/test.mjs")
    assert "fail 0" in said


async def test_mozilla_s_linter_finds_no_error(tmp_path: Path) -> None:
    built = await build(tmp_path)
    said = await node(
        "node_modules/addons-linter/bin/addons-linter", "--output", "json", str(built / "firefox")
    )
    found: dict[str, Any] = json.loads(said)
    assert found["errors"] == []
    # Where it is not there another property is used: src/page/places.ts.
    assert [one["message"].split(" ")[0] for one in found["warnings"]] == ["dom.openOrClosedShadowRoot"]


async def test_the_same_sources_make_the_same_packages(tmp_path: Path) -> None:
    names = ("offhook-chromium.zip", "offhook-firefox.zip")
    for folder in ("one", "two"):
        await node("extension/pack.mjs", "--out", str(tmp_path / folder))
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        with zipfile.ZipFile(tmp_path / "one" / name) as packed:
            assert packed.testzip() is None
            assert "manifest.json" in packed.namelist()


async def test_it_asks_for_little(tmp_path: Path) -> None:
    """What a browser shows before it is installed, and what it may not do."""
    built = await build(tmp_path)
    for browser in ("chromium", "firefox"):
        manifest = json.loads((built / browser / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["permissions"] == ["activeTab", "alarms", "contextMenus", "scripting", "storage"]
        assert "host_permissions" not in manifest
        assert "content_scripts" not in manifest
        assert "web_accessible_resources" not in manifest
        policy = manifest["content_security_policy"]["extension_pages"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        code = "".join(file.read_text(encoding="utf-8") for file in (built / browser).glob("*.js"))
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "new Function",
            "document.write",
        ):
            assert word not in code


def test_the_lock_names_no_registry() -> None:
    lock = (BROWSER / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
