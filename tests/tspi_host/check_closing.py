"""Calls and lines that are closed: the phone outlives the program. Only a drop hangs up."""

import random
import time
from collections.abc import Callable

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import AddressState, Error, LineState, State
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import ANSWERED, CONNECTED, OFF_HOOK, PROCEED, RING_BACK, Messenger, Session
from tests.tspi_host.scripted import SILENT, scripted
from tests.tspi_host.settings import LineSettings, remove, write


def drops(messenger: Messenger) -> list[str]:
    return [message for message in messenger.heard if message.startswith("Action%Drop")]


READING_S = 0.05
"""Until the Smart Messenger reads again. Wine ends a connection a moment before it resets it: who begins to
read just then sees its end only."""


def dialled_again_and_given_up(line: Line, messenger: Messenger, *, drop: bool) -> Call:
    """A second dial to whom one talks with already; it has no response yet, and may have been dropped."""
    line.dial("4001").reaches(State.CONNECTED).close()
    messenger._scripts = {"4001": ()}
    call = line.dial("4001")
    messenger.hears("Action%Dial%4001", 2)
    if drop:
        call.drop()
    return call


@pytest.mark.parametrize(
    ("messenger", "state"),
    [
        (("Success", OFF_HOOK), State.DIALING),
        (("Success", OFF_HOOK, PROCEED), State.PROCEEDING),
        (("Success", RING_BACK), State.RINGBACK),
        (("Success", CONNECTED), State.CONNECTED),
        (ANSWERED, State.CONNECTED),
    ],
    indirect=["messenger"],
)
def check_closing_a_call_lets_the_phone_go_on(line: Line, messenger: Messenger, state: State) -> None:
    call = line.dial("4001").reaches(state)
    call.close()
    line.dial("4002").reaches(state).close()
    assert messenger.heard == ["Action%Login%4000%%3", "Action%Dial%4001", "Action%Dial%4002"]


@pytest.mark.parametrize("version", [0x10004, 0x20002], ids=hex)
def check_a_call_that_was_let_go_does_not_count(host: Host, messenger: Messenger, version: int) -> None:
    line = host.open(host.devices[0], version)
    line.comes_to(LineState.INSERVICE)
    call = line.dial("4001").reaches(State.CONNECTED)
    host.wait(lambda: bool(line.address_states) and line.news_of_features() >= (1, 1), "the call's count")
    told, since = len(line.address_states), line.news_of_features()
    call.close()
    line.comes_to_offer(True, since)
    assert line.status()["dwNumActiveCalls"] == line.address_status()["dwNumInUse"] == 0
    after = AddressState(0)
    for states in line.address_states[told:]:
        after |= states
    assert after == AddressState.INUSEZERO | AddressState.NUMCALLS | AddressState.OTHER


def check_what_is_told_of_a_call_that_was_let_go_is_for_nobody(line: Line, messenger: Messenger) -> None:
    gone = ("c1", "4001")
    line.dial("4001").reaches(State.CONNECTED).close()
    session = messenger.session()
    session.tell(CONNECTED, kind="CALL_INFO", of=gone, name="Somebody else")
    messenger._scripts = {"4002": ()}
    call = line.dial("4002")
    messenger.hears("Action%Dial%4002")
    session.tell(CONNECTED, of=gone)
    session.step("Success")
    session.tell(CONNECTED, kind="CALL_INFO", of=gone, name="Somebody else")
    session.tell("OnHookState", of=gone)
    session.tell(CONNECTED, kind="CALL_INFO", of=gone, name="After the end")
    session.step(OFF_HOOK, CONNECTED)
    call.reaches(State.CONNECTED)
    assert call.path == [State.DIALTONE, State.DIALING, State.CONNECTED]
    assert (call.info().text("CalledID"), call.info().text("CalledIDName")) == ("4002", None)
    call.drop()
    messenger.wait(lambda: drops(messenger) == ["Action%Drop%c2"], "the drops")


def check_many_calls_that_were_let_go_are_told_apart(line: Line, messenger: Messenger) -> None:
    for at in range(20):
        line.dial(f"50{at:02}").reaches(State.CONNECTED).close()
    session = messenger.session()
    for at in range(5, 20):  # the first ones end, and are told of no more
        session.tell(CONNECTED, kind="CALL_INFO", of=(f"c{at + 1}", f"50{at:02}"))
    call = line.dial("4001").reaches(State.CONNECTED)
    for at in range(5, 20):
        session.tell("OnHookState", of=(f"c{at + 1}", f"50{at:02}"))
    session.tell(CONNECTED, kind="CALL_INFO", name="Still there")
    call.host.wait(lambda: call.info().text("CalledIDName") == "Still there", "the name")
    assert call.state == State.CONNECTED
    assert drops(messenger) == []


def let_go_and_open_again(line: Line, messenger: Messenger, address: str = "4001") -> Line:
    """Close the line in a talk, which is c1, and open it: the new session begins by telling of the talk."""
    host = line.host
    line.dial(address).reaches(State.CONNECTED)
    messenger.live = ("c1", address)
    login, messenger.login = messenger.login, (*messenger.login, CONNECTED)
    line.close()
    messenger.wait(lambda: not messenger.sessions, "the end of the session")
    assert drops(messenger) == []
    opened = host.open(host.devices[0])
    opened.comes_to(LineState.INSERVICE)
    messenger.login = login
    return opened


def check_a_line_that_is_opened_again_dials_while_the_talk_goes_on(line: Line, messenger: Messenger) -> None:
    line = let_go_and_open_again(line, messenger)
    assert line.offers
    call = line.dial("4002").reaches(State.CONNECTED)
    messenger.session().tell("OnHookState", of=("c1", "4001"))
    messenger.session().tell(CONNECTED, kind="CALL_INFO", name="Still there")
    call.host.wait(lambda: call.info().text("CalledIDName") == "Still there", "the name")
    assert call.state == State.CONNECTED
    call.drop()
    messenger.hears("Action%Drop%c2")


def check_a_line_that_is_opened_again_dials_at_once(line: Line, messenger: Messenger) -> None:
    host = line.host
    line.dial("4001").reaches(State.CONNECTED)
    messenger.live, messenger.login = ("c1", "4001"), ("Success%2", CONNECTED)
    line.close()
    call = host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)
    assert call.path[0] == State.DIALTONE, "the talk's state is not the new call's"
    call.drop()
    messenger.hears("Action%Drop%c2")
    messenger.wait(lambda: drops(messenger) == ["Action%Drop%c2"], "the drops")


def check_a_phone_that_is_in_a_talk_may_refuse_another_call(line: Line, messenger: Messenger) -> None:
    line = let_go_and_open_again(line, messenger)
    messenger._scripts = {"4002": ("Fail%terminal-busy",)}
    call = line.dial("4002")
    assert call.is_made() == Error.CALLUNAVAIL
    call.close()
    messenger._scripts = {}
    messenger.session().tell("OnHookState", of=("c1", "4001"))
    line.dial("4002").reaches(State.CONNECTED)
    assert drops(messenger) == []


def check_no_drop_by_address_hits_the_talk_that_goes_on(settings: LineSettings, messenger: Messenger) -> None:
    """A Smart Messenger of version 1 is asked to drop by address, unless that could be another call's."""
    messenger.login = ("Fail",)
    with Host() as host:
        line = host.open(host.devices[0])
        line = let_go_and_open_again(line, messenger, "+82 (2) 568-4001")
        line.dial("4001").reaches(State.CONNECTED).drop()
        line.dial("4002").reaches(State.CONNECTED).drop()
    messenger.wait(lambda: drops(messenger) == ["Action%Drop%c2", "Action%Drop%4002"], "the drops")


# Withdrawn: a dial that is closed before the phone is lifted.


Close = Callable[[Call], None]


def by_shutdown(call: Call) -> None:
    call.is_closing()
    call.host.lines.clear()  # as if nobody closed it
    call.host.stop()


def by_removal(call: Call) -> None:
    remove(1)
    call.host.wait(lambda: not call.host.devices, "LINE_REMOVE")


def by_another_smart_messenger(call: Call) -> None:
    write(LineSettings(1))
    call.host.wait(lambda: call.made is not None and call.line.is_in_service() is False, "the change")


CLOSES = {
    "call": lambda call: call.close(),
    "line": lambda call: call.line.close(),
    "shutdown": by_shutdown,
    "removal": by_removal,
    "other-settings": by_another_smart_messenger,
}
each_way_to_close = pytest.mark.parametrize("close", CLOSES.values(), ids=CLOSES)


@each_way_to_close
@pytest.mark.parametrize("messenger", [SILENT], indirect=True, ids=["not-answered"])
def check_a_dial_without_a_response_is_withdrawn(line: Line, messenger: Messenger, close: Close) -> None:
    messenger.on_drop = lambda session: None
    call = line.dial("4001")
    messenger.hears("Action%Dial%4001")
    close(call)
    assert call.made == Error.OPERATIONFAILED
    assert call.states == []
    messenger.hears("Action%Drop%4001")


@each_way_to_close
@pytest.mark.parametrize("messenger", [("Success",)], indirect=True, ids=["taken-on"])
def check_a_dial_before_the_phone_is_lifted_is_withdrawn(
    line: Line, messenger: Messenger, close: Close
) -> None:
    call = line.dial("4001")
    assert call.is_made() == 0
    close(call)
    messenger.hears("Action%Drop%4001")


@each_way_to_close
@pytest.mark.parametrize(
    "messenger", [("Success", OFF_HOOK), ANSWERED], indirect=True, ids=["lifted", "talk"]
)
def check_a_call_whose_phone_is_lifted_goes_on(line: Line, messenger: Messenger, close: Close) -> None:
    call = line.dial("4001").reaches(State.DIALING)
    if messenger.plan("4001") == ANSWERED:
        call.reaches(State.CONNECTED)
    close(call)
    if call.host.started:
        call.line.close()
    messenger.settle()
    assert drops(messenger) == []


def check_a_dial_that_was_not_sent_yet_is_not_sent_any_more(
    settings: LineSettings, messenger: Messenger
) -> None:
    messenger.login = ()
    with Host() as host:
        line = host.open(host.devices[0])
        call = line.dial("4001")
        messenger.hears("Action%Login%4000%%3")
        call.close()
        assert call.made == Error.OPERATIONFAILED
        messenger.session().step("Success%2")
        line.dial("4002").reaches(State.CONNECTED)
    assert messenger.heard == ["Action%Login%4000%%3", "Action%Dial%4002"]


@scripted(*SILENT)
def check_close_while_dialling_makes_room_for_the_next_dial(line: Line, messenger: Messenger) -> None:
    messenger.on_drop = lambda session: None
    call = line.dial("4001")
    call.close()
    messenger.hears("Action%Drop%4001")
    messenger.session().step(*ANSWERED)
    messenger.session().step("Success", "dropped")
    again = line.dial("4002")
    messenger.hears("Action%Dial%4002")
    messenger.session().step(*ANSWERED)
    again.reaches(State.CONNECTED)


@pytest.mark.parametrize("drop", [False, True], ids=["closed", "dropped"])
def check_a_refused_dial_to_whom_one_talks_does_not_end_the_talk(
    line: Line, messenger: Messenger, drop: bool
) -> None:
    """Dialled once more and given up before the refusal: Drop%4001 would hang up the talk."""
    dialled_again_and_given_up(line, messenger, drop=drop).close()
    messenger.session().step("Fail%terminal-busy")
    line.dial("4002").reaches(State.CONNECTED)
    assert drops(messenger) == []


@pytest.mark.parametrize("drop", [False, True], ids=["closed", "dropped"])
def check_a_dial_to_whom_one_talks_is_given_up_as_the_newest_call(
    line: Line, messenger: Messenger, drop: bool
) -> None:
    dialled_again_and_given_up(line, messenger, drop=drop).close()
    messenger.session().step("Success")
    messenger.hears("Action%Drop%")
    line.dial("4002").reaches(State.CONNECTED)
    messenger.wait(lambda: drops(messenger) == ["Action%Drop%"], "the drops")


@pytest.mark.parametrize("drop", [False, True], ids=["closed", "dropped"])
def check_a_dial_to_whom_one_talks_is_given_up_by_breaking_off(
    line: Line, messenger: Messenger, drop: bool
) -> None:
    """With the line closed nobody waits for the response: the Smart Messenger takes it back by its id."""
    dialled_again_and_given_up(line, messenger, drop=drop)
    session = messenger.session()
    time.sleep(READING_S)
    line.close()
    messenger.settle()
    assert session.was_reset
    assert drops(messenger) == []


def check_a_line_is_closed_in_order(line: Line, messenger: Messenger) -> None:
    session = messenger.session()
    line.dial("4001").reaches(State.CONNECTED)
    line.close()
    messenger.settle()
    assert not session.was_reset


@scripted(*SILENT)
def check_what_is_told_before_the_response_is_of_other_calls(line: Line, messenger: Messenger) -> None:
    """Begun by hand while a dial was given up: should the connection break, it is not dropped after it."""
    messenger.on_drop = lambda session: None
    call = line.dial("4001")
    call.drop()
    messenger.hears("Action%Drop%4001")
    messenger.session().tell(CONNECTED, of=("by-hand", "4009"))
    messenger.live, messenger.login = ("by-hand", "4009"), ("Success%2", CONNECTED)
    messenger.session().cut()
    messenger.hears("Action%Login%4000%%3", 2)
    line.comes_to(LineState.INSERVICE)
    messenger._scripts = {"4002": ANSWERED}
    line.dial("4002").reaches(State.CONNECTED)
    messenger.wait(lambda: drops(messenger) == ["Action%Drop%4001"], "the drops")


@pytest.mark.parametrize("messenger", [(*ANSWERED, "cut")], indirect=True)
def check_a_call_is_let_go_while_the_connection_is_lost(line: Line, messenger: Messenger) -> None:
    messenger.live = ("c1", "4001")
    messenger.login = ()
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.hears("Action%Login%4000%%3", 2)
    call.close()
    messenger._scripts = {"4002": ANSWERED}
    messenger.session().step("Success%2", CONNECTED)
    line.comes_to(LineState.INSERVICE)
    line.dial("4002").reaches(State.CONNECTED)
    assert drops(messenger) == []


@pytest.mark.parametrize("seed", range(4))
def check_whenever_a_call_is_closed_only_drops_hang_up(
    settings: LineSettings, messenger: Messenger, seed: int
) -> None:
    """Dropped, closed, or closed with its line, while the states of the call are on their way."""
    chance = random.Random(seed)
    addresses = [f"5{number:03}" for number in range(40)]
    messenger._scripts = {address: ANSWERED[: chance.randrange(6)] for address in addresses}
    may_be_dropped, asked_to_drop = set(), set()

    def answer(session: Session) -> None:
        if session.call is None:
            session.step("Fail%no-such-call")
        elif messenger.plan(session.call[1]) == SILENT:
            session.step("Success", "Success", "dropped")
        else:
            session.step("Success", "dropped")

    messenger.on_drop = answer
    with Host() as host:
        line = host.open(host.devices[0])
        for address in addresses:
            call = line.dial(address)
            time.sleep(chance.choice((0, 0, 0.001, 0.002, 0.005)))
            if not call.states:
                may_be_dropped.add(address)
            end = chance.choice(("drop", "call", "line"))
            if end == "drop":
                asked_to_drop.add(address)
                call.ask_to_drop()
            if end == "line":
                line.close()
                line = host.open(host.devices[0])
            else:
                call.close()
            messenger.wait(lambda: len(messenger.sessions) <= 1, "the end of the session before")
    messenger.settle()
    dialled = [message.split("%")[2] for message in messenger.heard if "Dial" in message]
    dropped = {message.split("%")[2] for message in drops(messenger)}
    dropped = {dialled[int(which[1:]) - 1] if which.startswith("c") else which for which in dropped}
    assert dropped <= may_be_dropped | asked_to_drop
    assert dropped >= asked_to_drop & set(dialled)


@scripted(*SILENT)
def check_close_right_after_drop(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001")
    request = call.ask_to_drop()
    call.close()
    assert request in call.completions


def check_close_right_after_a_drop_hangs_up(line: Line, messenger: Messenger) -> None:
    """As Phone Dialer does it: drop, close the call, close the line."""
    call = line.dial("4001").reaches(State.CONNECTED)
    call.ask_to_drop()
    call.close()
    line.close()
    messenger.hears("Action%Drop%c1")
