"""Favourites and notes: found again by name and number, in a file that is never lost."""

import stat
from pathlib import Path

import pytest

from offhook.desktop import keptpeople
from offhook.desktop.keptpeople import FULL, KeptPeople
from offhook.directory import Kind, Number, Person
from tests.desktop.stage import digits

LEE = Person("Lee Min-ho", (Number("02-568-3848"), Number("010-1234", Kind.MOBILE)), company="Hanbit")
ANNA = Person("Anna Schmidt", (Number("+49 371 38"),), mail="anna@example.org")


def opened(file: Path | None) -> KeptPeople:
    return KeptPeople(file, digits)


def test_favourites_and_notes_are_there_at_the_next_start(qapp: object, tmp_path: Path) -> None:
    file = tmp_path / "offhook" / "people.json"
    kept = opened(file)
    kept.set_favourite(LEE)
    kept.set_favourite(ANNA)
    kept.set_note(LEE, "  prefers mail\n")
    kept.move(ANNA, 0)
    again = opened(file)
    assert [one.name for one in again.favourites()] == ["Anna Schmidt", "Lee Min-ho"]
    assert again.favourites()[1].numbers == LEE.numbers
    assert again.note(LEE) == "prefers mail"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_person_is_known_by_name_and_one_number_however_it_is_written(qapp: object) -> None:
    kept = opened(None)
    kept.set_favourite(LEE)
    moved = Person("LEE Min-ho", (Number("(02) 568 3848"),), company="Another", id="cn=lee")
    assert kept.is_favourite(moved)
    assert not kept.is_favourite(Person("Lee Su-jin", LEE.numbers)), "the same number, another person"
    assert not kept.is_favourite(Person("Lee Min-ho", (Number("4711"),))), "another one of this name"


def test_what_is_taken_away_is_gone(qapp: object, tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    kept = opened(file)
    kept.set_favourite(LEE)
    kept.set_note(LEE, "a note")
    kept.set_favourite(LEE, wanted=False)
    kept.set_note(LEE, "")
    assert (opened(file).favourites(), opened(file).note(LEE)) == ((), "")


def test_two_windows_do_not_undo_each_others_changes(qapp: object, tmp_path: Path) -> None:
    one, other = opened(tmp_path / "people.json"), opened(tmp_path / "people.json")
    one.set_favourite(LEE)
    other.set_favourite(ANNA)
    assert [person.name for person in opened(tmp_path / "people.json").favourites()] == [LEE.name, ANNA.name]


def test_a_file_that_cannot_be_read_is_put_aside(qapp: object, tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('{"favourites": [')
    kept = opened(file)
    assert kept.favourites() == ()
    kept.set_favourite(LEE)
    assert opened(file).is_favourite(LEE)
    assert file.with_name("people.json.broken").read_text() == '{"favourites": ['


def test_there_are_not_more_than_can_be_shown(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keptpeople, "MAX_FAVOURITES", 1)
    monkeypatch.setattr(keptpeople, "MAX_NOTES", 1)
    kept = opened(None)
    told: list[str] = []
    kept.failed.connect(told.append)
    kept.set_favourite(LEE)
    kept.set_favourite(ANNA)
    kept.set_note(LEE, "one")
    kept.set_note(ANNA, "two")
    kept.set_note(LEE, "another one")
    assert [one.name for one in kept.favourites()] == [LEE.name]
    assert (kept.note(LEE), kept.note(ANNA)) == ("another one", "")
    assert told == [FULL, FULL]


def test_what_cannot_be_written_is_told(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("no folder")
    kept = opened(tmp_path / "blocked" / "people.json")
    told: list[str] = []
    kept.failed.connect(told.append)
    kept.set_favourite(LEE)
    assert len(told) == 1 and kept.is_favourite(LEE)
