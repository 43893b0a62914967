"""The alerts and the dashboard of docs/monitoring: they ask for what there is, and promtool takes them."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from offhook.assembly.metrics import Meters
from offhook.assembly.run import running
from offhook.config import load
from tests.assembly.helpers import a_config

FOLDER = Path(__file__).parents[2] / "docs" / "monitoring"
PAGE = FOLDER.parent / "operations.md"

NAME = re.compile(r"\b(?:offhook|process)_[a-z_]+\b")
SELECTOR = re.compile(r"\b((?:offhook|process)_[a-z_]+)\{([^}]*)\}")
BY = re.compile(r"\bby \(([^)]*)\)")
SCRAPED = {"job", "instance"}
"""The labels that Prometheus adds."""


def rules() -> list[dict[str, Any]]:
    (group,) = msgspec.yaml.decode((FOLDER / "alerts.yml").read_bytes())["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))["panels"])


def queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


def promtool(*arguments: str | Path) -> str:
    program = shutil.which("promtool")
    assert program is not None, "promtool is missing; run tools/install-peers"
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
async def known(tmp_path: Path) -> dict[str, frozenset[str]]:
    """Every series that a whole Offhook has, or may have, by its name, with its labels."""
    file = a_config(tmp_path)
    with file.open("a", encoding="utf-8") as config:
        config.write('[metrics]\nlisten = "127.0.0.1:0"\n')
    async with running(load(file)) as system:
        found = dict(_series(system.meters))
    assert len(found) > 20
    return found


def _series(meters: Meters) -> Iterator[tuple[str, frozenset[str]]]:
    for family in meters.families:
        labels = frozenset(family.labels)
        if family.kind == "histogram":
            yield f"{family.name}_bucket", labels | {"le"}
            yield f"{family.name}_sum", labels
            yield f"{family.name}_count", labels
        else:
            yield family.name, labels


def test_every_query_asks_for_series_and_labels_that_there_are(known: dict[str, frozenset[str]]) -> None:
    for query in queries():
        names = set(NAME.findall(query))
        assert names <= known.keys(), query
        for name, selector in SELECTOR.findall(query):
            labels = {part.partition("=")[0].rstrip("!~ ") for part in selector.split(",")}
            assert labels <= known[name] | SCRAPED, query
        for by in BY.findall(query):
            wanted = {one.strip() for one in by.split(",")}
            assert all(wanted <= known[name] | SCRAPED for name in names), query


def test_the_page_names_every_metric_and_no_other(known: dict[str, frozenset[str]]) -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| metric | |")[2].partition("\n\n")[0]
    written = set(re.findall(r"`(offhook_[a-z_]+)", table))
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in known if name.startswith("offhook_")}
    assert written == families


@pytest.mark.peer
def test_promtool_takes_the_alerts_and_they_tell_when_they_should(tmp_path: Path) -> None:
    assert f"{len(rules())} rules found" in promtool("check", "rules", FOLDER / "alerts.yml")
    promtool("test", "rules", FOLDER / "alerts-test.yml")


@pytest.mark.peer
def test_promtool_takes_every_query_of_the_dashboard(tmp_path: Path) -> None:
    plain = [
        target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
        for panel in panels()
        for target in panel["targets"]
    ]
    recorded = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(plain)]
    file = tmp_path / "panels.yml"
    file.write_bytes(msgspec.yaml.encode({"groups": [{"name": "panels", "rules": recorded}]}))
    assert f"{len(plain)} rules found" in promtool("check", "rules", file)


def test_no_two_panels_of_the_dashboard_lie_over_each_other() -> None:
    taken = set[tuple[int, int]]()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert all(x < 24 for x, _ in cells)
        taken |= cells


def test_every_alert_says_what_to_do() -> None:
    for rule in rules():
        assert rule["annotations"]["summary"] and rule["annotations"]["do"]
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert f"`{rule['alert']}`" in PAGE.read_text(encoding="utf-8"), rule["alert"]
