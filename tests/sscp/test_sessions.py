"""How many sessions a user may have, and who makes room for whom."""

import pytest

from offhook.errors import CallError, Refusal
from offhook.sscp.sessions import MAX_OF_USER, USER_SHARE, Sessions


def sessions(most: int) -> tuple[Sessions[int], list[int]]:
    shed: list[int] = []
    return Sessions(most, shed.append), shed


def test_a_user_has_no_more_than_so_many() -> None:
    some, shed = sessions(20_000)
    for number in range(MAX_OF_USER):
        some.add("kim", number)
    with pytest.raises(CallError) as caught:
        some.add("kim", MAX_OF_USER)
    assert caught.value.refusal is Refusal.OVERLOADED
    some.add("lee", MAX_OF_USER)
    some.discard("kim", 0)
    some.add("kim", MAX_OF_USER + 1)
    assert (shed, len(some)) == ([], MAX_OF_USER + 1)


def test_where_there_is_little_room_a_user_gets_a_part_of_it() -> None:
    some, _ = sessions(40)
    for number in range(40 // USER_SHARE):
        some.add("kim", number)
    with pytest.raises(CallError):
        some.add("kim", 99)


def test_when_it_is_full_who_has_most_makes_room_with_the_oldest_one() -> None:
    some, shed = sessions(12)
    for number in range(12):
        some.add(f"user-{number % 4}", number)
    some.add("root", 100)
    some.add("root", 101)
    assert (shed, len(some)) == ([0, 1], 12)


def test_when_it_is_full_and_everybody_has_one_nobody_loses_it() -> None:
    some, shed = sessions(4)
    for number in range(4):
        some.add(f"user-{number}", number)
    with pytest.raises(CallError) as caught:
        some.add("one-more", 5)
    assert (caught.value.refusal, shed) == (Refusal.OVERLOADED, [])


def test_what_was_never_added_is_not_missed() -> None:
    some, _ = sessions(4)
    some.discard("kim", 1)
    some.add("kim", 2)
    some.discard("kim", 1)
    assert len(some) == 1
