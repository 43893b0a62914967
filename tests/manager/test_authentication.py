"""Which source checks a name, and what rights come of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offhook.errors import CallError, Refusal, UnavailableError, UserError
from offhook.manager import authentication
from offhook.manager.authentication import MAX_BINDS, Authenticator
from offhook.manager.principal import LOCAL
from offhook.manager.stores.users import SqliteUsers
from tests.manager.helpers import user_store


@dataclass(frozen=True)
class PlayedEntry:
    name: str
    terminals: frozenset[str] | None = None
    administrator: bool = False

    @property
    def key(self) -> str:
        return f"uid={self.name}"


@dataclass
class PlayedSource:
    """A directory that the test plays: its people, all with the same password; away without any."""

    name: str
    people: dict[str, PlayedEntry] | None
    asked: list[str] = field(default_factory=list)

    async def find(self, user: str) -> PlayedEntry | None:
        self.asked.append(user)
        if self.people is None:
            raise UnavailableError("nobody answers; try again later")
        return self.people.get(user.lower())

    async def check(self, key: str, password: str) -> bool:
        return password == "directory"


def people(*entries: PlayedEntry) -> dict[str, PlayedEntry]:
    return {entry.name: entry for entry in entries}


CHOI = PlayedEntry("choi", frozenset({"4002"}))


@pytest.fixture
def users(tmp_path: Path) -> Iterator[SqliteUsers]:
    store = user_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def corp() -> PlayedSource:
    return PlayedSource("corp", people(CHOI, PlayedEntry("kim"), PlayedEntry("norights")))


@pytest.fixture
def both(users: SqliteUsers, corp: PlayedSource) -> Iterator[Authenticator]:
    authenticator = Authenticator(users, [None, corp])
    yield authenticator
    authenticator.close()


async def test_a_directorys_user_gets_the_phones_that_the_directory_names(both: Authenticator) -> None:
    principal = await both.by_password("choi", "directory")
    assert principal is not None
    assert principal.may_use("4002") and not principal.uses_all


@pytest.mark.parametrize(("name", "password"), [("choi", "wrong"), ("choi", ""), ("ghost", "directory")])
async def test_a_wrong_name_or_password_is_refused(both: Authenticator, name: str, password: str) -> None:
    assert await both.by_password(name, password) is None


async def test_a_local_name_is_never_asked_of_a_directory(both: Authenticator, corp: PlayedSource) -> None:
    assert await both.by_password("kim", "directory") is None
    assert await both.by_password("kim", "secret") is not None
    assert corp.asked == []


async def test_a_local_name_is_not_taken_over_where_the_directory_comes_first(
    users: SqliteUsers, corp: PlayedSource
) -> None:
    authenticator = Authenticator(users, [corp, None])
    assert await authenticator.by_password("root", "directory") is None
    assert await authenticator.by_password("root", "toor") is not None
    authenticator.close()


async def test_another_writing_of_a_name_is_the_same_user(both: Authenticator, users: SqliteUsers) -> None:
    principal = await both.by_password("CHOI", "directory")
    assert principal is not None and principal.name == "choi"
    with pytest.raises(CallError):  # the directory's kim is not the local one
        await both.by_password("KIM", "directory")


async def test_a_directory_that_is_away_does_not_open_the_next_one(users: SqliteUsers) -> None:
    second = PlayedSource("second", people(CHOI))
    authenticator = Authenticator(users, [PlayedSource("first", None), second])
    with pytest.raises(CallError) as caught:
        await authenticator.by_password("choi", "directory")
    authenticator.close()
    assert caught.value.refusal is Refusal.UNAVAILABLE
    assert second.asked == []


async def test_a_name_stays_with_the_directory_where_it_was_first_known(
    users: SqliteUsers, corp: PlayedSource
) -> None:
    first = PlayedSource("first", people())
    authenticator = Authenticator(users, [first, corp])
    assert await authenticator.by_password("choi", "directory") is not None
    first.people = people(PlayedEntry("choi", frozenset({"4000"}), administrator=True))
    principal = await authenticator.by_password("choi", "directory")
    authenticator.close()
    assert principal is not None and not principal.administrator


async def test_who_has_no_rights_is_told_how_to_get_them(both: Authenticator, users: SqliteUsers) -> None:
    with pytest.raises(CallError, match="offhook user add norights --directory corp") as caught:
        await both.by_password("norights", "directory")
    assert caught.value.refusal is Refusal.NOT_ALLOWED
    users.add("norights", "", terminals=["4001"], source="corp")
    principal = await both.by_password("norights", "directory")
    assert principal is not None and principal.may_use("4001")


async def test_changed_rights_in_the_directory_hold_from_the_next_login(
    both: Authenticator, corp: PlayedSource, users: SqliteUsers
) -> None:
    before = await both.by_password("choi", "directory")
    assert before is not None and users.stale([before]) == set()
    assert corp.people is not None
    corp.people["choi"] = PlayedEntry("choi", frozenset({"4001"}))
    after = await both.by_password("choi", "directory")
    assert after is not None and after.terminals == {"4001"}
    assert users.stale([before]) == {before}


async def test_rights_that_an_administrator_gave_stay(both: Authenticator, users: SqliteUsers) -> None:
    await both.by_password("choi", "directory")
    users.set_terminals("choi", ["4000"])
    principal = await both.by_password("choi", "directory")
    assert principal is not None and principal.terminals == {"4000"}


async def test_the_password_of_a_directorys_user_is_changed_there(
    both: Authenticator, users: SqliteUsers
) -> None:
    await both.by_password("choi", "directory")
    with pytest.raises(UserError, match="kept by the directory corp"):
        users.set_password("choi", "mine")
    assert users.verify("choi", "") is None


async def test_a_token_of_who_left_the_directory_is_worth_nothing(
    both: Authenticator, corp: PlayedSource
) -> None:
    principal = await both.by_password("choi", "directory")
    assert principal is not None
    token = await both.issue_token(principal)
    assert await both.by_token(token) == principal
    corp.people = None
    assert await both.by_token(token) == principal, "the directory is away, the phones are not"
    corp.people = people()
    assert await both.by_token(token) is None


async def test_a_token_of_a_source_that_is_configured_no_more_is_worth_nothing(
    both: Authenticator, users: SqliteUsers
) -> None:
    principal = await both.by_password("choi", "directory")
    assert principal is not None
    token = await both.issue_token(principal)
    alone = Authenticator(users)
    assert await alone.by_token(token) is None
    alone.close()


async def test_what_cannot_be_verified_counts_as_no_wrong_password(users: SqliteUsers) -> None:
    no_memory = "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    users.file.connection.execute("UPDATE users SET password = ? WHERE name = 'kim'", (no_memory,))
    with pytest.raises(CallError) as caught:
        await Authenticator(users).by_password("kim", "secret")
    assert caught.value.refusal is Refusal.UNAVAILABLE


class SilentSource(PlayedSource):
    """A directory that does not answer, as one whose name cannot be looked up."""

    async def find(self, user: str) -> PlayedEntry | None:
        self.asked.append(user)
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
async def silent(users: SqliteUsers, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Authenticator]:
    """Its directory does not answer, and as many strangers as may wait for it do."""
    monkeypatch.setattr(authentication, "TOKEN_LOOKUP_S", 0.05)
    source = SilentSource("corp", None)
    authenticator = Authenticator(users, [None, source])
    strangers = [
        asyncio.create_task(authenticator.by_password(f"nobody{number}", "guess"))
        for number in range(MAX_BINDS + 5)
    ]
    while len(source.asked) < MAX_BINDS:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    yield authenticator
    for one in strangers:
        one.cancel()
    await asyncio.gather(*strangers, return_exceptions=True)
    authenticator.close()


async def test_strangers_who_wait_for_a_silent_directory_keep_no_local_user_waiting(
    silent: Authenticator,
) -> None:
    kim = await silent.by_password("kim", "secret")
    assert kim is not None
    assert await silent.by_token(await silent.issue_token(kim)) == kim
    assert await silent.by_token(silent.users.local_token) is LOCAL


async def test_a_silent_directory_keeps_its_own_people_with_tokens_waiting_once(
    users: SqliteUsers, silent: Authenticator
) -> None:
    users.add("choi", "", terminals=["4002"], source="corp")
    token = users.issue_token("choi", 60)
    for _ in range(3):
        principal = await silent.by_token(token)
        assert principal is not None and principal.may_use("4002")
    source = silent._source("corp")
    assert isinstance(source, SilentSource)
    assert source.asked.count("choi") == 1
