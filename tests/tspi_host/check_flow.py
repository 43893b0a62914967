"""A provider's life as Windows walks it, step by step."""

import ctypes
import winreg
from ctypes import byref, c_uint32, c_wchar

import pytest

from tests.tspi_host.constants import INITIALIZE_NEGOTIATION, Error, LineState, PhoneError, State
from tests.tspi_host.host import Host
from tests.tspi_host.library import Library
from tests.tspi_host.messenger import Messenger
from tests.tspi_host.settings import LineSettings, Settings, write

ALL_OF_IT = [
    State.DIALTONE,
    State.DIALING,
    State.PROCEEDING,
    State.RINGBACK,
    State.CONNECTED,
    State.IDLE,
]


def negotiated(host: Host, device: int, low: int, high: int) -> int:
    """The agreed version, or the error."""
    version = c_uint32(0)
    return host.ask("lineNegotiateTSPIVersion", device, low, high, byref(version)) or version.value


def check_a_call_from_dial_to_drop(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    call = line.dial("4001")
    assert call.is_made() == 0
    call.reaches(State.CONNECTED)
    call.drop()
    call.close()
    line.close()
    assert call.path == ALL_OF_IT
    messenger.wait(lambda: not messenger.sessions, "the end of the session")
    assert messenger.heard == ["Action%Login%4000%%3", "Action%Dial%4001", "Action%Drop%c1"]


def check_applications_open_and_close_a_line_for_every_call(host: Host, messenger: Messenger) -> None:
    for _ in range(5):
        line = host.open(host.devices[0])
        call = line.dial("4001")
        call.reaches(State.CONNECTED)
        call.drop()
        call.close()
        line.close()
    messenger.hears("Action%Dial%4001", 5)
    messenger.wait(lambda: not messenger.sessions, "the end of the last session")


@pytest.mark.parametrize(
    ("low", "high", "agreed"),
    [
        (0x10003, 0x30001, 0x20002),
        (0x10003, 0x20002, 0x20002),
        (0x10003, 0x20001, 0x20001),
        (0x20000, 0x20000, 0x20000),
        (0x20001, 0x20003, 0x20002),
        (0x10003, 0x10004, Error.INCOMPATIBLEAPIVERSION),
        (0x20003, 0x30001, Error.INCOMPATIBLEAPIVERSION),
        (0x30000, 0x10004, Error.INCOMPATIBLEAPIVERSION),
        (0x20002, 0x20001, Error.INCOMPATIBLEAPIVERSION),
    ],
)
def check_the_newest_version_that_both_speak(host: Host, low: int, high: int, agreed: int) -> None:
    assert negotiated(host, INITIALIZE_NEGOTIATION, low, high) == agreed
    assert negotiated(host, host.devices[0], low, high) == agreed


def check_versions_are_negotiated_before_anything_else() -> None:
    library = Library()
    version = c_uint32(0)
    assert (
        library.call("lineNegotiateTSPIVersion", INITIALIZE_NEGOTIATION, 0x10003, 0x30001, byref(version))
        == 0
    )
    assert version.value == 0x20002
    library.unload()


def check_there_are_no_phones_but_their_version_is_negotiated(host: Host) -> None:
    version = c_uint32(0)
    host.must("phoneNegotiateTSPIVersion", INITIALIZE_NEGOTIATION, 0x10003, 0x30001, byref(version))
    assert version.value == 0x20002
    result = host.ask("phoneNegotiateTSPIVersion", INITIALIZE_NEGOTIATION, 0x10003, 0x10004, byref(version))
    assert result == PhoneError.INCOMPATIBLEAPIVERSION


def check_without_settings_there_are_no_lines() -> None:
    with Settings(), Host() as host:
        assert host.devices == []


def check_lines_are_in_the_order_of_their_numbers(messenger: Messenger) -> None:
    names = {10: "ten", 9: "nine", 65535: "last"}
    lines = [LineSettings(messenger.port, index, name) for index, name in names.items()]
    with Settings(*lines), Host() as host:
        found = [host.device_caps(device).text("LineName") for device in host.devices]
        assert found == ["nine", "ten", "last"]


def check_what_is_no_number_of_a_line_is_passed_over(messenger: Messenger) -> None:
    with Settings(LineSettings(messenger.port)):
        for name in ("0", "65536", "-1", "two", "99999999999", "2 "):
            path = f"SOFTWARE\\Offhook\\TSP\\Lines\\{name}"
            winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY)
        with Host() as host:
            assert len(host.devices) == 1


def check_the_user_interface_is_in_the_same_file(host: Host) -> None:
    name = (c_wchar * 260)()
    host.must("providerUIIdentify", name)
    assert name.value.casefold() == str(host.library.path).casefold()


def check_a_second_init_before_the_shutdown_is_taken_and_counted(host: Host, messenger: Messenger) -> None:
    options = c_uint32(0)
    host.must(
        "providerInit",
        host.version,
        host.permanent,
        host.base,
        0,
        1,
        0,
        host._on_completion,
        byref(options),
    )
    host.must("providerShutdown", host.version, host.permanent)
    line = host.open(host.devices[0])
    line.dial("4001").reaches(State.CONNECTED)


def check_nothing_is_left_of_a_session_for_the_next_one(settings: LineSettings, messenger: Messenger) -> None:
    library = Library()
    with Host(library=library) as host:
        line = host.open(host.devices[0])
        line.dial("4001").reaches(State.CONNECTED)
    write(LineSettings(settings.port, name="another"))
    with Host(library=library, base=70) as host:
        assert host.devices == [70]
        assert host.device_caps(70).text("LineName") == "another"
        line = host.open(70)
        line.dial("4001").reaches(State.CONNECTED)
    library.unload()


def check_start_and_stop_without_any_use(settings: LineSettings) -> None:
    for _ in range(20):
        with Host():
            pass


def check_shutdown_before_init_is_refused(settings: LineSettings) -> None:
    library = Library()
    assert library.call("providerShutdown", 0x20002, 0x21) == Error.OPERATIONFAILED
    library.unload()


def check_enumerated_but_never_started(settings: LineSettings) -> None:
    library = Library()
    lines, phones = ctypes.c_uint32(0), ctypes.c_uint32(0)
    assert library.call("providerEnumDevices", 0x21, byref(lines), byref(phones), 1, None, None) == 0
    assert lines.value == 1
    library.unload()
