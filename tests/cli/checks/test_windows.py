"""What `offhook doctor` finds on a Windows, and mends."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offhook.cli.checks.windows import LINK_CLASS, OUTLOOK, OVERRIDE, TEL_OWNER, look_at_windows
from offhook.common.finding import Finding, Level
from offhook.windows.lines import Line, add_line, write_line
from offhook.windows.location import ensure_location
from offhook.windows.provider import install
from offhook.windows.signature import Signature, Trust
from tests.windows.helpers import FakeWindows

GOOD = Signature(Trust.GOOD)


@dataclass
class Somebody:
    """The registry of who is logged in."""

    values: dict[tuple[str, str], str | int] = field(
        default_factory=lambda: {(TEL_OWNER, "ProgId"): LINK_CLASS}
    )

    def value(self, path: str, name: str) -> str | int | None:
        return self.values.get((path, name))

    def has(self, path: str) -> bool:
        return any(key == path for key, _ in self.values)


@pytest.fixture
def messenger() -> Iterator[int]:
    """The port of a Smart Messenger that runs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def well(tmp_path: Path, messenger: int) -> FakeWindows:
    """A Windows on which everything is as it should be."""
    fakes = FakeWindows(tmp_path)
    install(fakes.windows(), Line(terminal="4000", port=messenger))
    return fakes


def _found(fakes: FakeWindows, person: Somebody | None = None, signature: Signature = GOOD) -> list[Finding]:
    found = look_at_windows(fakes.windows(), person or Somebody(), lambda _file: signature)
    return [finding for finding, _ in found]


def _wrong(fakes: FakeWindows, person: Somebody | None = None) -> list[str]:
    return [f"{one.what}: {one}" for one in _found(fakes, person) if one.level is not Level.OK]


def test_a_windows_that_is_well_has_nothing_to_mend(well: FakeWindows) -> None:
    assert _wrong(well) == []
    assert [one.what for one in _found(well)] == [
        "tel: links", "provider", "file", "file", "telephony service", "dialing location", "line 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        ("MSTeams.tel.1", "open in Microsoft Teams"),
        ("AppXq0fevzme2pys62n3e0fbqa7peapykr8v", "open in AppXq0fevzme2pys62n3e0fbqa7peapykr8v"),
        ("", "nobody has chosen a program for them"),
    ],
)
def test_who_has_the_tel_links_is_told(well: FakeWindows, owner: str, text: str) -> None:
    (wrong,) = _wrong(well, Somebody({(TEL_OWNER, "ProgId"): owner} if owner else {}))
    assert text in wrong
    assert "Default apps" in wrong


def test_an_outlook_that_dials_through_teams_is_told(well: FakeWindows) -> None:
    person = Somebody()
    person.values[OUTLOOK, ""] = ""
    (wrong,) = _wrong(well, person)
    assert "TAPIOVERRIDE = 1" in wrong
    person.values[OVERRIDE, "TAPIOVERRIDE"] = 1
    assert _wrong(well, person) == []


def test_without_the_provider_nothing_else_of_telephony_is_looked_at(tmp_path: Path) -> None:
    (wrong,) = _wrong(FakeWindows(tmp_path))
    assert "offhook tsp install" in wrong


def test_a_file_that_a_virus_scanner_took_is_told_and_put_back(well: FakeWindows) -> None:
    well.files.native.unlink()
    assert "a virus scanner may have put it away" in _wrong(well)[0]
    _mend(well)
    assert _wrong(well) == []


def test_a_file_of_another_version_is_told_and_replaced(well: FakeWindows) -> None:
    well.files.other.write_bytes(b"an older one")
    assert "is another version" in _wrong(well)[0]
    _mend(well)
    assert _wrong(well) == []


def test_a_provider_that_tapi_has_forgotten_is_told_and_added(well: FakeWindows) -> None:
    (own,) = (number for number, name in well.tapi.listed.items() if name == "offhook.tsp")
    del well.tapi.listed[own]
    assert "TAPI does not know it" in _wrong(well)[0]
    _mend(well)
    assert _wrong(well) == []


def test_a_dialing_location_is_made_where_there_is_none(well: FakeWindows) -> None:
    for key in [key for key in well.registry.keys if "Locations" in key]:
        well.registry.keys.pop(key, None)
    assert "many programs then do not dial" in _wrong(well)[0]
    _mend(well)
    assert _wrong(well) == []
    assert not ensure_location(well.registry, 82)


def test_a_line_whose_smart_messenger_is_away_is_told(well: FakeWindows) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        write_line(well.registry, Line(terminal="4000", index=1, port=closed.getsockname()[1]), None)
        (wrong,) = _wrong(well)
    assert "phone 4000: out of service, nobody answers" in wrong


def test_a_second_line_is_looked_at_by_itself(well: FakeWindows, messenger: int) -> None:
    add_line(well.registry, Line(terminal="4001", port=messenger), None)
    assert [one.what for one in _found(well)][-2:] == ["line 1", "line 2"]


def _mend(fakes: FakeWindows) -> None:
    for _, mend in list(look_at_windows(fakes.windows(), Somebody())):
        if mend is not None:
            mend.do()


@pytest.mark.parametrize(
    ("signature", "level", "said"),
    [
        (Signature(Trust.GOOD), Level.OK, "its signature is good"),
        (Signature(Trust.NONE), Level.OK, "it is not signed"),
        (Signature(Trust.UNKNOWN, "its authority is unknown"), Level.WARN, "its authority is unknown"),
        (Signature(Trust.BAD, "the file was changed"), Level.FAIL, "the file was changed"),
    ],
)
def test_the_signature_of_the_providers_files_is_told(
    well: FakeWindows, signature: Signature, level: Level, said: str
) -> None:
    (one, other) = [finding for finding in _found(well, signature=signature) if said in str(finding)]
    assert (one.level, other.level) == (level, level)
