"""The phones in memory."""

import logging
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.grants import Via, opened
from offhook.provisioning.phones import Phones

PHONE = ProvisionedPhone(mac="805ec0123456", model="A10", terminal="4003", secret="s3cret")


async def test_a_phone_that_cannot_be_read_is_logged_once_and_keeps_no_other_from_its_files(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = replace(PHONE, mac="000000000001")
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        store.add(other)
        store.add(PHONE)
        with store.file.transaction() as database:
            database.execute("UPDATE phones SET value = '{' WHERE mac = ?", (PHONE.mac,))
        phones = Phones(store)
        with caplog.at_level(logging.ERROR):
            await phones.look()
            with closing(SqlitePhones(tmp_path / "phones.sqlite")) as another:
                another.add(replace(PHONE, mac="000000000002"))
            await phones.look()
        assert phones.of_mac(other.mac) == other and phones.of_mac("000000000002") is not None
        assert phones.of_mac(PHONE.mac) is None
    [line] = [one.getMessage() for one in caplog.records]
    assert "offhook phone remove 805ec0123456" in line


async def test_a_stranger_who_asks_for_a_phone_s_files_is_told_once_with_who_it_was(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        store.add(opened(PHONE, 2000.0))
        phones = Phones(
            store, clock=lambda: 1000.0, stranger=lambda phone: told.append((phone.mac, phone.stranger))
        )
        await phones.look()
        assert await phones.asked(PHONE.mac, "192.0.2.33", Via.NAME, "") is not None
        for _ in range(3):
            assert await phones.asked(PHONE.mac, "192.0.2.66", Via.NAME, "") is None
    assert told == [(PHONE.mac, "192.0.2.66")]


async def test_what_changes_is_told_and_what_does_not_is_not(tmp_path: Path) -> None:
    told: list[int] = []
    with closing(SqlitePhones(tmp_path / "phones.sqlite")) as store:
        store.add(opened(PHONE, 2000.0))
        phones = Phones(store, clock=lambda: 1000.0, changed=lambda: told.append(1))
        await phones.look()
        assert len(told) == 1, "read for the first time"
        await phones.look()
        assert len(told) == 1
        assert await phones.asked(PHONE.mac, "192.0.2.33", Via.NAME, "") is not None
        assert len(told) == 2, "it has fetched its files"
        with closing(SqlitePhones(tmp_path / "phones.sqlite")) as another:
            another.remove(PHONE.mac)
        await phones.look()
        assert len(told) == 3, "somebody else has removed it"
