"""What nobody waits for is told after what has come meanwhile, and never out of order."""

from dataclasses import replace

from offhook.call import Call, CallState, Party
from offhook.sip.endpoint import Endpoint
from offhook.switch.b2bua.toldlater import LATER_S, ToldLater

BEGUN = Call("c1", "4001", CallState.OFF_HOOK, Party("Lee", "4001"), Party("Kim", "4000"), 1.0)
GOES_ON = replace(BEGUN, state=CallState.PROCEED, revision=1)
OTHER = replace(BEGUN, id="c2")


class Site:
    def __init__(self) -> None:
        self.endpoint, self.told = Endpoint(), list[Call]()
        self.later = ToldLater(self.endpoint, self.told.append)


def test_what_is_told_later_is_told_in_its_order_after_a_moment() -> None:
    site = Site()
    site.later.add(BEGUN)
    site.later.add(OTHER)
    site.later.add(GOES_ON)
    assert site.told == []

    assert site.endpoint.timers.latest == LATER_S
    site.endpoint.tick(LATER_S)

    assert [one for one in site.told if one.id == "c1"] == [BEGUN, GOES_ON]
    assert OTHER in site.told


def test_what_waits_of_a_call_is_told_before_its_next_value_and_once() -> None:
    site = Site()
    site.later.add(BEGUN)
    site.later.add(OTHER)

    site.later.catch_up("c1")
    assert site.told == [BEGUN]

    site.endpoint.tick(LATER_S)
    assert site.told == [BEGUN, OTHER]
