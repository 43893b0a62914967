"""The table in docs/callcontrol.md says what the drivers' tests hold them to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from offhook.call import Feature
from offhook.config import EmbeddedSettings, Listen, PbxSettings
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.pbx import PbxSwitch
from tests.switch.capable import ASTERISK, EMBEDDED, PBX, PBX_THAT_ANSWERS, REFER
from tests.switch.embeddedsite import TERMINALS

PAGE = Path(__file__).parents[2] / "docs" / "callcontrol.md"


def column(number: int) -> dict[str, set[Feature]]:
    """What this switch has, by the first word of its cell: "yes", "with" a setting, "no"."""
    found: dict[str, set[Feature]] = {"yes": set(), "with": set(), "no": set()}
    table = PAGE.read_text(encoding="utf-8").partition("## What works where")[2].partition("\n\n*With*")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`([a-z0-9-]+)`", cells[0])
        if names:
            found[cells[number].split()[0].rstrip(",")] |= {Feature(name) for name in names}
    return found


@pytest.mark.parametrize(
    ("number", "without", "at_most"),
    [
        (1, EMBEDDED, EMBEDDED | {Feature.PICKUP_GROUP}),
        (3, PBX, PBX_THAT_ANSWERS),
        (4, REFER, REFER),
    ],
    ids=["embedded", "SIP PBX", "refer"],
)
def test_the_table_has_what_each_driver_has(
    number: int, without: frozenset[Feature], at_most: frozenset[Feature]
) -> None:
    cells = column(number)
    assert cells["yes"] == without
    assert not cells["no"] & at_most
    assert cells["yes"] | cells["with"] | cells["no"] == set(Feature) - {Feature.PARK_AT, Feature.UNKNOWN}


def test_the_table_has_what_asterisk_has() -> None:
    cells = column(2)
    assert cells["yes"] <= ASTERISK <= cells["yes"] | cells["with"]


def test_embedded_terminals_are_capable_of_it_without_any_setting() -> None:
    switch = EmbeddedSwitch(TERMINALS, EmbeddedSettings(listen=Listen("127.0.0.1", 0)), None)
    assert switch.capabilities("4000") == EMBEDDED


@pytest.mark.parametrize(("mode", "able"), [("calls", PBX), ("refer", REFER)])
def test_a_pbx_is_capable_of_it_without_any_setting(mode: str, able: frozenset[Feature]) -> None:
    settings = PbxSettings(
        servers=("127.0.0.1:5060",),
        listen=Listen("127.0.0.1", 0),
        mode=mode,  # type: ignore[arg-type]
        dialog_events=False,
    )
    assert PbxSwitch(TERMINALS, settings).capabilities("4000") == able
