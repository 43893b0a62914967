"""What is saved of a damaged file."""

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import Party, Privacy, Reason
from offhook.manager.outbox import Letter
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.outbox import SqliteOutbox
from offhook.manager.stores.pages import Pages
from offhook.manager.stores.phones import SqlitePhones
from offhook.manager.stores.repair import repair
from offhook.manager.stores.users import SqliteUsers
from tests.manager.helpers import OVER, QUICK
from tests.manager.stores.earlier import CALLS_1

MANY = 300
PAGE = 4096


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    log = SqliteCallLog(tmp_path / "calls.sqlite", keep_days=None)
    for number in range(MANY):
        log.record(replace(OVER, id=f"{number:024x}", started=1000.0 + number))
    log.close()
    return tmp_path / "calls.sqlite"


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.sqlite"
    with closing(SqliteUsers(path, hasher=QUICK)) as store:
        for number in range(12):
            store.add(f"user{number}", "secret", terminals=[f"{one}" for one in range(60 * number)])
            store.issue_token(f"user{number}", 60)
        store.remove("user7")
    return path


@pytest.fixture
def phones(tmp_path: Path) -> Path:
    path = tmp_path / "phones.sqlite"
    with closing(SqlitePhones(path)) as store:
        for number in range(MANY):
            store.add(a_phone(number))
        store.remove(a_phone(7).mac)
    return path


def a_phone(number: int) -> ProvisionedPhone:
    return ProvisionedPhone(
        mac=f"{number:012x}", model="A10", terminal=f"{4000 + number}", secret=f"s{number}"
    )


def a_letter(number: int) -> Letter:
    return Letter(f"{number:05}", "crm", f"call{number % 3}", b'{"event": "ended"}', 1000.0 + number, 5.0)


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(random.Random(page).randbytes(PAGE))


def damage(path: Path) -> Iterator[int]:
    """Each page in turn."""
    whole = path.read_bytes()
    for page in range(1, len(whole) // PAGE + 1):
        path.write_bytes(whole)
        spoil(path, page)
        yield page


def test_a_page_costs_only_what_stood_in_it(calls: Path) -> None:
    for page in damage(calls):
        done = repair(calls)
        assert done is not None and done.aside.exists()
        if page > 1:
            assert done.saved["calls"] + done.lost == MANY
        assert done.saved["calls"] > MANY - 80
        log = SqliteCallLog(calls, keep_days=None)
        assert len(log.query(limit=MANY)) == done.saved["calls"]
        log.close()
        done.aside.unlink()


def test_repairs_within_one_second_keep_each_others_old_file(
    calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.repair.time.strftime", lambda _: "20260101T080000")
    wal = calls.with_name("calls.sqlite-wal")
    kept: list[Path] = []
    for content in (b"the first one's", b"the second one's", b"the third one's"):
        calls.write_bytes(content)
        wal.write_bytes(content)
        done = repair(calls)
        assert done is not None
        kept.append(done.aside)
    assert [one.read_bytes() for one in kept] == [b"the first one's", b"the second one's", b"the third one's"]
    assert [one.name for one in kept][1:] == [f"{kept[0].name}-2", f"{kept[0].name}-3"]


@pytest.mark.parametrize("written", ["now", "by an older Offhook"])
def test_calls_are_saved_with_all_that_is_known_of_them(tmp_path: Path, written: str) -> None:
    path = tmp_path / "calls.sqlite"
    whole = replace(
        OVER,
        id="whole",
        reason=Reason.FORWARDED_BUSY,
        caller=Party("", "", Privacy.WITHHELD),
        redirecting=Party("Park", "4002"),
        external=True,
    )
    if written == "by an older Offhook":
        with closing(sqlite3.connect(path)) as old:
            old.executescript(CALLS_1)
    with closing(SqliteCallLog(path, keep_days=None)) as log:
        log.record(whole if written == "now" else OVER)
        log.keep_missed("4000", 3)
    with closing(sqlite3.connect(path)) as database:
        ((page,),) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'calls_by_time'")
    spoil(path, page)
    done = repair(path)
    assert done is not None and done.lost == 0
    with closing(SqliteCallLog(path, keep_days=None)) as log:
        found = {call.id: call for call in log.query()}
        if written == "now":
            assert found == {"whole": whole}
        else:
            assert found["c1"] == OVER and set(found) == {"c1", "c2", "c3", "c4"}
            assert {call.id for call in log.query(missed=True)} == {"c2", "c4"}


def test_a_sound_file_is_left_alone(calls: Path, tmp_path: Path) -> None:
    assert repair(calls) is None
    assert repair(tmp_path / "nothing.sqlite") is None
    assert os.listdir(tmp_path) == ["calls.sqlite"]


@pytest.mark.parametrize("content", [b"", b"this is no database\n" * 300, bytes(20_000)])
def test_what_holds_nothing_is_begun_anew(calls: Path, content: bytes) -> None:
    calls.write_bytes(content)
    done = repair(calls)
    if content:
        assert done is not None and done.saved == {"calls": 0}
    log = SqliteCallLog(calls, keep_days=None)
    log.record(OVER)
    log.close()


def test_half_a_file_is_half_of_the_calls(calls: Path) -> None:
    data = calls.read_bytes()
    calls.write_bytes(data[: len(data) // 2 + 100])
    done = repair(calls)
    assert done is not None and 0 < done.saved["calls"] < MANY


def test_users_are_saved_with_their_passwords_rights_and_tokens_and_who_was_removed_stays_so(
    users: Path,
) -> None:
    most = 0
    for page in damage(users):
        done = repair(users)
        if done is None:
            continue  # a page that is not in use
        with closing(SqliteUsers(users, hasher=QUICK)) as store:
            found = {one.name: one for one in store.list()}
            if page > 1:
                assert "user7" not in found
            if "user11" in found:
                assert len(found["user11"].terminals) == 660
                assert store.verify("user11", "secret") is not None
            most = max(most, len(found))
        done.aside.unlink()
    assert most >= 9


def test_names_of_tokens_and_what_programs_keep_for_a_person_are_saved(users: Path) -> None:
    with closing(SqliteUsers(users, hasher=QUICK)) as store:
        store.keep_settings("user11", '{"theme":"dark"}')
        token = store.issue_token("user11", 10.0**9, "at my desk")
    kept = 0
    for _ in damage(users):
        done = repair(users)
        if done is None:
            continue  # a page that is not in use
        with closing(SqliteUsers(users, hasher=QUICK)) as store:
            found = store.find_token(token)
            if found is not None and found.name == "at my desk":
                kept += store.settings("user11") == '{"theme":"dark"}'
        done.aside.unlink()
    assert kept > 0


def test_phones_are_saved_with_what_they_log_in_with_and_one_that_was_removed_stays_so(phones: Path) -> None:
    everyone = {a_phone(number).mac: a_phone(number) for number in range(MANY)}
    for page in damage(phones):
        done = repair(phones)
        if done is None:
            continue  # a page that is not in use
        with closing(SqlitePhones(phones)) as store:
            found = store.list()
        assert done.saved == {"phones": len(found)} and len(found) > MANY - 80
        assert all(one == everyone[one.mac] for one in found)
        if page > 1:
            assert a_phone(7) not in found
        done.aside.unlink()


def test_a_phone_that_cannot_be_read_is_not_saved(phones: Path) -> None:
    with closing(sqlite3.connect(phones)) as database:
        database.execute("UPDATE phones SET value = '{}' WHERE mac = ?", (a_phone(8).mac,))
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(phones, 1)
    assert repair(phones) is not None
    with closing(SqlitePhones(phones)) as store:
        assert a_phone(8).mac not in {one.mac for one in store.list()}


def test_what_waits_for_webhooks_is_saved_in_its_order_with_what_is_known_of_it(tmp_path: Path) -> None:
    path = tmp_path / "webhooks.sqlite"
    letters = [a_letter(number) for number in range(MANY)]
    with closing(SqliteOutbox(path)) as outbox:
        outbox.add(letters)
        outbox.failed(replace(letters[1], attempts=9, problem="away", dead=True))
        outbox.done(letters[7].id)
    for page in damage(path):
        done = repair(path)
        if done is None:
            continue  # a page that is not in use
        with closing(SqliteOutbox(path)) as outbox:
            found = [one for one in reversed(outbox.letters()) if one != letters[7]]
        assert len(found) > MANY - 100  # a page has room for so many
        assert [one.id for one in found] == sorted(one.id for one in found)
        assert all(one == letters[int(one.id)] for one in found if one.id != letters[1].id)
        if page > 1:
            assert done.saved["letters"] + done.lost == MANY - 1
        done.aside.unlink()


def test_what_was_not_yet_tidied_up_is_saved_too(calls: Path) -> None:
    with closing(sqlite3.connect(calls, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE calls SET callee_name = 'Park'")
        copy = {name: (calls.parent / name).read_bytes() for name in os.listdir(calls.parent)}
    for name, content in copy.items():
        (calls.parent / name).write_bytes(content)
    spoil(calls, 3)
    done = repair(calls)
    if done is not None:
        log = SqliteCallLog(calls, keep_days=None)
        assert {call.callee.name for call in log.query()} == {"Park"}
        log.close()


@pytest.mark.parametrize("seed", range(30))
def test_no_bytes_at_all_are_an_accident(calls: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(calls.read_bytes())
    for _ in range(200):
        data[chance.randrange(len(data))] = chance.randrange(256)
    pages = Pages(bytes(data))
    for kind in (0x0D, 0x0A, 0x02):
        list(pages.rows(frozenset({kind})))
