"""What colleagues' phones do: told to those who may watch them, and to nobody else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Cause, Direction, Feature, Party, Pickup, Terminal
from offhook.desktop import presence
from offhook.desktop.canonical import CanonicalNumbers
from offhook.desktop.presence import Presence, PresenceBook, presence_of, presence_text
from offhook.directory import Number, Person
from offhook.messenger import Messenger
from tests.desktop.stage import OWN, Stage, digits
from tests.desktop.world import RINGS, World
from tests.sscp.helpers import a_client, a_site
from tests.waiting import until

LEE = Terminal("4001", "Lee Min-ho", in_service=True)
PICKS_UP = replace(OWN, features=frozenset({Feature.DIAL, Feature.PICKUP}))


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage(PICKS_UP)
    stage.manager.colleagues = [LEE, Terminal("4002", "Lee Su-jin")]
    await until(lambda: stage.phones.presence.phones)
    yield stage
    stage.phones.close()


async def watched(stage: Stage, number: str = "4001") -> None:
    stage.phones.presence.of(number)
    await until(lambda: number in stage.messenger._watches)


def at_lee(state: CallState, direction: Direction = Direction.INBOUND) -> Call:
    return Call("c", "4001", state, Party("Anna", "+49 371 38"), Party("", "4001"), 1.0, direction)


@pytest.mark.parametrize(
    ("terminal", "calls", "expected"),
    [
        (LEE, [], Presence.FREE),
        (LEE, [at_lee(CallState.RING_BACK)], Presence.RINGING),
        (LEE, [at_lee(CallState.RING_BACK, Direction.OUTBOUND)], Presence.BUSY),
        (LEE, [at_lee(CallState.CONNECTED)], Presence.BUSY),
        (LEE, [at_lee(CallState.CONNECTED), at_lee(CallState.RING_BACK)], Presence.RINGING),
        (replace(LEE, do_not_disturb=True), [], Presence.DO_NOT_DISTURB),
        (replace(LEE, do_not_disturb=True), [at_lee(CallState.CONNECTED)], Presence.BUSY),
        (replace(LEE, in_service=False), [], Presence.NOT_REGISTERED),
    ],
)
def test_a_phone_does_one_thing_at_a_time(terminal: Terminal, calls: list[Call], expected: Presence) -> None:
    assert presence_of(terminal, calls) is expected


@pytest.mark.parametrize("one", Presence)
def test_each_state_has_a_word(one: Presence) -> None:
    assert presence_text(one)


async def test_what_a_colleagues_phone_does_is_told_as_it_changes(stage: Stage) -> None:
    book, told = stage.phones.presence, []
    book.changed.connect(lambda number: told.append((number, book.of(number))))
    assert book.of("4001") is None, "it is asked for by now"
    await watched(stage)
    stage.tell(LEE)
    stage.play(at_lee(CallState.RING_BACK))
    stage.play(at_lee(CallState.CONNECTED))
    stage.change("c", state=CallState.ON_HOOK, ended=2.0, cause=Cause.NORMAL)
    assert [one for _, one in told] == [Presence.FREE, Presence.RINGING, Presence.BUSY, Presence.FREE]
    assert stage.phones.calls() == [], "calls of colleagues are none of one's own"


async def test_a_number_that_is_no_phone_here_has_no_presence(stage: Stage) -> None:
    assert stage.phones.presence.of("4711") is None
    assert "4711" not in stage.messenger._watches, "nothing is asked for it"


async def test_a_person_is_where_one_of_the_numbers_is(stage: Stage) -> None:
    await watched(stage)
    stage.tell(LEE)
    lee = Person("Lee Min-ho", (Number("+49 371 38"), Number("40 01")))
    assert stage.phones.presence.phone_of(lee) == "4001"
    assert stage.phones.presence.of_person(lee) is Presence.FREE
    assert stage.phones.presence.of_person(Person("Anna", (Number("+49 371 38"),))) is None


async def test_without_the_call_manager_nothing_is_known(stage: Stage) -> None:
    await watched(stage)
    stage.tell(LEE)
    stage.manager.connected = False
    stage.messenger.on_link(False)
    assert stage.phones.presence.of("4001") is None


async def test_phones_that_were_looked_at_longest_ago_are_watched_no_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "MAX_WATCHED", 1)
    await watched(stage)
    await until(lambda: stage.messenger._watches["4001"].begun is not None)
    stage.tell(LEE)
    await until(lambda: stage.messenger._watches["4001"].begun.done())  # type: ignore[union-attr]
    stage.phones.presence.of("4002")
    await until(lambda: stage.manager.unwatched == ["4001"])
    assert set(stage.messenger._watches) == {"4000", "4002"}


async def test_a_call_that_rings_at_a_colleague_is_picked_up(stage: Stage) -> None:
    assert not stage.phones.can_pick_up("4001")
    await watched(stage)
    stage.tell(LEE)
    stage.play(at_lee(CallState.RING_BACK))
    assert stage.phones.can_pick_up("4001")
    await stage.phones.pick_up("4001")
    assert stage.manager.asked == [Pickup("4000", "4001")]
    stage.play(at_lee(CallState.CONNECTED))
    assert not stage.phones.can_pick_up("4001")


async def test_who_may_not_watch_a_phone_is_told_nothing_of_it(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_client(site.url) as (kim, heard):
        messenger = Messenger(digits)
        messenger.attach(kim)
        book = PresenceBook(messenger, kim, CanonicalNumbers(digits))
        await book.find()
        assert list(book.phones) == ["4000"]
        assert book.of("4001") is None
        site.switch.serve("4001", True)
        book.of("4000")
        await heard.until(lambda: bool(heard.terminals))
        assert [one.id for one in heard.terminals] == ["4000"]
        book.close()
        await messenger.stop()


async def test_a_real_phone_is_seen_to_register_ring_and_go(world: World) -> None:
    book = world.phones.presence
    await until(lambda: "4001" in book.phones)
    await until(lambda: book.of("4001") is Presence.NOT_REGISTERED)
    async with AsyncExitStack() as stack:
        world.stack, before = stack, world.stack
        await world.phone("4000")
        await world.phone("4001", RINGS)
        await until(lambda: book.of("4001") is Presence.FREE)
        call = await world.phones.dial("4001")
        await until(lambda: book.of("4001") is Presence.RINGING)
        await world.phones.drop(call)
        await until(lambda: book.of("4001") is Presence.FREE)
        world.stack = before
