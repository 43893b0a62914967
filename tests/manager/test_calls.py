"""What the Call Manager makes of a switch's calls."""

from dataclasses import replace

import pytest

from offhook.call import Call, CallState, Cause, Feature, Party
from offhook.manager.calls import LiveCalls
from offhook.manager.terminals import TerminalBook
from tests.manager.helpers import TERMINALS

HOUR = 3600.0


class Clocks:
    """A wall clock that is set, and a steady one."""

    lived, ahead = 0.0, 0.0

    def wall(self) -> float:
        return 1000.0 + self.lived + self.ahead

    def steady(self) -> float:
        return self.lived


@pytest.mark.parametrize("step", [HOUR, -HOUR, 800 * 24 * HOUR])
@pytest.mark.parametrize("answered_after_it", [True, False])
def test_a_call_lasts_as_long_as_it_was_lived_through_when_the_clock_is_set(
    step: float, answered_after_it: bool
) -> None:
    clocks = Clocks()
    calls = LiveCalls(TerminalBook(TERMINALS), clock=clocks.wall, steady=clocks.steady)
    call = Call("c1", "4000", CallState.OFF_HOOK, Party("", "4000"), Party("", "4001"), clocks.wall())
    calls.apply(call)
    clocks.lived += 5
    if answered_after_it:
        clocks.ahead = step
    call = replace(call, state=CallState.CONNECTED, connected=clocks.wall())
    calls.apply(call)
    clocks.lived += 7
    clocks.ahead = step
    news = calls.apply(replace(call, state=CallState.ON_HOOK, ended=clocks.wall(), cause=Cause.NORMAL))
    assert news is not None
    assert (news.call.started, news.call.connected, news.call.ended) == (1000.0, 1005.0, 1012.0)


def test_what_a_switch_says_again_is_no_news_after_the_clock_was_set() -> None:
    clocks = Clocks()
    calls = LiveCalls(TerminalBook(TERMINALS), clock=clocks.wall, steady=clocks.steady)
    call = Call("c1", "4000", CallState.OFF_HOOK, Party("", "4000"), Party("", "4001"), clocks.wall())
    calls.apply(call)
    clocks.ahead = HOUR
    call = replace(call, state=CallState.CONNECTED, connected=clocks.wall())
    assert calls.apply(call) is not None
    assert calls.apply(call) is None


def test_what_may_be_done_with_a_new_call_by_now_is_a_revision_of_its_own() -> None:
    allowed = [frozenset({Feature.DROP}), frozenset({Feature.DROP, Feature.DTMF})]
    calls = LiveCalls(TerminalBook(TERMINALS), lambda _terminal, _call: allowed[0])
    call = Call("c1", "4000", CallState.OFF_HOOK, Party("", "4000"), Party("", "4001"), 1000.0)
    first = calls.apply(call)
    assert calls.apply(call) is None
    allowed.pop(0)
    second = calls.apply(call)
    assert first is not None
    assert second is not None
    assert (first.call.revision, second.call.revision) == (0, 1)
    third = calls.apply(replace(call, state=CallState.PROCEED, revision=1))
    assert third is not None
    assert third.call.revision == 2
