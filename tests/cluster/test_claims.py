"""Nodes whose configurations have a phone in different telephone systems: only one of them acts for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from offhook.cluster import claims
from offhook.cluster.claims import Contradiction, Refusals, packed, unpacked
from offhook.cluster.entries import Entry, TerminalEntry, encode, terminal_key
from offhook.cluster.member import Member
from tests.cluster.bucket import Bucket

Parts = Mapping[str, Collection[str]]

OLD: Parts = {"seoul": ("4000", "4001"), "busan": ("5000",)}
MOVED: Parts = {"seoul": ("4000",), "busan": ("5000", "4001")}
"""4001 is Busan's by now."""


def at_home(unit: str, live: list[str]) -> str:
    """Seoul is to be s's, Busan b's."""
    return next((node for node in live if node == unit[0]), "")


def a_member(name: str, parts: Parts) -> Member:
    return Member(name, f"run-{name}", parts, placing=at_home, phones=parts)


class Site:
    """Nodes on one bucket, each with a configuration of its own."""

    def __init__(self, **nodes: Parts) -> None:
        self.bucket, self.now = Bucket(), 100.0
        self.members = {name: a_member(name, parts) for name, parts in nodes.items()}

    def go_on(self, *names: str, seconds: float = 5.0) -> None:
        """These live for so long; the others do not."""
        until = self.now + seconds
        while self.now < until:
            for name in names:
                self.bucket.serve(self.members[name], self.now)
                self.bucket.bring(self.members[name], self.now)
            self.now += 0.5

    def acts(self, name: str) -> list[str]:
        member = self.members[name]
        return [unit for unit in ("seoul", "busan", "jeju") if member.epoch(unit, self.now - 0.5) is not None]


def test_nodes_that_agree_have_a_telephone_system_each() -> None:
    site = Site(s=OLD, b=OLD)
    site.go_on("s", "b")
    assert (site.acts("s"), site.acts("b")) == (["seoul"], ["busan"])


def test_a_node_does_not_take_phones_that_another_one_has_in_a_telephone_system_of_its_own() -> None:
    site = Site(s=OLD, b=MOVED)
    site.go_on("s")
    site.go_on("s", "b")
    assert (site.acts("s"), site.acts("b")) == (["seoul"], [])
    assert site.members["b"].contradicted == {"busan": Contradiction("4001", "seoul", "s")}
    assert not site.members["s"].contradicted


def test_it_takes_them_when_the_other_one_has_gone() -> None:
    site = Site(s=OLD, b=MOVED)
    site.go_on("s")
    site.go_on("s", "b")
    site.go_on("b", seconds=8.0)
    assert site.acts("b") == ["busan"]
    assert not site.members["b"].contradicted


def test_of_two_that_claim_at_the_same_time_the_older_claim_holds() -> None:
    """Each has asked before it has heard of the other."""
    site = Site(s=OLD, b=MOVED)
    for member in site.members.values():
        site.bucket.serve(member, site.now)
    assert [entry.key for entry in site.bucket.entries.values() if b"phones" in entry.value] == [
        terminal_key("seoul"),
        terminal_key("busan"),
    ]
    late = site.members["b"]
    site.bucket.bring(late, site.now)
    assert late.epoch("busan", site.now) is None
    site.go_on("s", "b")
    assert (site.acts("s"), site.acts("b")) == (["seoul"], [])


def test_a_claim_is_not_acted_by_before_the_watch_has_brought_it() -> None:
    """By then it has brought all that is older."""
    site = Site(s=OLD)
    site.bucket.serve(site.members["s"], site.now)
    assert site.members["s"].owner("seoul") is not None
    assert site.members["s"].epoch("seoul", site.now) is None
    site.bucket.bring(site.members["s"], site.now)
    assert site.members["s"].epoch("seoul", site.now) == 1


@pytest.mark.parametrize(
    "added",
    [
        {"seoul": ("4000", "4001", "4002"), "busan": ("5000",)},
        {"seoul": ("4000", "4001"), "busan": ("5000", "5001")},
        {"seoul": ("4000", "4001"), "busan": ("5000",), "jeju": ("6000",)},
    ],
)
def test_what_is_added_node_by_node_contradicts_nothing(added: Parts) -> None:
    site = Site(s=OLD, b=added, j=added)
    site.go_on("s")
    site.go_on("s", "b", "j")
    assert (site.acts("s"), site.acts("b")) == (["seoul"], ["busan"])
    assert site.acts("j") == [unit for unit in added if unit == "jeju"]


def test_a_telephone_system_that_this_node_does_not_know_counts_as_well() -> None:
    site = Site(j={"jeju": ("4000",)}, s=OLD)
    site.go_on("j")
    site.go_on("j", "s")
    assert (site.acts("j"), site.acts("s")) == (["jeju"], [])


def test_a_claim_of_an_earlier_version_is_compared_with_none() -> None:
    site = Site(s=OLD)
    old = encode(TerminalEntry("elsewhere", 1, 1))
    assert b"phones" not in old
    site.bucket.revision += 1
    site.bucket.entries[terminal_key("jeju")] = Entry(terminal_key("jeju"), old, site.bucket.revision)
    site.go_on("s")
    assert site.acts("s") == ["seoul"]


def test_fifty_thousand_phones_fit_in_a_claim() -> None:
    phones = [f"{number:06}" for number in range(50_000)]
    assert 0 < len(packed(phones)) < claims.MAX_PACKED
    assert unpacked(packed(phones)) == set(phones)


@pytest.mark.parametrize("text", ["", "x", "!", packed(["4000"])[:-3]])
def test_phones_that_cannot_be_read_are_none(text: str) -> None:
    assert unpacked(text) == frozenset()


def test_too_many_phones_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MAX_PACKED", 10)
    assert packed(["4000", "4001", "4002"]) == ""


def test_who_does_not_take_it_is_passed_by_for_as_long_as_it_says_so() -> None:
    refusals = Refusals()
    refusals.on_told("b", ["busan"], 10.0)
    assert refusals.others("busan", ["b", "s"], 11.0) == ["s"]
    assert refusals.others("seoul", ["b", "s"], 11.0) == ["b", "s"]
    assert refusals.others("busan", ["b", "s"], 10.0 + Refusals.FRESH_S) == ["b", "s"]
    refusals.on_told("b", [], 11.0)
    assert refusals.others("busan", ["b", "s"], 11.0) == ["b", "s"]
