"""Who should have a telephone system that not every node reaches, and that it does not go back and forth."""

from itertools import pairwise

from offhook.cluster.placing import best
from offhook.cluster.reach import (
    BARRED_S,
    BEGIN_S,
    FREE_S,
    FRESH_S,
    LOST_S,
    MAX_BARRED_S,
    TRIED_S,
    Reach,
)

UNIT = "switch"
BOTH = ["north", "south"]


class Site:
    """Two nodes that hear each other every second; `works` says where the driver can do its work."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.owner = "north"
        self.nodes = {name: Reach(name) for name in BOTH}
        self.works = {name: True for name in BOTH}
        self.answers: set[str] = set()
        """Where it answers to who knocks, though the driver does not work."""
        self.moves: list[tuple[float, str]] = []
        self.pass_(3)

    def pass_(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.now += 1.0
            for name, reach in self.nodes.items():
                works, owns = self.works[name], name == self.owner
                reach.on_seen(UNIT, self.now, owns=owns, works=works, knocks=works or name in self.answers)
            for reach in self.nodes.values():
                for other, told in self.nodes.items():
                    reach.on_told(other, *told.says(self.now), self.now)
            wanted = self.wanted(self.owner)
            if wanted != self.owner:
                self.owner = wanted
                self.moves.append((self.now, wanted))

    def wanted(self, at: str) -> str:
        able = self.nodes[at].able(UNIT, BOTH, self.owner, self.now)
        return self.owner if self.owner in able else best(UNIT, able)


def test_an_owner_that_has_lost_it_gives_it_to_a_node_that_reaches_it() -> None:
    site = Site()
    site.works["north"] = False
    site.pass_(LOST_S - 1)
    assert site.owner == "north"
    site.pass_(4)
    assert site.owner == "south"


def test_while_nobody_reaches_it_it_stays() -> None:
    site = Site()
    site.works = {name: False for name in BOTH}
    site.pass_(600)
    assert site.moves == []


def test_a_moment_without_it_moves_nothing() -> None:
    site = Site()
    for _ in range(20):
        site.works["north"] = False
        site.pass_(LOST_S - 1)
        site.works["north"] = True
        site.pass_(1)
    assert site.moves == []


def test_one_that_answers_to_who_knocks_is_waited_for_longer() -> None:
    site = Site()
    site.works["north"] = False
    site.answers = {"north"}
    site.pass_(TRIED_S - 1)
    assert site.owner == "north"
    site.pass_(4)
    assert site.owner == "south"


def test_who_has_given_it_up_does_not_get_it_back_at_once_when_the_other_loses_it_too() -> None:
    site = Site()
    site.works["north"] = False
    site.pass_(LOST_S + 3)
    site.works = {"north": True, "south": False}
    at = site.now
    site.pass_(MAX_BARRED_S)
    assert [where for _, where in site.moves] == ["south", "north"]
    assert site.moves[1][0] >= at - 3 + BARRED_S - BEGIN_S


def test_where_every_login_fails_and_every_knock_is_answered_it_moves_ever_more_seldom() -> None:
    site = Site()
    site.works = {name: False for name in BOTH}
    site.answers = set(BOTH)
    site.pass_(3600)
    times = [at for at, _ in site.moves]
    assert len(times) <= 2 * 3600 / MAX_BARRED_S + 8
    assert all(later - before >= TRIED_S for before, later in pairwise(times))


def test_what_is_free_is_left_to_who_reaches_it_and_taken_if_that_one_does_not_take_it() -> None:
    site = Site()
    site.works["north"] = False
    site.pass_(3)
    site.owner = ""
    assert site.nodes["north"].able(UNIT, BOTH, "", site.now) == ["south"]
    assert site.nodes["south"].able(UNIT, BOTH, "", site.now) == ["south"]
    assert site.nodes["north"].able(UNIT, BOTH, "", site.now + FREE_S) == BOTH


def test_old_news_of_another_node_count_nothing() -> None:
    site = Site()
    reach = site.nodes["north"]
    for _ in range(round(LOST_S) + 2):
        site.now += 1
        reach.on_seen(UNIT, site.now, owns=True, works=False, knocks=False)
    assert site.now > 1003 + FRESH_S
    assert reach.able(UNIT, BOTH, "north", site.now) == BOTH


def test_what_no_node_can_try_is_nobody_s_to_give_up() -> None:
    assert Reach("north").able(UNIT, BOTH, "north", 1.0) == BOTH
    assert Reach("north").able(UNIT, BOTH, "", 1.0) == BOTH


def test_what_moves_home_does_not_go_where_it_is_not_reached() -> None:
    site = Site()
    site.works["south"] = False
    site.pass_(3)
    assert site.nodes["north"].able(UNIT, BOTH, "north", site.now) == ["north"]
