"""Which of several Call Managers is tried next, and when. Times are those that are scheduled."""

import random
from collections import Counter

from offhook.common.backoff import FIRST_S, REFUSED_S, Backoff
from offhook.sscp.managers import GOES_S, MAX_SPREAD_S, Managers

NORTH, SOUTH, WEST = "wss://north:7701", "wss://south:7701", "wss://west:7701"
ALL = [NORTH, SOUTH, WEST]
TWO = [NORTH, SOUTH]


def managers(chance: float = 1.0) -> Managers:
    return Managers(Backoff(lambda: 1.0), lambda: chance)


def begun(urls: list[str], now: float = 0.0) -> Managers:
    found = managers()
    found.begin(urls, now)
    return found


def used(urls: list[str], chance: float = 1.0, spread_s: float = 0.0) -> Managers:
    """Logged in at the first of them."""
    found = managers(chance)
    found.begin(urls, 0.0)
    found.next()
    found.up(spread_s)
    return found


def test_each_is_tried_in_its_order_and_at_once() -> None:
    found = begun(ALL)
    tried = []
    while (one := found.next()) is not None:
        tried.append(one)
        found.failed(0.0)
    assert tried == [(NORTH, 0.0), (SOUTH, 0.0), (WEST, 0.0)]


def test_only_when_none_of_them_answers_there_is_a_pause_and_it_grows() -> None:
    found, pauses = begun(TWO), []
    for _ in range(3):
        while found.next() is not None:
            found.failed(0.0)
        found.begin(TWO, 0.0)
        pauses.append(found.at)
    assert pauses == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]


def test_when_one_is_lost_another_is_tried_first_and_it_comes_last() -> None:
    found = used(ALL)
    found.lost(5.0)
    found.begin(ALL, 5.0)
    assert [found.next(), found.next(), found.next()] == [(SOUTH, 5.0), (WEST, 5.0), (NORTH, 5.0)]


def test_one_that_sends_its_clients_away_is_left_alone_while_there_are_others() -> None:
    found = used(TWO)
    found.lost(5.0, sent_away=True)
    found.begin(TWO, 5.0)
    assert found.next() == (SOUTH, 5.0)
    found.failed(5.0)
    assert found.next() is None
    found.begin(TWO, 5.0)
    assert found.next() == (SOUTH, 5.0 + FIRST_S)
    found.failed(5.0 + GOES_S)
    found.begin(TWO, 5.0 + GOES_S)
    assert found.next() == (NORTH, 5.0 + GOES_S)


def test_one_alone_is_tried_again_after_a_pause() -> None:
    found = used([NORTH])
    found.lost(5.0)
    found.begin([NORTH], 5.0)
    assert found.next() == (NORTH, 5.0 + FIRST_S)


def test_one_that_says_when_is_tried_then_and_no_sooner() -> None:
    found = begun([NORTH])
    found.next()
    found.failed(0.0, 30.0)
    found.begin([NORTH], 0.0)
    assert found.next() == (NORTH, 30.0)


def test_a_full_one_does_not_keep_others_from_being_tried() -> None:
    found = begun(TWO)
    found.next()
    found.failed(0.0, 30.0)
    assert found.next() == (SOUTH, 0.0)
    found.failed(0.0)
    found.begin(TWO, 0.0)
    assert [found.next(), found.next()] == [(SOUTH, FIRST_S), None]


def test_a_login_that_is_refused_is_not_tried_at_all_the_others() -> None:
    found = begun(TWO)
    found.next()
    found.failed(0.0, refused=True)
    assert found.next() is None
    found.begin(TWO, 0.0)
    assert found.at == REFUSED_S


def test_without_any_the_next_look_is_after_a_pause() -> None:
    found = begun(ALL)
    for _ in ALL:
        found.next()
        found.failed(0.0)
    found.begin([], 0.0)
    assert (found.next(), found.at) == (None, FIRST_S)


def test_a_server_cannot_have_its_clients_spread_over_hours() -> None:
    found = used(ALL, spread_s=86_400.0)
    found.lost(0.0)
    found.begin(ALL, 0.0)
    assert found.at == MAX_SPREAD_S


def test_the_clients_of_a_node_that_dies_come_to_the_others_one_after_the_other() -> None:
    """10,000 clients, whom the node has told to spread over ten seconds: about a thousand come in each."""
    chance = random.Random(1)
    seconds, nodes = Counter[int](), Counter[str]()
    for _ in range(10_000):
        found = Managers(Backoff(), chance.random)
        found.begin([NORTH, *chance.sample([SOUTH, WEST], 2)], 0.0)
        found.next()
        found.up(10.0)
        found.lost(100.0)
        found.begin([NORTH, *chance.sample([SOUTH, WEST], 2)], 100.0)
        url, at = found.next() or ("", 0.0)
        seconds[int(at)] += 1
        nodes[url] += 1
    assert set(seconds) == set(range(100, 110))
    assert max(seconds.values()) < 1_150
    assert set(nodes) == {SOUTH, WEST}
    assert max(nodes.values()) < 5_300
