"""Calls: what the Smart Messenger tells, as TAPI's states; and every way in which a call can end."""

import ctypes

import pytest

from tests.tspi_host.calls import Line
from tests.tspi_host.constants import Disconnect, Error, Info, LineState, Party, State
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import ANSWERED, CONNECTED, OFF_HOOK, PROCEED, RING_BACK, Messenger, Session
from tests.tspi_host.params import CallParams
from tests.tspi_host.scripted import SILENT, scripted
from tests.tspi_host.settings import LineSettings, Settings

# States.


def check_states_as_they_come(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    assert call.states == [
        (State.DIALTONE, 0x20),
        (State.DIALING, 0),
        (State.PROCEEDING, 0),
        (State.RINGBACK, 0),
        (State.CONNECTED, 1),
    ]


@scripted("Success")
@pytest.mark.parametrize(
    ("told", "path"),
    [
        ([CONNECTED], [State.CONNECTED]),
        ([PROCEED, CONNECTED], [State.PROCEEDING, State.CONNECTED]),
        ([OFF_HOOK, RING_BACK], [State.DIALTONE, State.DIALING, State.RINGBACK]),
        ([OFF_HOOK, OFF_HOOK, PROCEED, PROCEED], [State.DIALTONE, State.DIALING, State.PROCEEDING]),
        ([RING_BACK, PROCEED, OFF_HOOK, CONNECTED], [State.RINGBACK, State.CONNECTED]),
        ([CONNECTED, RING_BACK, CONNECTED], [State.CONNECTED]),
        ([], []),
    ],
)
def check_states_may_be_left_out_and_never_go_back(
    line: Line, messenger: Messenger, told: list[str], path: list[State]
) -> None:
    call = line.dial("4001")
    assert call.is_made() == 0
    messenger.session().step(*told, "busy")
    call.reaches(State.IDLE)
    assert call.path == [*path, State.DISCONNECTED, State.IDLE]


@scripted("Success", OFF_HOOK, PROCEED)
@pytest.mark.parametrize(
    ("cause", "mode"),
    [
        ("normal", Disconnect.NORMAL),
        ("dropped", Disconnect.NORMAL),
        ("busy", Disconnect.BUSY),
        ("no-answer", Disconnect.NOANSWER),
        ("rejected", Disconnect.REJECT),
        ("unreachable", Disconnect.UNREACHABLE),
        ("invalid-address", Disconnect.BADADDRESS),
        ("not-allowed", Disconnect.BLOCKED),
        ("terminal-unavailable", Disconnect.NODIALTONE),
        ("terminal-rejected", Disconnect.CANCELLED),
        ("failure", Disconnect.TEMPFAILURE),
        ("", Disconnect.UNAVAIL),
        ("a-cause-of-the-future", Disconnect.UNAVAIL),
    ],
)
def check_why_a_call_ended(line: Line, messenger: Messenger, cause: str, mode: Disconnect) -> None:
    call = line.dial("4001").reaches(State.PROCEEDING)
    messenger.session().tell("OnHookState", cause=cause)
    call.reaches(State.IDLE)
    assert call.states[-2:] == [(State.DISCONNECTED, mode), (State.IDLE, 0)]
    assert call.status()["dwCallState"] == State.IDLE


@scripted("Success", OFF_HOOK)
@pytest.mark.parametrize(
    ("cause", "mode"),
    [
        ("busy", Disconnect.BUSY),
        ("not-allowed", Disconnect.UNKNOWN),
        ("terminal-rejected", Disconnect.UNKNOWN),
        ("failure", Disconnect.UNKNOWN),
        ("terminal-unavailable", Disconnect.NODIALTONE),
        ("", Disconnect.UNAVAIL),
    ],
)
def check_an_old_application_gets_the_modes_it_knows(
    host: Host, messenger: Messenger, cause: str, mode: Disconnect
) -> None:
    line = host.open(host.devices[0], 0x10004)
    call = line.dial("4001").reaches(State.DIALING)
    messenger.session().tell("OnHookState", cause=cause)
    call.reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, mode)
    assert host.address_caps(line.device, 0x10004)["dwDisconnectModes"] & mode


def check_the_far_end_hangs_up(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.session().tell("OnHookState")
    call.reaches(State.IDLE)
    assert call.states[-2:] == [(State.DISCONNECTED, Disconnect.NORMAL), (State.IDLE, 0)]


# Who is who.


def check_names_and_numbers(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    call.learns(Info.CALLEDID)
    call.learns(Info.CONNECTEDID)
    info = call.info()
    assert (info.text("CalledID"), info.text("CalledIDName")) == ("4001", "Lee Min-ho 이민호")
    assert (info.text("ConnectedID"), info.text("ConnectedIDName")) == ("4001", "Lee Min-ho 이민호")


@scripted("Success", OFF_HOOK)
def check_before_the_answer_nobody_is_connected(line: Line, messenger: Messenger) -> None:
    call = line.dial("077 123|5^Lee").reaches(State.DIALING)
    info = call.info()
    assert info["dwConnectedIDFlags"] == Party.UNKNOWN
    assert info.text("ConnectedID") is None
    assert info.text("CallerID") == "4000"
    messenger.session().tell(OFF_HOOK, kind="CALL_INFO", name="Lee at last")
    line.host.wait(lambda: call.info().text("CalledIDName") == "Lee at last", "the name")
    call.learns(Info.CALLEDID)
    assert Info.CONNECTEDID not in call.infos[-1]


def check_a_name_that_changes_while_they_talk(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.session().tell(CONNECTED, kind="CALL_INFO", name="Park")
    line.host.wait(lambda: call.info().text("ConnectedIDName") == "Park", "the new name")
    assert call.info().text("CalledIDName") == "Park"
    assert call.path[-1] == State.CONNECTED


@scripted("Success", OFF_HOOK)
def check_a_name_longer_than_any(line: Line, messenger: Messenger) -> None:
    call = line.dial("4009").reaches(State.DIALING)
    messenger.session().tell(OFF_HOOK, kind="CALL_INFO", name="가나다" * 400)
    line.host.wait(lambda: bool(call.info().text("CalledIDName")), "the name")
    name = call.info().text("CalledIDName")
    assert name and ("가나다" * 400).startswith(name)


def check_a_number_of_the_applications_own(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    assert call.info()["dwAppSpecific"] == 0
    line.host.must("lineSetAppSpecific", call.hd, 0xCAFEF00D)
    call.learns(Info.APPSPECIFIC)
    assert call.info()["dwAppSpecific"] == 0xCAFEF00D


def check_what_the_call_was_made_with(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001", CallParams(dwCallParamFlags=0x2), country=82)
    call.reaches(State.CONNECTED)
    assert (call.info()["dwCallParamFlags"], call.info()["dwCountryCode"]) == (0x2, 82)


def check_each_call_has_a_number_of_its_own(line: Line, messenger: Messenger) -> None:
    numbers = set()
    for _ in range(5):
        call = line.dial("4001").reaches(State.CONNECTED)
        numbers.add(call.info()["dwCallID"])
        call.drop()
        call.close()
    assert len(numbers) == 5


# Addresses.


@pytest.mark.parametrize(
    "address",
    [
        "+82 (2) 568-3848",
        "T4001",
        "9,0W25683848",
        "*73#",
        "0800FLOWERS",
        "4001|sub^Lee Min-ho",
        "4001&4002",
        "sip:lee@example.com",
        "sips:lee@example.com",
        "SIPS:lee@example.com?subject=hello",
        "sip:p@example.com",
        "\uff14\uff10\uff10\uff11",
        "1" * 64,
    ],
)
def check_addresses_are_passed_on_as_they_are(line: Line, messenger: Messenger, address: str) -> None:
    line.dial(address).reaches(State.CONNECTED)
    assert messenger.heard[-1] == f"Action%Dial%{address}"


SUBADDRESS, NAME = "|4711", "^Dr. Friederike von Hohenstein-Schoenberg, Einkauf"


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        (f"+1 (650) 253-0000{SUBADDRESS}{NAME}", f"+1 (650) 253-0000{SUBADDRESS}"),
        ("4001^" + "x" * 59, "4001^" + "x" * 59),
        ("4001^" + "x" * 60, "4001"),
        ("4001^" + "x" * 100_000, "4001"),
        ("4001|" + "5" * 60, "4001"),
        ("4001|" + "5" * 59 + "^Lee", "4001|" + "5" * 59),
        ("4001^Lee|" + "5" * 60, "4001"),
        ("1" * 64 + "^Lee", "1" * 64),
        ("1" * 64 + "|5^Lee", "1" * 64),
        (" " * 70 + "4001" + " " * 70 + "^Lee", "4001"),
        ("4001" + " " * 70, "4001"),
        ("4001^Lee\r\n4002^" + "x" * 60, "4001^Lee"),
        ("4001^Lee\tMin-ho", "4001^Lee Min-ho"),
        ("4001^\ud800", "4001"),
        ("4001|5^\ud800", "4001|5"),
        ("sips:lee@example.com^" + "x" * 60, "sips:lee@example.com"),
    ],
)
def check_name_and_subaddress_do_not_count_in_the_address(
    line: Line, messenger: Messenger, address: str, sent: str
) -> None:
    line.dial(address).reaches(State.CONNECTED)
    assert messenger.heard[-1] == f"Action%Dial%{sent}"


def check_what_would_break_the_message_is_replaced(line: Line, messenger: Messenger) -> None:
    line.dial("40%01").reaches(State.CONNECTED)
    assert messenger.heard[-1] == "Action%Dial%40\uff0501"


def check_of_several_addresses_the_first(line: Line, messenger: Messenger) -> None:
    line.dial("4001^Lee\r\n4002").reaches(State.CONNECTED)
    assert messenger.heard[-1] == "Action%Dial%4001^Lee"


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (None, Error.INVALADDRESS),
        ("", Error.INVALADDRESS),
        ("   ", Error.INVALADDRESS),
        ("+", Error.INVALADDRESS),
        ("T", Error.INVALADDRESS),
        ("-/.()", Error.INVALADDRESS),
        ("^Lee", Error.INVALADDRESS),
        ("|12", Error.INVALADDRESS),
        ("\r\n4001", Error.INVALADDRESS),
        ("4001\t", Error.INVALADDRESS),
        ("40\x0101", Error.INVALADDRESS),
        ("4001;", Error.INVALADDRESS),
        ("4001 ;", Error.INVALADDRESS),
        ("1" * 65, Error.INVALADDRESS),
        ("1" * 65 + "^Lee", Error.INVALADDRESS),
        ("1" * 65 + "|5", Error.INVALADDRESS),
        ("sips:", Error.INVALADDRESS),
        ("sip:^Lee", Error.INVALADDRESS),
        ("1" * 100_000, Error.INVALADDRESS),
        ("\ud800\udc00" * 40, Error.INVALADDRESS),
        ("9$4001", Error.DIALBILLING),
        ("9@4001", Error.DIALQUIET),
        ("9?4001", Error.DIALPROMPT),
    ],
)
def check_addresses_that_cannot_be_dialled(
    line: Line, messenger: Messenger, address: str | None, error: Error
) -> None:
    assert line.refused(address) == error
    assert messenger.heard == ["Action%Login%4000%%3"]
    line.dial("4001").reaches(State.CONNECTED)


# Refused.


@pytest.mark.parametrize(
    ("messenger", "error"),
    [
        (("Fail",), Error.OPERATIONFAILED),
        (("Fail%invalid-address",), Error.INVALADDRESS),
        (("Fail%not-allowed",), Error.ADDRESSBLOCKED),
        (("Fail%terminal-busy",), Error.CALLUNAVAIL),
        (("Fail%terminal-unavailable",), Error.RESOURCEUNAVAIL),
        (("Fail%unavailable",), Error.RESOURCEUNAVAIL),
        (("Fail%a-reason-of-the-future",), Error.OPERATIONFAILED),
    ],
    indirect=["messenger"],
)
def check_a_refused_dial_fails_without_a_state(line: Line, messenger: Messenger, error: Error) -> None:
    call = line.dial("4001")
    assert call.is_made() == error
    assert call.states == []
    call.close()
    line.dial("4001").is_made()


@scripted("Fail")
def check_a_refused_call_need_not_be_closed(line: Line, messenger: Messenger) -> None:
    calls = [line.dial("4001") for _ in range(1)]
    for _ in range(200):
        calls[-1].is_made()
        calls.append(line.dial("4001"))
    assert calls[-1].is_made() == Error.OPERATIONFAILED


@scripted("Fail")
def check_a_refused_call_may_be_dropped(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001")
    call.is_made()
    call.drop()
    call.close()


# One call at a time.


def check_a_second_call_is_refused(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    assert line.refused("4002") == Error.CALLUNAVAIL
    assert line.refused("4002", CallParams(dwCallParamFlags=0x2)) == Error.CALLUNAVAIL
    call.drop()
    line.dial("4002").reaches(State.CONNECTED)


@scripted(*SILENT)
def check_a_second_call_is_refused_while_the_first_is_not_taken_on_yet(
    line: Line, messenger: Messenger
) -> None:
    call = line.dial("4001")
    assert line.refused("4002") == Error.CALLUNAVAIL
    messenger.hears("Action%Dial%4001")
    messenger.session().step("Success", OFF_HOOK, "busy")
    call.reaches(State.IDLE)
    messenger.session()
    again = line.dial("4002")
    messenger.hears("Action%Dial%4002")
    messenger.session().step(*ANSWERED)
    again.reaches(State.CONNECTED)


def check_a_bad_address_is_told_even_while_there_is_a_call(line: Line, messenger: Messenger) -> None:
    line.dial("4001").reaches(State.CONNECTED)
    assert line.refused("") in (Error.INVALADDRESS, Error.CALLUNAVAIL)


# Dropped.


@pytest.mark.parametrize(
    ("messenger", "state"),
    [
        (("Success",), None),
        (("Success", OFF_HOOK), State.DIALING),
        (("Success", OFF_HOOK, PROCEED), State.PROCEEDING),
        (("Success", OFF_HOOK, PROCEED, RING_BACK), State.RINGBACK),
        (ANSWERED, State.CONNECTED),
    ],
    indirect=["messenger"],
)
def check_drop_in_any_state(line: Line, messenger: Messenger, state: State | None) -> None:
    call = line.dial("4001")
    assert call.is_made() == 0
    if state:
        call.reaches(state)
    call.drop()
    assert call.path[-1] == State.IDLE
    assert State.DISCONNECTED not in call.path
    line.host.wait(lambda: any("Drop" in heard for heard in messenger.heard), "the drop to be sent")


@scripted(*SILENT)
def check_drop_before_the_call_was_taken_on(line: Line, messenger: Messenger) -> None:
    messenger.on_drop = lambda session: None
    call = line.dial("4001")
    call.drop()
    assert call.made == 0
    assert call.path == [State.IDLE]
    messenger.hears("Action%Drop%4001")
    # What still comes of it is nobody's business.
    messenger.session().step("Success", OFF_HOOK, PROCEED, "dropped")
    call.close()


def check_drop_is_not_held_up_by_a_silent_smart_messenger(line: Line, messenger: Messenger) -> None:
    messenger.on_drop = lambda session: None
    call = line.dial("4001").reaches(State.CONNECTED)
    call.drop()
    assert call.path[-1] == State.IDLE


def check_drop_twice_and_thrice(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    requests = [call.ask_to_drop() for _ in range(3)]
    assert [call.is_done(request) for request in requests] == [0, 0, 0]
    call.drop()
    call.close()
    messenger.hears("Action%Drop%c1")
    line.dial("4002").reaches(State.CONNECTED)
    assert messenger.heard.count("Action%Drop%c1") == 1


@scripted("Success", OFF_HOOK, "busy")
def check_drop_after_the_end(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.IDLE)
    call.drop()
    call.close()
    assert not any("Drop" in message for message in messenger.heard)


def check_a_drop_of_request_zero_hangs_up_and_is_never_completed(line: Line, messenger: Messenger) -> None:
    """Such requests are the telephony service's own; that it heard of none is one of the rules."""
    call = line.dial("4001").reaches(State.CONNECTED)
    assert call.ask_to_drop(0) == 0
    call.reaches(State.IDLE)
    messenger.hears("Action%Drop%c1")
    assert call.ask_to_drop(0) == 0
    again = line.dial("4002").reaches(State.CONNECTED)
    again.drop()
    assert 0 not in call.completions


@scripted(*SILENT)
def check_a_dial_is_completed_though_request_zero_drops_it(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001")
    call.ask_to_drop(0)
    call.reaches(State.IDLE)
    assert call.made == 0


def check_user_information_with_a_drop_is_ignored(line: Line, messenger: Messenger) -> None:
    host = line.host
    call = line.dial("4001").reaches(State.CONNECTED)
    request = host.new_request()
    with host.changed:
        host.rules.asks_drop(request, call.ht)
        host.requests[request] = call
    text = ctypes.create_string_buffer(b"goodbye")
    assert host.ask("lineDrop", request, call.hd, text, 8) == request
    assert call.is_done(request) == 0


def check_a_dial_right_after_a_drop_waits_for_the_line(line: Line, messenger: Messenger) -> None:
    held: list[Session] = []
    messenger.on_drop = held.append
    call = line.dial("4001").reaches(State.CONNECTED)
    call.drop()
    again = line.dial("4002")
    messenger.wait(lambda: bool(held), "the drop")
    assert "Action%Dial%4002" not in messenger.heard
    held[0].step("Success", "dropped")
    again.reaches(State.CONNECTED)


# The connection.


@pytest.mark.parametrize("messenger", [(*ANSWERED, "cut")], indirect=True)
def check_a_lost_connection_that_comes_back_does_not_end_the_call(line: Line, messenger: Messenger) -> None:
    messenger.live = ("c1", "4001")
    messenger.login = ("Success%2", CONNECTED)
    call = line.dial("4001")
    messenger.wait(lambda: messenger.connections == 2 and bool(messenger.sessions), "a second session")
    messenger.hears("Action%Login%4000%%3", 2)
    call.reaches(State.CONNECTED)
    messenger.session().tell("OnHookState", cause="normal")
    call.reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.NORMAL)


@scripted("Success", OFF_HOOK, "cut")
def check_what_happened_meanwhile_is_caught_up_with(line: Line, messenger: Messenger) -> None:
    messenger.live = ("c1", "4001")
    messenger.login = ("Success%2", RING_BACK)
    call = line.dial("4001").reaches(State.RINGBACK)
    messenger.session().step(CONNECTED)
    call.reaches(State.CONNECTED)
    call.drop()
    messenger.hears("Action%Drop%c1")


@pytest.mark.parametrize("messenger", [(*ANSWERED, "cut")], indirect=True)
def check_a_call_that_is_not_told_of_again_is_over(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.TEMPFAILURE)
    line.dial("4001").is_made()


def check_a_connection_that_does_not_come_back_ends_the_call(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.stop()
    line.comes_to(LineState.OUTOFSERVICE)
    assert line.refused("4002") == Error.CALLUNAVAIL
    call.reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.TEMPFAILURE)
    assert line.dial("4002").is_made() == Error.RESOURCEUNAVAIL
    messenger.start()
    line.dial("4002").reaches(State.CONNECTED)


def check_an_old_application_is_told_unknown_when_the_connection_is_lost(
    host: Host, messenger: Messenger
) -> None:
    line = host.open(host.devices[0], 0x10004)
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.stop()
    call.reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.UNKNOWN)


@scripted("cut")
def check_a_connection_lost_before_the_response_fails_the_dial(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001")
    assert call.is_made() == Error.OPERATIONFAILED
    assert call.states == []


@scripted("Success", "cut")
def check_a_connection_lost_before_the_first_state(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.TEMPFAILURE)


@pytest.mark.parametrize("messenger", [(*ANSWERED, "cut")], indirect=True)
def check_a_drop_while_the_connection_is_lost(line: Line, messenger: Messenger) -> None:
    messenger.live = ("c1", "4001")
    messenger.login = ()
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.hears("Action%Login%4000%%3", 2)
    call.drop()
    call.close()
    messenger.session().step("Success%2", CONNECTED)
    messenger.hears("Action%Drop%c1")


def check_a_drop_while_the_smart_messenger_is_gone_for_good(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    messenger.stop()
    line.comes_to(LineState.OUTOFSERVICE)
    call.drop()
    call.close()


def check_a_dial_while_it_connects_is_sent_once_it_has(settings: LineSettings, messenger: Messenger) -> None:
    messenger.login = ()
    with Host() as host:
        line = host.open(host.devices[0])
        call = line.dial("4001")
        messenger.hears("Action%Login%4000%%3")
        assert call.made is None
        messenger.session().step("Success%2")
        call.reaches(State.CONNECTED)


def check_a_dial_while_it_connects_can_be_dropped(settings: LineSettings, messenger: Messenger) -> None:
    messenger.login = ()
    with Host() as host:
        line = host.open(host.devices[0])
        call = line.dial("4001")
        messenger.hears("Action%Login%4000%%3")
        call.drop()
        call.close()
        other = line.dial("4002")
        messenger.session().step("Success%2")
        other.reaches(State.CONNECTED)
    assert "Action%Dial%4001" not in messenger.heard


def check_a_dial_while_it_connects_fails_with_the_connection(
    settings: LineSettings, messenger: Messenger
) -> None:
    messenger.login = ("cut",)
    with Host() as host:
        line = host.open(host.devices[0])
        call = line.dial("4001")
        assert call.is_made() == Error.RESOURCEUNAVAIL


def check_nobody_there(host: Host, messenger: Messenger) -> None:
    messenger.stop()
    line = host.open(host.devices[0])
    line.comes_to(LineState.OUTOFSERVICE)
    call = line.dial("4001")
    assert call.is_made() == Error.RESOURCEUNAVAIL
    assert call.states == []
    assert line.status()["dwDevStatusFlags"] == 0
    messenger.start()
    line.comes_to(LineState.INSERVICE)
    line.dial("4001").reaches(State.CONNECTED)


def check_a_host_that_there_is_not(messenger: Messenger) -> None:
    with Settings(LineSettings(messenger.port, host="no-such-host.invalid")), Host() as host:
        line = host.open(host.devices[0])
        line.comes_to(LineState.OUTOFSERVICE)
        assert line.dial("4001").is_made() == Error.RESOURCEUNAVAIL


def check_a_dial_does_not_wait_for_the_next_attempt_to_connect(host: Host, messenger: Messenger) -> None:
    """After some attempts that failed the next one would be seconds away."""
    messenger.stop()
    line = host.open(host.devices[0])
    line.comes_to(LineState.OUTOFSERVICE)
    for _ in range(8):  # each an attempt, after which the pause is longer
        assert line.dial("4001").is_made() == Error.RESOURCEUNAVAIL
    messenger.start()
    assert not line.is_in_service()
    line.dial("4001").reaches(State.CONNECTED)
    assert messenger.connections == 1


def check_a_host_by_its_name(messenger: Messenger) -> None:
    with Settings(LineSettings(messenger.port, host="localhost")), Host() as host:
        line = host.open(host.devices[0])
        line.dial("4001").reaches(State.CONNECTED)


# The Smart Messenger's peculiarities.


def check_a_smart_messenger_of_version_1(settings: LineSettings, messenger: Messenger) -> None:
    messenger.login = ("Fail",)
    with Host() as host:
        line = host.open(host.devices[0])
        line.comes_to(LineState.INSERVICE)
        call = line.dial("4001").reaches(State.CONNECTED)
        call.drop()
        call.close()
        line.dial("4002").reaches(State.CONNECTED)
    assert "Action%Drop%4001" in messenger.heard


def check_calls_made_by_hand_on_the_phone_are_not_told(line: Line, messenger: Messenger) -> None:
    session = messenger.session()
    session.call = ("by-hand", "4009")
    session.step(OFF_HOOK, PROCEED, RING_BACK, CONNECTED)
    call = line.dial("4001").reaches(State.CONNECTED)
    assert call.info().text("CalledID") == "4001"
    assert [known.path for known in line.host.calls.values()] == [call.path]


def check_what_is_of_another_terminal_is_not_told(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    session = messenger.session()
    assert session.call is not None
    session.say(f"Notify%CALL_STATE%4999%OnHookState%{session.call[0]}%%%%%normal")
    session.tell(CONNECTED, kind="CALL_INFO", name="Still there")
    call.host.wait(lambda: call.info().text("CalledIDName") == "Still there", "the name")
    assert call.path[-1] == State.CONNECTED


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "%%%%%%%%",
        "Hello",
        "Notify",
        "Notify%CALL_STATE",
        "Notify%CALL_STATE%4000%NoSuchState%c1%%%%",
        "Notify%CALL_STATE%4000%OnHookState",
        "Notify%CALL_STATE%4000%OnHookState%" + "x" * 33 + "%%%%",
        "Action%Dial%4001",
        "Response%Success%2",
        "Response%Fail%whatever",
        "x" * 4000,
    ],
    ids=range(12),
)
def check_nonsense_is_passed_over(line: Line, messenger: Messenger, nonsense: str) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    session = messenger.session()
    session.say(nonsense)
    session.tell(CONNECTED, kind="CALL_INFO", name="Still there")
    call.host.wait(lambda: call.info().text("CalledIDName") == "Still there", "the name")
    assert call.path[-1] == State.CONNECTED
    call.drop()


@pytest.mark.parametrize("garbage", [b"x" * 5000, b"\xff\xfe\r\n\r\n"], ids=["over-long", "not-utf8"])
def check_garbage_ends_the_connection(line: Line, messenger: Messenger, garbage: bytes) -> None:
    session = messenger.session()
    session._peer.sendall(garbage)
    messenger.wait(lambda: messenger.connections == 2, "a new connection")
    messenger.hears("Action%Login%4000%%3", 2)
    line.comes_to(LineState.INSERVICE)
    line.dial("4001").reaches(State.CONNECTED)


def check_messages_that_come_byte_by_byte(line: Line, messenger: Messenger) -> None:
    messenger._scripts = {"4001": ("Success",)}
    call = line.dial("4001")
    assert call.is_made() == 0
    peer = messenger.session()._peer
    for message in (
        " Notify % call_state % 4000 % OffHookState % c1 % Kim % 4000 % % 4001 \r\n\r\n",
        "Notify%CALL_STATE%4000%ConnectedState%c1%Kim%4000%Lee%4001%and%more\r\n\r\n",
    ):
        for byte in message.encode():
            peer.sendall(bytes([byte]))
    call.reaches(State.CONNECTED)
    assert call.info().text("CalledIDName") == "Lee"


def check_an_end_with_the_response_in_one_piece(line: Line, messenger: Messenger) -> None:
    messenger._scripts = {"4001": ()}
    call = line.dial("4001")
    messenger.hears("Action%Dial%4001")
    messenger.session().say(
        "Response%Success",
        "Notify%CALL_STATE%4000%OffHookState%c1%Kim%4000%%4001",
        "Notify%CALL_STATE%4000%OnHookState%c1%Kim%4000%%4001%busy",
    )
    call.reaches(State.IDLE)
    assert call.path == [State.DIALTONE, State.DIALING, State.DISCONNECTED, State.IDLE]


def check_a_success_that_comes_with_the_end_of_the_connection(line: Line, messenger: Messenger) -> None:
    messenger._scripts = {"4001": ("Success", OFF_HOOK, "busy", "cut")}
    call = line.dial("4001").reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.BUSY)
