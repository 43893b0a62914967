"""What a node knows of the others."""

from dataclasses import replace

from offhook.call import NodeState
from offhook.cluster.messages import NodeTold, decode, encode
from offhook.cluster.roster import LOST_S, MAX_NODES, Roster

SOUTH = NodeState("south", "1.0", 1000.0, ("switch",), {"sscp": 3}, 2, ("call log: the disk is full",))


def test_what_a_node_has_told_is_known_as_long_as_it_lives() -> None:
    roster = Roster("north")
    roster.on_told(NodeTold(SOUTH), 10.0)
    assert roster.others(["north", "south"], 11.5) == [replace(SOUTH, silent_s=1.5)]


def test_one_that_was_lost_works_nothing_any_more_and_is_shown_for_a_day() -> None:
    roster = Roster("north")
    roster.on_told(NodeTold(SOUTH), 10.0)
    (lost,) = roster.others(["north"], 40.0)
    assert (lost.live, lost.silent_s, lost.acts_for, lost.well) == (False, 30.0, (), False)
    assert roster.others(["north"], 11.0 + LOST_S) == []


def test_one_that_went_in_order_is_not_missed() -> None:
    roster = Roster("north")
    roster.on_told(NodeTold(SOUTH), 10.0)
    roster.on_told(NodeTold(SOUTH, goes=True), 11.0)
    assert roster.others(["north"], 12.0) == []


def test_one_of_an_older_version_is_there_though_it_tells_nothing() -> None:
    assert Roster("north").others(["north", "old"], 1.0) == [NodeState("old")]


def test_what_says_that_it_is_this_one_is_not_believed() -> None:
    roster = Roster("south")
    roster.on_told(NodeTold(SOUTH), 10.0)
    assert roster.others(["south"], 10.0) == []


def test_it_remembers_no_more_nodes_than_there_may_be() -> None:
    roster = Roster("north")
    for number in range(MAX_NODES + 5):
        roster.on_told(NodeTold(NodeState(str(number))), float(number))
    assert len(roster.others([], 70.0)) == MAX_NODES


def test_what_a_newer_node_tells_besides_is_ignored() -> None:
    newer = encode(NodeTold(SOUTH)).replace(b'"name"', b'"mood":"good","name"')
    assert decode(NodeTold, newer) == NodeTold(SOUTH)
