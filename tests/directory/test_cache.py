"""The cache: what it keeps, in which order, and what happens while a source is away."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from offhook.config import DirectorySourceSettings
from offhook.directory import DirectoryCache, Person
from offhook.directory.ldap import LdapSource
from offhook.directory.ldapwire import Entry
from tests.directory.helpers import PlayedSource, a_person, seoul_keys, settings
from tests.peers.slapd import PEOPLE, Prepared, Slapd
from tests.waiting import until

KIM = a_person("김철수", "+82-2-568-3848")
LEE = a_person("Lee", "3849")


async def test_what_a_source_told_is_there_at_the_next_start_while_it_is_away(tmp_path: Path) -> None:
    first = DirectoryCache([PlayedSource([KIM])], seoul_keys(), folder=tmp_path)
    await first.refresh()
    again = DirectoryCache([PlayedSource(None)], seoul_keys(), folder=tmp_path)
    await again.start()
    assert again.name_of("3848") == "김철수"
    await until(lambda: again.states()[0].problem != "")
    await again.stop()
    (state,) = again.states()
    assert again.search("김") == [KIM]
    assert (state.people, state.problem) == (1, "nobody answers; try again later")
    assert state.fetched is not None


async def test_another_source_under_the_same_name_does_not_have_its_people(tmp_path: Path) -> None:
    await DirectoryCache([PlayedSource([KIM])], seoul_keys(), folder=tmp_path).refresh()
    other = DirectoryCache([PlayedSource(None, identity="other")], seoul_keys(), folder=tmp_path)
    await other.open()
    assert len(other) == 0


@pytest.mark.parametrize(
    "rubbish", [b"", b"{}", b"[1]", b"\xff", b'{"identity":"played","fetched":1,"people":[{}]}']
)
async def test_a_file_that_is_broken_is_passed_over(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "directory-played.json").write_bytes(rubbish)
    cache = DirectoryCache([PlayedSource([LEE])], seoul_keys(), folder=tmp_path)
    await cache.open()
    assert len(cache) == 0
    await cache.refresh()
    assert cache.name_of("3849") == "Lee"


async def test_names_on_disk_are_for_their_owner_only(tmp_path: Path) -> None:
    await DirectoryCache([PlayedSource([KIM], name="본사 / LDAP")], seoul_keys(), folder=tmp_path).refresh()
    (file,) = tmp_path.glob("*")  # noqa: ASYNC240
    assert file.name.startswith("directory-") and file.name.isascii()
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_folder_that_cannot_be_written_to_keeps_nobody_from_being_found(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = DirectoryCache([PlayedSource([KIM])], seoul_keys(), folder=tmp_path / "file")
    await cache.refresh()
    assert cache.name_of("3848") == "김철수"


async def test_one_source_that_is_away_does_not_hold_up_another() -> None:
    cache = DirectoryCache([PlayedSource(None, name="a"), PlayedSource([LEE], name="b")], seoul_keys())
    await cache.refresh()
    assert cache.name_of("3849") == "Lee"


async def test_a_source_that_fails_in_no_expected_way_is_reported_and_asked_again() -> None:
    class Broken(PlayedSource):
        async def fetch(self) -> list[Person]:
            raise RuntimeError("a defect")

    cache = DirectoryCache([Broken()], seoul_keys())
    await cache.refresh()
    assert cache.states()[0].problem == "it could not be read; the log says why"


async def test_only_sources_of_which_nothing_is_known_are_asked_when_so_wanted(tmp_path: Path) -> None:
    known, unknown = PlayedSource([KIM], name="a"), PlayedSource([LEE], name="b")
    await DirectoryCache([PlayedSource([KIM], name="a")], seoul_keys(), folder=tmp_path).refresh()
    cache = DirectoryCache([known, unknown], seoul_keys(), folder=tmp_path)
    await cache.open()
    await cache.refresh(missing_only=True)
    assert (known.asked, unknown.asked) == ([], ["fetch"])


async def test_who_left_is_gone_after_the_next_refresh() -> None:
    source = PlayedSource([KIM, LEE])
    cache = DirectoryCache([source], seoul_keys())
    await cache.refresh()
    source.people = [LEE]
    await cache.refresh()
    assert (cache.name_of("3848"), cache.name_of("3849")) == ("", "Lee")


async def test_the_picture_is_asked_of_the_source_that_told_of_the_person() -> None:
    cache = DirectoryCache([PlayedSource([LEE], name="a"), PlayedSource([KIM], name="b")], seoul_keys())
    await cache.refresh()
    assert await cache.picture(KIM) == "김철수".encode()
    assert await cache.picture(a_person("Nobody", "1")) is None


class HalfRead(LdapSource):
    """Tells when half of the people have been read."""

    def __init__(self, name: str, settings: DirectorySourceSettings) -> None:
        super().__init__(name, settings)
        self.half, self._count = asyncio.Event(), 0

    def _person(self, entry: Entry) -> Person | None:
        self._count = (self._count + 1) % (PEOPLE // 2)
        if not self._count:
            self.half.set()
        return super()._person(entry)


@pytest.mark.timeout(60)  # ten thousand people are read three times
async def test_the_server_is_killed_while_it_is_read_and_started_again(
    openldap: Prepared, tmp_path: Path
) -> None:
    """Everybody stays findable, and what could not be read is read once the server is back."""
    async with Slapd(openldap, tmp_path) as slapd:
        port = slapd.port
        source = HalfRead("company", settings(slapd))
        cache = DirectoryCache([source], seoul_keys(), folder=tmp_path)
        await cache.refresh()
        source.half.clear()
        reading = asyncio.create_task(cache.refresh())
        await source.half.wait()
        await slapd.kill()
        await reading
        assert "LDAP server ldap://localhost" in cache.states()[0].problem
        assert cache.name_of("9025683848") == "김철수"
        assert len(cache) == PEOPLE
    restarted = DirectoryCache([source], seoul_keys(), folder=tmp_path)
    await restarted.open()
    assert restarted.name_of("02-568-3848") == "김철수", "known before any server answers"
    await restarted.refresh()
    assert restarted.states()[0].problem.endswith("check that it runs, and url")
    async with Slapd(openldap, tmp_path, port=port):
        await restarted.refresh()
    (state,) = restarted.states()
    assert (state.people, state.problem) == (PEOPLE, "")


@pytest.mark.timeout(60)
async def test_a_server_that_comes_later_is_found_without_being_asked(
    active: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.directory.cache.RETRY_S", 0.05)
    slapd = Slapd(active, tmp_path)
    cache = DirectoryCache([LdapSource("company", settings(slapd))], seoul_keys(), folder=tmp_path)
    await cache.start()
    await until(lambda: cache.states()[0].problem != "")
    assert len(cache) == 0
    async with slapd:
        await until(lambda: len(cache) > PEOPLE)
    await cache.stop()
    assert cache.name_of("3848") == "김철수"
    assert cache.states()[0].problem == ""


async def test_stopping_waits_for_no_server(active: Prepared, tmp_path: Path) -> None:
    """Nothing is left behind either: warnings of what was not closed fail the test."""
    async with Slapd(active, tmp_path) as slapd:
        cache = DirectoryCache([LdapSource("company", settings(slapd))], seoul_keys(), folder=tmp_path)
        before = asyncio.all_tasks()
        await cache.start()
        await asyncio.sleep(0.2)
        await cache.stop()
        assert asyncio.all_tasks() == before
