"""Lines: in and out of service, and created, changed and removed while Windows runs."""

import ctypes
import time
from contextlib import suppress

import pytest

from tests.tspi_host.constants import AddressMode, Error, LineState, State
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import Messenger
from tests.tspi_host.protection import protect
from tests.tspi_host.settings import LineSettings, Settings, clear, remove, trace, write

IN = (LineState.CONNECTED, LineState.INSERVICE)
OUT = (LineState.DISCONNECTED, LineState.OUTOFSERVICE)


def check_service_is_told_as_it_comes_and_goes(host: Host, messenger: Messenger) -> None:
    messenger.login = ()
    line = host.open(host.devices[0])
    messenger.hears("Action%Login%4000%%3")
    messenger.login = ("Success%2",)
    messenger.session().step("Success%2")
    line.is_told(*IN)
    for _ in range(3):
        messenger.stop()
        line.is_told(*OUT)
        messenger.start()
        line.is_told(*IN)
    assert line.service == [*IN, *(OUT + IN) * 3]


def check_a_call_can_be_made_from_the_open_on(host: Host, messenger: Messenger) -> None:
    """Programs look at the features right after lineOpen, and never again unless they are told to."""
    messenger.login = ()
    line = host.open(host.devices[0])
    assert line.offers
    messenger.hears("Action%Login%4000%%3")
    assert line.offers
    messenger.session().step("Success%2")
    line.is_told(*IN)
    assert line.offers
    line.dial("4001").reaches(State.CONNECTED)
    host.wait(lambda: line.news_of_features() == (1, 1), "news by the call alone")


def check_features_are_told_as_calls_come_and_go(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    for end in ("drop", "close", "far end"):
        since = line.news_of_features()
        call = line.dial("4001").reaches(State.CONNECTED)
        line.comes_to_offer(False, since)
        since = line.news_of_features()
        if end == "drop":
            call.drop()
        elif end == "close":
            call.close()
        else:
            messenger.session().tell("OnHookState")
        line.comes_to_offer(True, since)


@pytest.mark.parametrize("messenger", [("Fail%not-allowed",)], indirect=True)
def check_features_are_told_after_a_dial_that_failed(host: Host, messenger: Messenger) -> None:
    """They were none while it was asked, which a program may have seen; it is told after the completion."""
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    since = line.news_of_features()
    call = line.dial("4001")
    assert call.is_made() == Error.ADDRESSBLOCKED
    line.comes_to_offer(True, since)


@pytest.mark.parametrize("messenger", [()], indirect=True, ids=["silent"])
def check_nothing_is_told_of_a_dial_before_its_completion(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    line.is_told(*IN)
    told, since = (len(line.states), len(line.address_states)), line.news_of_features()
    call = line.dial("4001")
    messenger.hears("Action%Dial%4001")
    assert not line.offers
    host.must("lineSetAppSpecific", call.hd, 1)
    assert (len(line.states), len(line.address_states)) == told
    messenger.session().step("Success")
    assert call.is_made() == 0
    line.comes_to_offer(False, since)


def check_features_are_told_as_the_connection_comes_and_goes(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    for _ in range(3):
        since = line.news_of_features()
        messenger.stop()
        line.comes_to_offer(False, since)
        since = line.news_of_features()
        messenger.start()
        line.comes_to_offer(True, since)


def check_features_are_told_when_the_first_connection_comes_to_nothing(
    host: Host, messenger: Messenger
) -> None:
    messenger.login = ()
    line = host.open(host.devices[0])
    messenger.hears("Action%Login%4000%%3")
    messenger.stop()
    line.comes_to_offer(False, (0, 0))


def check_features_are_told_when_the_login_is_refused(messenger: Messenger) -> None:
    messenger.login = ()
    with Settings(LineSettings(messenger.port, token="wrong")), Host() as host:
        line = host.open(host.devices[0])
        messenger.hears("Action%Login%4000%wrong%3")
        messenger.session().step("Fail%bad-login")
        line.comes_to_offer(False, (0, 0))
        messenger.login = ("Success%2",)
        since = line.news_of_features()
        write(LineSettings(messenger.port, token="right"))
        line.comes_to_offer(True, since)


def check_features_are_told_when_the_line_is_removed(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    remove(1)
    host.wait(lambda: not host.devices, "LINE_REMOVE")
    assert line.news_of_features() == (1, 1)


def check_nothing_is_told_that_was_not_asked_for(host: Host, messenger: Messenger) -> None:
    messenger.login = ()
    line = host.open(host.devices[0])
    messenger.hears("Action%Login%4000%%3")
    messenger.login = ("Success%2",)
    messenger.session().step("Success%2")
    line.is_told(*IN)
    host.must("lineSetStatusMessages", line.hd, 0, 0)
    with host.changed:
        host.rules.lines[line.ht].line_states = host.rules.lines[line.ht].address_states = 0
    before = list(line.states)
    messenger.stop()
    line.comes_to(LineState.OUTOFSERVICE)
    messenger.start()
    line.comes_to(LineState.INSERVICE)
    line.dial("4001").reaches(State.CONNECTED).drop()
    assert line.states == before


def check_each_line_has_its_own_session(messenger: Messenger) -> None:
    lines = [LineSettings(messenger.port, index, terminal=str(4000 + index)) for index in (1, 2, 3)]
    with Settings(*lines), Host() as host:
        opened = [host.open(device) for device in host.devices]
        calls = [line.dial(f"50{at}").reaches(State.CONNECTED) for at, line in enumerate(opened)]
        assert sorted(session.terminal for session in messenger.sessions) == ["4001", "4002", "4003"]
        opened[1].close()
        messenger.wait(lambda: len(messenger.sessions) == 2, "the end of one session")
        calls[0].drop()
        calls[2].drop()


def check_a_line_that_is_not_open_has_no_session(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    messenger.hears("Action%Login%4000%%3")
    line.close()
    messenger.wait(lambda: not messenger.sessions, "the end of the session")
    assert messenger.connections == 1


def check_a_new_line(host: Host, messenger: Messenger) -> None:
    write(LineSettings(messenger.port, 7, "The new one", "4007"))
    host.wait(lambda: len(host.devices) == 2, "the new line")
    device = host.devices[1]
    caps = host.device_caps(device)
    assert caps.text("LineName") == "The new one"
    assert caps["dwPermanentLineID"] == host.permanent << 16 | 7
    line = host.open(device)
    line.dial("4001").reaches(State.CONNECTED)
    assert "Action%Login%4007%%3" in messenger.heard


def check_the_first_line_of_all(messenger: Messenger) -> None:
    with Settings(), Host() as host:
        write(LineSettings(messenger.port))
        host.wait(lambda: len(host.devices) == 1, "the line")
        host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)


def check_a_removed_line(host: Host, messenger: Messenger) -> None:
    device = host.devices[0]
    remove(1)
    host.wait(lambda: not host.devices, "LINE_REMOVE")
    opened = ctypes.c_void_p(0)
    result = host.ask("lineOpen", device, 0x700000001, ctypes.byref(opened), 0x20002, host._on_event)
    assert result == Error.NODRIVER


def check_a_removed_line_that_is_open(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    remove(1)
    host.wait(lambda: not host.devices, "LINE_REMOVE")
    assert not line.is_open, "the telephony service closes it"
    messenger.wait(lambda: not messenger.sessions, "the end of the session")


def check_a_removed_line_with_a_call(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    call = line.dial("4001").reaches(State.CONNECTED)
    remove(1)
    call.reaches(State.IDLE)
    host.wait(lambda: not host.devices, "LINE_REMOVE")
    assert line.service[-2:] == list(OUT)
    messenger.settle()
    assert messenger.heard == ["Action%Login%4000%%3", "Action%Dial%4001"], "the phone goes on"


def check_all_settings_removed_and_written_anew(host: Host, messenger: Messenger) -> None:
    clear()
    host.wait(lambda: not host.devices, "LINE_REMOVE")
    write(LineSettings(messenger.port, 3))
    host.wait(lambda: len(host.devices) == 1, "the new line")
    host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)


def check_a_line_that_comes_back_is_the_same_for_good(host: Host, messenger: Messenger) -> None:
    before = host.device_caps(host.devices[0])
    remove(1)
    host.wait(lambda: not host.devices, "LINE_REMOVE")
    write(LineSettings(messenger.port))
    host.wait(lambda: len(host.devices) == 1, "the line")
    after = host.device_caps(host.devices[0])
    assert after["dwPermanentLineID"] == before["dwPermanentLineID"]
    assert after["PermanentLineGuid"] == before["PermanentLineGuid"]
    host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)


def check_a_new_name(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    call = line.dial("4001").reaches(State.CONNECTED)
    news = line.news_of_capabilities()
    write(LineSettings(messenger.port, name="Another name"))
    host.wait(lambda: line.news_of_capabilities() == (news[0] + 1, news[1]), "news of the line alone")
    assert host.device_caps(line.device).text("LineName") == "Another name"
    assert call.state == State.CONNECTED, "a name is no reason to end a call"


def check_another_smart_messenger(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    with Messenger() as other:
        write(LineSettings(other.port))
        other.hears("Action%Login%4000%%3")
        line.comes_to(LineState.INSERVICE)
        messenger.wait(lambda: not messenger.sessions, "the end of the session there")
        line.dial("4001").reaches(State.CONNECTED)
        assert "Action%Dial%4001" in other.heard
        line.close()


def check_another_terminal(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    host.wait(lambda: line.news_of_capabilities() == (1, 1), "what the Smart Messenger can do")
    write(LineSettings(messenger.port, terminal="4711"))
    messenger.hears("Action%Login%4711%%3")
    line.comes_to(LineState.INSERVICE)
    assert host.address_caps(line.device).text("Address") == "4711"
    host.wait(lambda: line.news_of_capabilities() == (2, 2), "news of the other terminal, once")
    line.dial("4001").reaches(State.CONNECTED)


def check_a_smart_messenger_corrected_after_it_could_not_be_reached(messenger: Messenger) -> None:
    with Settings(LineSettings(messenger.port, host="no-such-host.invalid")), Host() as host:
        line = host.open(host.devices[0])
        line.comes_to(LineState.OUTOFSERVICE)
        write(LineSettings(messenger.port))
        line.comes_to(LineState.INSERVICE)
        line.dial("4001").reaches(State.CONNECTED)


def check_many_changes_at_once(host: Host, messenger: Messenger) -> None:
    for index in range(2, 32):
        write(LineSettings(messenger.port, index, f"Line {index}", str(4000 + index)))
    for index in range(2, 32, 2):
        remove(index)
    for index in range(3, 32, 2):
        write(LineSettings(messenger.port, index, f"Line {index} again", str(4000 + index)))

    def names() -> set[str | None]:
        found = set()
        for device in list(host.devices):
            with suppress(AssertionError):  # it was removed in this moment, and that is not told yet
                found.add(host.device_caps(device).text("LineName"))
        return found

    wanted = {"Phone of Kim 철수", *(f"Line {index} again" for index in range(3, 32, 2))}
    host.wait(lambda: names() == wanted, "the lines that are left")
    for device in host.devices:
        host.open(device).dial("4001").reaches(State.CONNECTED)


def check_values_that_are_missing_have_defaults(messenger: Messenger) -> None:
    with Settings(LineSettings(messenger.port, name="", terminal="")), Host() as host:
        device = host.devices[0]
        assert host.device_caps(device).text("LineName") == "Offhook"
        assert host.address_caps(device).text("Address") is None, "no address, rather than an empty one"
        line = host.open(device)
        call = line.dial("4001").reaches(State.CONNECTED)
        assert call.info().text("CallerID") == "4000", "as the Smart Messenger tells it"
        number, empty = ctypes.c_uint32(0xA5), ctypes.create_unicode_buffer("")
        mode = AddressMode.DIALABLEADDR
        result = host.ask("lineGetAddressID", line.hd, ctypes.byref(number), mode, empty, 2)
        assert (result, number.value) == (Error.INVALADDRESS, 0xA5)
        assert messenger.heard == ["Action%Dial%4001"], "without a terminal and a token there is no login"


# The token.


@pytest.mark.parametrize("protected", [False, True], ids=["plain", "protected"])
def check_the_token_is_sent(messenger: Messenger, protected: bool) -> None:
    token = "k9-tökén%x"
    stored = protect(token.encode("utf-16-le")) if protected else token
    with Settings(LineSettings(messenger.port, token=stored)), Host() as host:
        host.open(host.devices[0]).comes_to(LineState.INSERVICE)
    assert messenger.heard == ["Action%Login%4000%k9-tökén\uff05x%3"]


def check_a_refused_login(messenger: Messenger) -> None:
    messenger.login = ("Fail%bad-login",)
    with Settings(LineSettings(messenger.port, token="wrong")), Host() as host:
        line = host.open(host.devices[0])
        line.comes_to(LineState.OUTOFSERVICE)
        assert line.refused("4001") == Error.INVALLINESTATE
        messenger.login = ("Success%2",)
        write(LineSettings(messenger.port, token="right"))
        line.comes_to(LineState.INSERVICE)
    assert messenger.heard == ["Action%Login%4000%wrong%3", "Action%Login%4000%right%3"]


def check_a_refused_login_is_not_tried_again_and_again(messenger: Messenger) -> None:
    messenger.login = ("Fail%bad-login",)
    with Settings(LineSettings(messenger.port, token="wrong")), Host() as host:
        line = host.open(host.devices[0])
        line.comes_to(LineState.OUTOFSERVICE)
        time.sleep(2)
        assert messenger.connections == 1


def check_a_protected_token_of_another_machine_is_none(messenger: Messenger) -> None:
    with Settings(LineSettings(messenger.port, token=b"not a protected blob")), Host() as host:
        host.open(host.devices[0]).comes_to(LineState.INSERVICE)
    assert messenger.heard == ["Action%Login%4000%%3"]


# The log.


def check_the_log_tells_all_but_the_token(
    messenger: Messenger, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("log") / "다리" / "tsp.log"
    with Settings(LineSettings(messenger.port, token="very-secret-token")):
        trace(str(file))
        with Host() as host:
            line = host.open(host.devices[0])
            call = line.dial("4001").reaches(State.CONNECTED)
            call.drop()
    text = file.read_text(encoding="utf-8")
    for part in ("lineOpen", "lineMakeCall", "logging in as terminal 4000", "lineDrop", "providerShutdown"):
        assert part in text, text
    assert "very-secret" not in text


def check_the_log_is_turned_over(messenger: Messenger, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("log") / "tsp.log"
    file.write_bytes(b"x" * (1024 * 1024))
    with Settings(LineSettings(messenger.port)):
        trace(str(file))
        with Host() as host:
            host.open(host.devices[0])
    assert file.with_name("tsp.log.1").stat().st_size == 1024 * 1024
    assert "providerShutdown" in file.read_text(encoding="utf-8")
