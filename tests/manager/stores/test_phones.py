"""Phones are kept in a database, which the command line changes while the Call Manager runs."""

import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.errors import PhoneError, UnavailableError
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones, StoredPhones
from tests.manager.stores.sites import Site

PHONE = ProvisionedPhone(mac="805ec0123456", model="A10", terminal="4003", secret="s3cret")


@pytest.fixture
def phones(site: Site) -> Iterator[StoredPhones]:
    with closing(site.phones()) as phones:
        yield phones


def test_what_was_added_is_there_after_a_restart(site: Site, phones: StoredPhones) -> None:
    phones.add(PHONE)
    with closing(site.phones()) as again:
        assert again.list() == [PHONE]


def test_a_mac_address_is_there_once(phones: StoredPhones) -> None:
    phones.add(PHONE)
    with pytest.raises(PhoneError, match="already"):
        phones.add(replace(PHONE, terminal="4004"))
    assert phones.list() == [PHONE]


def test_a_change_is_kept_and_its_new_value_returned(phones: StoredPhones) -> None:
    phones.add(PHONE)
    assert phones.change(PHONE.mac, lambda phone: replace(phone, fetched=5.0)) == replace(PHONE, fetched=5.0)
    assert phones.list() == [replace(PHONE, fetched=5.0)]


def test_a_change_that_fails_changes_nothing(phones: StoredPhones) -> None:
    phones.add(PHONE)

    def fail(phone: ProvisionedPhone) -> ProvisionedPhone:
        raise ValueError

    with pytest.raises(ValueError):
        phones.change(PHONE.mac, fail)
    assert phones.list() == [PHONE]
    assert phones.change("000000000000", fail) is None


def test_a_phone_is_removed_once(phones: StoredPhones) -> None:
    phones.add(PHONE)
    assert phones.remove(PHONE.mac)
    assert not phones.remove(PHONE.mac)
    assert phones.list() == []


def test_what_another_process_changes_is_noticed(site: Site, phones: StoredPhones) -> None:
    before = phones.version()
    assert phones.version() == before
    with closing(site.phones()) as another:
        another.add(PHONE)
    assert phones.version() != before
    assert phones.list() == [PHONE]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has access lists instead")
def test_the_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    SqlitePhones(tmp_path / "phones.sqlite").close()
    assert stat.S_IMODE((tmp_path / "phones.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "value",
    ["'{'", "'{}'", "CAST(x'22ff22' AS TEXT)", "replace(value, '805ec0123456', '805ec0123457')"],
    ids=["cut off", "without what it needs", "no UTF-8", "another phone's"],
)
def test_a_phone_that_cannot_be_read_is_named_and_the_others_are_there(tmp_path: Path, value: str) -> None:
    phones = SqlitePhones(tmp_path / "phones.sqlite")
    others = [replace(PHONE, mac="000000000001"), replace(PHONE, mac="ffffffffffff")]
    for phone in (PHONE, *others):
        phones.add(phone)
    with phones._tables.transaction() as database:
        database.execute(f"UPDATE phones SET value = {value} WHERE mac = ?", (PHONE.mac,))
    assert phones.list() == others
    assert phones.unreadable() == [PHONE.mac]
    phones.close()


def test_a_phone_that_cannot_be_read_is_not_changed_but_may_be_removed(phones: StoredPhones) -> None:
    phones.add(PHONE)
    with phones._tables.transaction() as database:
        database.execute("UPDATE phones SET value = '{}'")
    with pytest.raises(UnavailableError, match=r"phone 805ec0123456 cannot be read.*remove it"):
        phones.change(PHONE.mac, lambda phone: phone)
    assert phones.remove(PHONE.mac)
    assert phones.unreadable() == []
