"""Nodes take what is free, keep what they have, and hand over what is another's."""

import pytest

from offhook.cluster.entries import Entry, TerminalEntry, encode, terminal_key
from offhook.cluster.lease import LEASE_S, MARGIN
from offhook.cluster.member import Member
from offhook.cluster.ownership import MAX_MOVES, Owner
from offhook.cluster.placing import best
from tests.cluster.bucket import Bucket

TERMINALS = [str(4000 + number) for number in range(20)]


def first(_terminal: str, live: list[str]) -> str:
    """All belongs to the first of them by name."""
    return min(live, default="")


def test_a_node_alone_takes_every_terminal() -> None:
    bucket, member = Bucket(), Member("a", "run", TERMINALS)
    bucket.serve(member, 100.0)
    assert [member.epoch(terminal, 100.0) for terminal in TERMINALS] == [1] * len(TERMINALS)
    assert member.owner("4000") == Owner("a", 1)


def test_a_node_that_cannot_reach_the_bucket_stops_acting_before_its_lease_ends() -> None:
    bucket, member = Bucket(), Member("a", "run", ["4000"])
    bucket.serve(member, 100.0)
    last = 100.0 + LEASE_S * (1 - MARGIN)
    assert member.epoch("4000", last - 0.01) == 1
    assert member.epoch("4000", last) is None


def test_a_renewal_counts_from_before_it_was_sent() -> None:
    bucket, member = Bucket(), Member("a", "run", ["4000"])
    bucket.serve(member, 100.0)
    (renewal,) = member.poll(101.0)
    member.on_answer(renewal, bucket.answer(renewal), 101.9)
    assert member.holds(101.0 + LEASE_S * (1 - MARGIN) - 0.01)
    assert not member.holds(101.0 + LEASE_S * (1 - MARGIN))


def test_a_node_whose_lease_has_run_out_unnoticed_goes_on_in_the_same_epoch() -> None:
    bucket, member = Bucket(), Member("a", "run", ["4000"])
    bucket.serve(member, 100.0)
    assert member.epoch("4000", 160.0) is None
    bucket.serve(member, 160.0)
    assert member.epoch("4000", 160.0) == 1


def test_what_a_dead_node_had_is_taken_in_a_newer_epoch_when_its_lease_is_over() -> None:
    bucket = Bucket()
    dead, other = Member("a", "run", ["4000"], placing=first), Member("b", "run", ["4000"], placing=first)
    bucket.serve(dead, 100.0)
    bucket.serve(other, 500.0)  # its clock shows another time
    bucket.bring(other, 500.0)
    bucket.serve(other, 502.9)
    assert other.owner("4000") == Owner("a", 1)
    bucket.serve(other, 503.0)
    assert other.epoch("4000", 503.0) == 2


def test_an_owner_that_comes_back_a_moment_after_another_node_goes_on_when_both_were_without_the_bucket() -> (
    None
):
    bucket = Bucket()
    owner, other = (Member(name, "run", ["4000"], placing=first) for name in "ab")
    bucket.serve(owner, 100.0)
    bucket.serve(other, 100.0)
    bucket.bring(other, 100.0)
    other.poll(102.8)  # nobody answers any more: it has no lease, and cannot know of anybody's
    bucket.serve(other, 105.0)
    bucket.serve(other, 105.2)
    bucket.serve(owner, 105.8)
    bucket.bring(other, 105.8)
    bucket.serve(other, 107.0)
    assert (owner.epoch("4000", 107.0), other.epoch("4000", 107.0)) == (1, None)


def test_an_owner_that_does_not_come_back_is_followed_after_half_a_lease() -> None:
    bucket = Bucket()
    owner, other = (Member(name, "run", ["4000"], placing=first) for name in "ab")
    bucket.serve(owner, 100.0)
    bucket.serve(other, 100.0)
    bucket.bring(other, 100.0)
    other.poll(102.8)
    bucket.serve(other, 105.0)
    bucket.serve(other, 106.4)
    assert other.epoch("4000", 106.4) is None
    bucket.serve(other, 106.6)
    assert other.epoch("4000", 106.6) == 2


def test_a_node_whose_lease_was_ended_acts_no_more_and_comes_back_in_a_newer_epoch() -> None:
    bucket = Bucket()
    paused, other = Member("a", "run", ["4000"], placing=first), Member("b", "run", ["4000"], placing=first)
    bucket.serve(paused, 100.0)
    bucket.serve(other, 100.0)
    bucket.bring(other, 100.0)
    bucket.serve(other, 103.0)
    bucket.bring(paused, 100.5)  # its own clock stood still, and it may think that it has two seconds left
    assert paused.epoch("4000", 100.5) is None
    bucket.serve(paused, 101.6)
    bucket.bring(other, 104.0)
    bucket.serve(other, 104.0)  # the terminal is the first node's again, and is given up
    bucket.bring(paused, 101.7)
    bucket.serve(paused, 101.7)
    assert paused.epoch("4000", 101.7) == 3


def test_two_processes_of_one_name_do_not_both_live() -> None:
    bucket = Bucket()
    one, two = Member("a", "one", ["4000"]), Member("a", "two", ["4000"])
    bucket.serve(one, 100.0)
    for tenth in range(100):
        now = 100.0 + tenth / 10
        bucket.serve(two, now)
        bucket.serve(one, now)
        assert one.holds(now) and not two.holds(now)
    assert two.run_elsewhere


def test_a_node_that_goes_leaves_its_terminals_to_the_others_at_once() -> None:
    bucket = Bucket()
    goes, other = Member("a", "run", ["4000"], placing=first), Member("b", "run", ["4000"], placing=first)
    bucket.serve(goes, 100.0)
    bucket.serve(other, 100.0)
    goes.resign()
    assert goes.epoch("4000", 100.0) is None
    bucket.serve(goes, 100.1)
    assert goes.resigned
    bucket.bring(other, 100.1)
    bucket.serve(other, 100.1)
    assert other.epoch("4000", 100.1) == 2


def test_a_node_that_goes_says_so_even_if_a_renewal_was_under_way() -> None:
    bucket, member = Bucket(), Member("a", "run", [])
    bucket.serve(member, 100.0)
    (renewal,) = member.poll(101.0)
    member.resign()
    bucket.answer(renewal)
    bucket.serve(member, 101.1)
    assert member.resigned


def test_terminals_move_to_a_node_that_joins_a_few_at_a_time() -> None:
    bucket = Bucket()
    here, joins = Member("b", "run", TERMINALS, placing=first), Member("a", "run", TERMINALS, placing=first)
    bucket.serve(here, 100.0)
    bucket.serve(joins, 100.0)
    bucket.bring(here, 100.0)
    bucket.serve(here, 100.1)
    assert sum(here.owner(terminal) is None for terminal in TERMINALS) == MAX_MOVES
    for tenth in range(2, 80):
        for member in (joins, here):
            bucket.bring(member, 100 + tenth / 10)
            bucket.serve(member, 100 + tenth / 10)
    assert [joins.epoch(terminal, 107.9) for terminal in TERMINALS] == [2] * len(TERMINALS)


def test_a_terminal_with_a_call_stays_where_it_is_until_the_call_is_over() -> None:
    bucket, calls = Bucket(), {"4000"}
    here = Member("b", "run", ["4000"], placing=first, busy=calls.__contains__)
    joins = Member("a", "run", ["4000"], placing=first)
    bucket.serve(here, 100.0)
    bucket.serve(joins, 100.0)
    bucket.bring(here, 100.0)
    bucket.serve(here, 101.0)
    assert here.epoch("4000", 101.0) == 1
    calls.clear()
    bucket.serve(here, 102.0)
    assert here.epoch("4000", 102.0) is None
    bucket.bring(joins, 102.0)
    bucket.serve(joins, 102.0)
    assert joins.epoch("4000", 102.0) == 2


def test_an_entry_that_cannot_be_read_is_nobodys_and_is_written_anew() -> None:
    bucket = Bucket()
    bucket.entries[terminal_key("4000")] = Entry(terminal_key("4000"), b"\xff{", 7)
    bucket.revision = 7
    member = Member("a", "run", ["4000"])
    bucket.bring(member, 100.0)
    bucket.serve(member, 100.0)
    assert member.epoch("4000", 100.0) == 1


def test_a_terminal_that_is_not_of_the_site_is_nobodys() -> None:
    bucket, member = Bucket(), Member("a", "run", ["4000"])
    bucket.serve(member, 100.0)
    member.on_entry(Entry(terminal_key("9"), encode(TerminalEntry("a", 1, 1)), 99), 100.0)
    assert member.epoch("9", 100.0) is None and member.owner("9") is None


def test_all_that_a_busy_bucket_has_not_answered_is_bounded() -> None:
    many = [str(number) for number in range(1000)]
    bucket, member = Bucket(), Member("a", "run", many)
    for _ in range(2):  # its own entry is read and written
        for request in member.poll(100.0):
            member.on_answer(request, bucket.answer(request), 100.0)
    assert len([*member.poll(100.0), *member.poll(100.1), *member.poll(100.2)]) == 64


@pytest.mark.parametrize("nodes", [3, 5])
def test_terminals_are_spread_evenly_and_only_those_of_a_node_move_when_it_goes(nodes: int) -> None:
    names = [f"node{number}" for number in range(nodes)]
    terminals = [str(number) for number in range(3000)]
    before = {terminal: best(terminal, names) for terminal in terminals}
    share = len(terminals) / nodes
    assert all(0.85 * share < list(before.values()).count(name) < 1.15 * share for name in names)
    after = {terminal: best(terminal, names[1:]) for terminal in terminals}
    assert {terminal for terminal in terminals if before[terminal] != after[terminal]} == {
        terminal for terminal in terminals if before[terminal] == names[0]
    }
