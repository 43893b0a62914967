"""When the garbage collector looks at what, and at how much: it stops everything for as long.

Each in a process of its own, whose collector is nobody else's.
"""

import subprocess
import sys

BEGIN = """
import asyncio, gc, weakref
from offhook.common import eventloop, garbage
from offhook.common.garbage import tune_gc

class Circle:
    def __init__(self):
        self.itself = self

looked_at = []

def note(phase, info):
    if phase == "start":
        looked_at.append(sum(len(gc.get_objects(young)) for young in range(info["generation"] + 1)))

tune_gc()
gc.callbacks.append(note)
"""

MANY_STAY = """
kept = [[] for _ in range(2_700_000)]
print(max(looked_at))
"""

A_PIECE_WHILE_QUIET = """
async def work():
    circles = weakref.WeakSet(Circle() for _ in range(1000))
    assert len(circles) == 1000 > garbage.PIECE
    while circles:
        await asyncio.sleep(0.01)

eventloop.run(work())
print(max(looked_at))
"""

NOT_BETWEEN_TWO_MESSAGES = """
async def work():
    circles = weakref.WeakSet(Circle() for _ in range(1000))
    for _ in range(1000):
        await asyncio.sleep(0)
    print(len(circles))

eventloop.run(work())
"""

AS_MUCH_GOES_AS_COMES = """
from collections import deque

async def work():
    kept = deque([] for _ in range(20_000))
    gc.collect(1)
    looked_at.clear()
    for _ in range(500):
        for _ in range(10):
            kept.popleft()
            kept.append([])
        await asyncio.sleep(0.004)

eventloop.run(work())
print(max(looked_at))
"""

NEVER_QUIET = """
async def work():
    circles, most = weakref.WeakSet(), 0
    for _ in range(200_000):
        circles.add(Circle())
        most = max(most, len(circles))
        if len(circles) % 8 == 0:
            await asyncio.sleep(0)
    print(most)

eventloop.run(work())
"""

OLD_ONES_WHILE_QUIET_FOR_LONG = """
garbage.LONG_QUIET_S = 0.05

async def work():
    one = Circle()
    for _ in range(garbage.ROUNDS + 1):
        gc.collect(1)
    circle = weakref.ref(one)
    del one
    while circle() is not None:
        await asyncio.sleep(0.1)

eventloop.run(work())
"""

OLD_ONES_THOUGH_IT_IS_NEVER_QUIET_FOR_LONG = """
async def work():
    one = Circle()
    for _ in range(garbage.ROUNDS_AT_MOST + 1):
        gc.collect(1)
    circle = weakref.ref(one)
    del one
    while circle() is not None:
        await asyncio.sleep(0.01)

eventloop.run(work())
"""


def said(script: str) -> int:
    """What a tuned process says that does this; 0 for nothing."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script], capture_output=True, text=True, check=True, timeout=50
    )
    return int(done.stdout or 0)


def test_however_many_objects_stay_few_are_looked_at_at_once() -> None:
    assert 20_000 < said(MANY_STAY) < 60_000


def test_what_is_new_is_looked_at_while_nothing_else_is_to_be_done() -> None:
    assert 1_000 < said(A_PIECE_WHILE_QUIET) < 10_000


def test_what_comes_while_as_much_goes_is_looked_at_a_little_at_a_time() -> None:
    assert 100 < said(AS_MUCH_GOES_AS_COMES) < 4_000


def test_nothing_is_looked_at_while_one_message_follows_the_other() -> None:
    assert said(NOT_BETWEEN_TWO_MESSAGES) == 1_000


def test_garbage_is_bounded_where_there_is_always_something_to_be_done() -> None:
    assert 1_000 < said(NEVER_QUIET) < 60_000


def test_all_that_has_stayed_is_looked_at_when_nothing_has_come_for_a_while() -> None:
    assert said(OLD_ONES_WHILE_QUIET_FOR_LONG) == 0


def test_all_that_has_stayed_is_looked_at_at_last_though_there_is_no_such_while() -> None:
    assert said(OLD_ONES_THOUGH_IT_IS_NEVER_QUIET_FOR_LONG) == 0
