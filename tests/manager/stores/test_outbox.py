"""What waits for webhooks, kept in a database."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from offhook.errors import UnavailableError
from offhook.manager.outbox import Letter
from offhook.manager.stores.outbox import SqliteOutbox, StoredOutbox
from tests.manager.stores.sites import Site


@pytest.fixture
def outbox(site: Site) -> Iterator[StoredOutbox]:
    with closing(site.outbox()) as found:
        yield found


def a_letter(name: str, call: str = "c1", hook: str = "crm", next_at: float = 0.0) -> Letter:
    return Letter(name, hook, call, b"{}", 0.0, next_at)


def test_of_each_call_only_the_oldest_letter_is_due(outbox: StoredOutbox) -> None:
    outbox.add([a_letter("a"), a_letter("b"), a_letter("c", "c2"), a_letter("d", hook="other")])
    assert [one.id for one in outbox.due("crm", 1.0, 10)] == ["a", "c"]
    outbox.done("a")
    assert [one.id for one in outbox.due("crm", 1.0, 10)] == ["b", "c"]
    assert len(outbox.due("crm", 1.0, 1)) == 1


def test_what_comes_after_the_end_is_refused(tmp_path: Path) -> None:
    outbox = SqliteOutbox(tmp_path / "webhooks.sqlite")
    outbox.close()
    with pytest.raises(UnavailableError, match="closed"):
        outbox.add([a_letter("a")])


def test_what_is_not_due_yet_says_when(outbox: StoredOutbox) -> None:
    outbox.add([a_letter("a", next_at=50.0), a_letter("b", next_at=10.0)])
    assert outbox.due("crm", 20.0, 10) == []
    assert outbox.next_at("crm") == 50.0
    assert outbox.next_at("other") is None


def test_the_oldest_of_too_many_die_and_the_dead_are_limited_too(
    outbox: StoredOutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.manager.stores.outbox.MAX_WAITING", 2)
    monkeypatch.setattr("offhook.manager.stores.outbox.MAX_DEAD", 1)
    died = outbox.add([a_letter(name) for name in "abcd"])
    assert died == 2
    assert [one.id for one in outbox.letters(dead=False)] == ["d", "c"]
    assert [(one.id, one.problem) for one in outbox.letters(dead=True)] == [("b", "too many waited")]


def test_a_dead_letter_is_revived_or_dropped_by_its_id(outbox: StoredOutbox) -> None:
    outbox.add([a_letter(name, name) for name in "abc"])
    for one in outbox.letters():
        outbox.failed(Letter(one.id, one.hook, one.call, one.body, 0.0, 0.0, 9, "away", dead=True))
    assert (outbox.revive("a"), outbox.revive("nonsense"), outbox.drop("b")) == (1, 0, 1)
    assert [(one.id, one.dead) for one in outbox.letters()] == [("c", True), ("a", False)]
