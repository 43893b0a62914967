"""A command that is not well formed is refused with the member at fault and what to do."""

import math

import pytest

from offhook.call import (
    Command,
    Complete,
    Consult,
    Dtmf,
    Forward,
    Forwarding,
    ForwardWhen,
    Park,
    Redirect,
    Transfer,
    Unpark,
)
from offhook.errors import CallError, Refusal
from offhook.manager.validate import check

ALWAYS, BUSY, LATE = ForwardWhen.ALWAYS, ForwardWhen.BUSY, ForwardWhen.NO_ANSWER


def refused(command: Command[object]) -> CallError:
    with pytest.raises(CallError) as caught:
        check(command)
    return caught.value


@pytest.mark.parametrize("kind", [Redirect, Transfer, Consult])
def test_an_address_is_needed_and_can_be_dialled(kind: type[Redirect]) -> None:
    empty, odd = refused(kind("c1", "", "")), refused(kind("c1", "", "40 01"))
    assert (empty.refusal, str(empty)) == (
        Refusal.INVALID_ADDRESS,
        "address is empty; name the number to call",
    )
    assert (odd.refusal, "'40 01' cannot be dialled; send digits" in str(odd)) == (
        Refusal.INVALID_ADDRESS,
        True,
    )
    check(kind("c1", "", "4001"))


@pytest.mark.parametrize(
    ("forwardings", "what"),
    [
        ((Forwarding(BUSY, ""),), "forwardings[0].address is empty; name the number"),
        ((Forwarding(BUSY, "4 1"),), "forwardings[0].address: '4 1' cannot be dialled; send digits"),
        ((Forwarding(BUSY, "4000"),), "forwardings[0].address is the terminal itself; give another number"),
        (
            (Forwarding(BUSY, "4001"), Forwarding(LATE, "4001"), Forwarding(BUSY, "4002")),
            "forwardings[2].when is busy a second time; give one address for it",
        ),
        ((Forwarding(ALWAYS, "4001"),) * 4, "forwardings has 4 entries; give at most one each for always"),
        ((Forwarding(LATE, "4001", 900),), "forwardings[0].after_s is 900; give 1 to 600 seconds, or 0"),
        ((Forwarding(LATE, "4001", -1),), "forwardings[0].after_s is -1; give 1 to 600"),
        ((Forwarding(LATE, "4001", math.nan),), "forwardings[0].after_s is nan; give 1 to 600"),
        ((Forwarding(BUSY, "4001", 10),), "forwardings[0].after_s is given for busy; leave it out, or 0"),
    ],
)
def test_a_forwarding_that_could_not_be_is_refused(forwardings: tuple[Forwarding, ...], what: str) -> None:
    assert str(refused(Forward("4000", forwardings))).startswith(what)


def test_one_forwarding_for_each_case_is_right_and_none_ends_them() -> None:
    check(Forward("4000", (Forwarding(BUSY, "4001"), Forwarding(LATE, "+82256838480", 20.0))))
    check(Forward("4000"))


@pytest.mark.parametrize("digits", ["", "12 3", "12e", "1" * 65, "12\n"])
def test_what_is_no_tone_is_refused_and_not_repeated(digits: str) -> None:
    error = refused(Dtmf("c1", "", digits))
    assert error.refusal is Refusal.BAD_REQUEST
    assert str(error).startswith("digits ")
    assert not digits or digits not in str(error)


@pytest.mark.parametrize(
    ("duration", "right"), [(0, True), (40, True), (39, False), (10_001, False), (-1, False)]
)
def test_a_tone_is_as_long_as_it_is_recognised(duration: int, right: bool) -> None:
    command = Dtmf("c1", "", "0123456789ABCDabcd*#,", duration)
    if right:
        check(command)
    else:
        assert str(refused(command)).startswith(f"duration_ms is {duration}; give 40 to 10000 ms")


def test_a_call_is_not_joined_with_itself() -> None:
    assert str(refused(Complete("c1", "", "c1"))).startswith("other is the call itself; name the second")
    check(Complete("c1", "", ""))


@pytest.mark.parametrize("slot", ["7 1", "70>1", "7" * 33, "\uff17"])
def test_a_slot_is_what_could_be_dialled(slot: str) -> None:
    for command in (Park("c1", "", slot), Unpark("4000", slot)):
        assert "name " in str(refused(command))
    check(Park("c1"))
    assert str(refused(Unpark("4000", ""))).startswith("slot is empty; name the slot")
