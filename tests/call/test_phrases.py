"""What became of a call, in words."""

from dataclasses import replace

import pytest

from offhook.call import Call, CallState, Cause, Direction, Party
from offhook.call.phrases import CAUSES, ended, failed

OVER = Call("c1", "4000", CallState.ON_HOOK, Party("Kim", "4000"), Party("Lee", "4001"), started=1.0)


def test_every_cause_has_words() -> None:
    assert set(CAUSES) == set(Cause)


@pytest.mark.parametrize(
    ("call", "phrase"),
    [
        (replace(OVER, cause=Cause.NORMAL), "Your phone hung up before {name} answered"),
        (replace(OVER, cause=Cause.NORMAL, connected=2.0), ""),
        (replace(OVER, cause=Cause.REJECTED), "{name} has declined"),
        (replace(OVER, cause=Cause.REJECTED, direction=Direction.INBOUND), ""),
        (replace(OVER, cause=Cause.PARKED), ""),
    ],
)
def test_the_phrase_says_who_did_what(call: Call, phrase: str) -> None:
    assert ended(call) == phrase


def test_where_it_went_is_told_where_that_is_known() -> None:
    assert ended(replace(OVER, cause=Cause.PARKED), target=True) == "Parked: {target}"


def test_what_nobody_wanted_has_failed_and_what_somebody_wanted_has_not() -> None:
    assert failed(replace(OVER, cause=Cause.UNREACHABLE))
    assert not failed(replace(OVER, cause=Cause.DROPPED))
    assert not failed(replace(OVER, cause=Cause.REJECTED, direction=Direction.INBOUND))
