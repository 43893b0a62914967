"""Tokens that a person makes for programs, beside those of logins; and what programs keep for a person."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from offhook.errors import UserError
from offhook.manager.stores.tokens import MAX_TOKENS
from offhook.manager.stores.users import StoredUsers
from tests.manager.stores.sites import Site

NOW = 1_767_225_600.0


@pytest.fixture
def users(site: Site) -> Iterator[StoredUsers]:
    with closing(site.users(clock=lambda: NOW)) as store:
        store.add("kim", "secret", terminals=["4000"])
        store.add("lee", "secret", terminals=["4001"])
        yield store


def test_a_token_of_a_program_has_the_name_that_its_person_gave_it(users: StoredUsers) -> None:
    token = users.issue_token("kim", 60, "Chrome at my desk")
    users.issue_token("kim", 30)
    found = users.find_token(token)
    assert found is not None and (found.name, found.user, found.expires) == (
        "Chrome at my desk",
        "kim",
        NOW + 60,
    )
    assert sorted(one.name for one in users.tokens("kim")) == ["", "Chrome at my desk"]
    assert users.tokens("lee") == []


def test_the_id_of_a_token_does_not_contain_the_token(users: StoredUsers) -> None:
    token = users.issue_token("kim", 60, "desk")
    found = users.find_token(token)
    assert found is not None and found.id not in token and users.verify_token(found.id) is None


def test_a_token_is_removed_by_its_id_and_by_its_owner_only(users: StoredUsers) -> None:
    token = users.issue_token("kim", 60, "desk")
    found = users.find_token(token)
    assert found is not None
    assert not users.remove_token("lee", found.id)
    assert users.verify_token(token) is not None
    assert users.remove_token("kim", found.id)
    assert users.verify_token(token) is None and users.find_token(token) is None


def test_logins_do_not_push_out_the_tokens_of_programs(users: StoredUsers) -> None:
    token = users.issue_token("kim", 60, "desk")
    for _ in range(MAX_TOKENS + 1):
        users.issue_token("kim", 60)
    assert users.verify_token(token) is not None
    assert len(users.tokens("kim")) == MAX_TOKENS + 1


def test_a_person_makes_only_so_many_tokens_for_programs(users: StoredUsers) -> None:
    for number in range(MAX_TOKENS):
        users.issue_token("kim", 60, f"program {number}")
    with pytest.raises(UserError, match="remove one first"):
        users.issue_token("kim", 60, "one more")
    users.issue_token("lee", 60, "another's")


@pytest.mark.parametrize("name", ["x" * 65, "two\nlines"])
def test_a_token_has_a_name_that_can_be_shown(users: StoredUsers, name: str) -> None:
    with pytest.raises(UserError, match="printable"):
        users.issue_token("kim", 60, name)


def test_what_programs_keep_for_a_person_goes_with_the_person(users: StoredUsers) -> None:
    assert users.settings("kim") == ""
    users.keep_settings("kim", '{"theme":"dark"}')
    assert (users.settings("kim"), users.settings("lee")) == ('{"theme":"dark"}', "")
    users.remove("kim")
    users.add("kim", "secret")
    assert users.settings("kim") == ""
    with pytest.raises(UserError, match="no user"):
        users.keep_settings("nobody", "{}")
