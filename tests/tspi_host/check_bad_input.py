"""What the provider says to input that is wrong, by the codes that each function's reference page lists."""

import ctypes
from ctypes import byref, c_uint32, c_void_p
from typing import Any

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    AUTOMATEDVOICE,
    BEARER_DATA,
    DATAMODEM,
    INTERACTIVEVOICE,
    STRINGFORMAT_BINARY,
    AddressMode,
    Error,
    LineState,
    PhoneError,
    Select,
    State,
)
from tests.tspi_host.filled import Buffer
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import Messenger
from tests.tspi_host.params import CallParams, OriginParams
from tests.tspi_host.structures import LAYOUT

NOWHERE = (0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x1_0000_0001, 0xFFFF_FFFF_FFFF_FFFF)
"""Handles that the provider never gave."""

DEVICES = (0, 4, 6, 0x7FFFFFFF, 0xFFFFFFFE)
"""Devices that it has not."""


@pytest.fixture
def call(line: Line) -> Call:
    return line.dial("4001").reaches(State.CONNECTED)


def structure() -> int:
    """Room for any of the structures, for one call."""
    buffer = Buffer(2048)
    structures.append(buffer)
    return buffer.address


structures: list[Buffer] = []


@pytest.mark.parametrize("device", DEVICES)
def check_a_device_of_somebody_else(host: Host, device: int) -> None:
    version, line = c_uint32(0), c_void_p(0)
    extension = (c_uint32 * 4)()
    ask = host.ask
    assert ask("lineNegotiateTSPIVersion", device, 0x10003, 0x30001, byref(version)) == Error.NODRIVER
    assert ask("lineGetDevCaps", device, 0x20002, 0, structure()) == Error.NODRIVER
    assert ask("lineGetAddressCaps", device, 0, 0x20002, 0, structure()) == Error.NODRIVER
    assert ask("lineOpen", device, 0x700000001, byref(line), 0x20002, host._on_event) == Error.NODRIVER
    assert ask("lineGetExtensionID", device, 0x20002, extension) == Error.NODRIVER
    assert (version.value, line.value) == (0, None), "nothing was written"


@pytest.mark.parametrize("version", [0, 1, 0x10000, 0x10003, 0x30002, 0x40000, 0xFFFFFFFF], ids=hex)
def check_a_version_that_there_never_was(host: Host, version: int) -> None:
    line, device = c_void_p(0), host.devices[0]
    ask, options = host.ask, c_uint32(0)
    extension = (c_uint32 * 4)()
    no = Error.INCOMPATIBLEAPIVERSION
    assert ask("lineGetDevCaps", device, version, 0, structure()) == no
    assert ask("lineGetAddressCaps", device, 0, version, 0, structure()) == no
    assert ask("lineOpen", device, 0x700000001, byref(line), version, host._on_event) == no
    assert ask("lineGetExtensionID", device, version, extension) == no
    done = host._on_completion
    assert ask("providerInit", version, host.permanent, 0, 0, 1, 0, done, byref(options)) == no
    assert ask("providerShutdown", version, host.permanent) == no


@pytest.mark.parametrize("version", [0x10004, 0x30000], ids=hex)
def check_the_provider_itself_is_started_with_what_was_negotiated(host: Host, version: int) -> None:
    done, options = host._on_completion, c_uint32(0)
    assert (
        host.ask("providerInit", version, host.permanent, 0, 0, 1, 0, done, byref(options))
        == Error.INCOMPATIBLEAPIVERSION
    )


def check_there_are_no_extensions(host: Host, line: Line) -> None:
    version, device = c_uint32(0xA5), host.devices[0]
    ask, no = host.ask, Error.INCOMPATIBLEEXTVERSION
    assert ask("lineGetDevCaps", device, 0x20002, 1, structure()) == no
    assert ask("lineGetAddressCaps", device, 0, 0x20002, 1, structure()) == no
    assert ask("lineNegotiateExtVersion", device, 0x20002, 1, 0xFFFF, byref(version)) == no
    assert version.value == 0xA5
    assert ask("lineSelectExtVersion", line.hd, 1) == no
    assert ask("lineSelectExtVersion", line.hd, 0) == 0
    assert ask("lineNegotiateExtVersion", device, 0x20002, 0, 0, byref(version)) == 0
    assert version.value == 0


@pytest.mark.parametrize("address", [1, 2, 0xFFFFFFFF])
def check_a_line_has_one_address(host: Host, line: Line, address: int) -> None:
    ask, no = host.ask, Error.INVALADDRESSID
    assert ask("lineGetAddressCaps", host.devices[0], address, 0x20002, 0, structure()) == no
    assert ask("lineGetAddressStatus", line.hd, address, structure()) == no
    assert ask("lineGetID", line.hd, address, 0, Select.ADDRESS, structure(), "tapi/line", 2**64 - 1) == no
    assert line.refused("4001", CallParams(dwAddressID=address)) == no


@pytest.mark.parametrize("handle", NOWHERE, ids=hex)
def check_a_line_handle_that_was_never_given(host: Host, handle: int) -> None:
    ask, no, number = host.ask, Error.INVALLINEHANDLE, c_uint32(0xA5)
    made = c_void_p(0)
    assert ask("lineMakeCall", 1, handle, 0x700000002, byref(made), "4001", 0, None) == no
    assert ask("lineGetLineDevStatus", handle, structure()) == no
    assert ask("lineGetAddressStatus", handle, 0, structure()) == no
    assert ask("lineSetStatusMessages", handle, 0, 0) == no
    assert ask("lineSetDefaultMediaDetection", handle, 0) == no
    assert ask("lineConditionalMediaDetection", handle, INTERACTIVEVOICE, None) == no
    assert ask("lineGetNumAddressIDs", handle, byref(number)) == no
    assert (
        ask("lineGetAddressID", handle, byref(number), AddressMode.DIALABLEADDR, ctypes.c_wchar_p("4000"), 8)
        == no
    )
    assert ask("lineGetID", handle, 0, 0, Select.LINE, structure(), "tapi/line", 0) == no
    assert ask("lineClose", handle) == Error.OPERATIONFAILED
    assert (made.value, number.value) == (None, 0xA5)


@pytest.mark.parametrize("handle", NOWHERE, ids=hex)
def check_a_call_handle_that_was_never_given(host: Host, line: Line, handle: int) -> None:
    ask, no, number = host.ask, Error.INVALCALLHANDLE, c_uint32(0xA5)
    assert ask("lineDrop", 1, handle, None, 0) == no
    assert ask("lineGetCallInfo", handle, structure()) == no
    assert ask("lineGetCallStatus", handle, structure()) == no
    assert ask("lineSetAppSpecific", handle, 1) == no
    assert ask("lineGetID", line.hd, 0, handle, Select.CALL, structure(), "tapi/line", 0) == no
    assert ask("lineCloseCall", handle) == Error.OPERATIONFAILED
    assert ask("lineGetCallAddressID", handle, byref(number)) == Error.OPERATIONFAILED
    assert number.value == 0xA5


def check_a_line_is_no_call_and_a_call_no_line(host: Host, line: Line, call: Call) -> None:
    assert host.ask("lineGetCallStatus", line.hd, structure()) == Error.INVALCALLHANDLE
    assert host.ask("lineCloseCall", line.hd) == Error.OPERATIONFAILED
    assert host.ask("lineGetLineDevStatus", call.hd, structure()) == Error.INVALLINEHANDLE
    assert host.ask("lineClose", call.hd) == Error.OPERATIONFAILED


def check_handles_die_with_what_they_stand_for(host: Host, line: Line, call: Call) -> None:
    call.close()
    assert host.ask("lineGetCallStatus", call.hd, structure()) == Error.INVALCALLHANDLE
    assert host.ask("lineDrop", 1, call.hd, None, 0) == Error.INVALCALLHANDLE
    assert host.ask("lineCloseCall", call.hd) == Error.OPERATIONFAILED
    line.close()
    assert host.ask("lineGetLineDevStatus", line.hd, structure()) == Error.INVALLINEHANDLE
    again = host.open(host.devices[0])
    assert again.hd.value != line.hd.value, "an old handle must not open a new line"
    assert host.ask("lineClose", line.hd) == Error.OPERATIONFAILED


def check_a_line_is_opened_once(host: Host, line: Line) -> None:
    other = c_void_p(0)
    result = host.ask("lineOpen", host.devices[0], 0x700000001, byref(other), 0x20002, host._on_event)
    assert (result, other.value) == (Error.ALLOCATED, None)


def check_null_where_something_is_to_be_written(host: Host, line: Line, call: Call) -> None:
    device, no = host.devices[0], Error.INVALPOINTER
    calls: list[tuple[Any, ...]] = [
        ("lineNegotiateTSPIVersion", device, 0x10003, 0x30001, None),
        ("lineGetDevCaps", device, 0x20002, 0, None),
        ("lineGetAddressCaps", device, 0, 0x20002, 0, None),
        ("lineGetExtensionID", device, 0x20002, None),
        ("lineNegotiateExtVersion", device, 0x20002, 0, 0, None),
        ("lineGetNumAddressIDs", line.hd, None),
        ("lineGetAddressID", line.hd, None, AddressMode.DIALABLEADDR, None, 0),
        ("lineGetAddressStatus", line.hd, 0, None),
        ("lineGetLineDevStatus", line.hd, None),
        ("lineGetID", line.hd, 0, 0, Select.LINE, None, "tapi/line", 0),
        ("lineGetID", line.hd, 0, 0, Select.LINE, structure(), None, 0),
        ("lineGetCallAddressID", call.hd, None),
        ("lineGetCallInfo", call.hd, None),
        ("lineGetCallStatus", call.hd, None),
        ("lineMakeCall", 1, line.hd, 0x700000002, None, "4002", 0, None),
        ("lineOpen", device, 0x700000001, None, 0x20002, host._on_event),
        ("providerUIIdentify", None),
        ("providerEnumDevices", host.permanent, None, None, 1, None, None),
        ("providerInit", 0x20002, host.permanent, 5, 0, 1, 0, None, None),
    ]
    for name, *arguments in calls:
        assert host.ask(name, *arguments) == no, name
    opened = c_void_p(0)
    assert host.ask("lineOpen", device, 0x700000001, byref(opened), 0x20002, None) == no
    result = host.ask("phoneNegotiateTSPIVersion", 0, 0x10003, 0x30001, None)
    assert result == PhoneError.INVALPOINTER


def check_null_options_are_no_reason_to_fail(host: Host) -> None:
    host.must("providerInit", 0x20002, host.permanent, 5, 0, 1, 0, host._on_completion, None)
    host.must("providerShutdown", 0x20002, host.permanent)


def check_a_second_instance_is_refused(host: Host) -> None:
    lines, phones, done = c_uint32(0), c_uint32(0), host._on_completion
    refused = Error.NOMULTIPLEINSTANCE
    assert host.ask("providerEnumDevices", 0x22, byref(lines), byref(phones), 1, None, None) == refused
    assert host.ask("providerInit", 0x20002, 0x22, 9, 0, 1, 0, done, None) == refused
    assert host.ask("providerShutdown", 0x20002, 0x22) == Error.OPERATIONFAILED


@pytest.mark.parametrize(
    "modes",
    [0, INTERACTIVEVOICE, AUTOMATEDVOICE, DATAMODEM, INTERACTIVEVOICE | DATAMODEM, 0x80000000, 0xFFFFFFFF],
    ids=hex,
)
def check_a_line_is_opened_for_media_modes_of_any_kind(host: Host, line: Line, modes: int) -> None:
    """They are those of incoming calls that the application wants; refused, lineOpen would fail."""
    host.must("lineSetDefaultMediaDetection", line.hd, modes)
    host.must("lineConditionalMediaDetection", line.hd, modes, None)
    host.must("lineConditionalMediaDetection", line.hd, modes, CallParams().address)
    line.dial("4001").reaches(State.CONNECTED).drop()


def check_a_line_is_not_chosen_for_a_call_that_it_cannot_make(host: Host, line: Line) -> None:
    """An application that opens any line says what call it wants to make, and names its address by digits."""
    ask, fax = host.ask, CallParams(dwMediaMode=DATAMODEM)
    result = ask("lineConditionalMediaDetection", line.hd, DATAMODEM, fax.address)
    assert result == Error.INVALMEDIAMODE
    voice = CallParams(dwAddressMode=AddressMode.DIALABLEADDR)
    host.must("lineConditionalMediaDetection", line.hd, INTERACTIVEVOICE, voice.address)


@pytest.mark.parametrize("version", [0x10004, 0x20002], ids=hex)
def check_a_line_is_chosen_by_its_address(host: Host, line: Line, version: int) -> None:
    """An application may look for the line of a certain phone among all, by the phone's digits."""

    def ask(origin: bytes, **members: int) -> int:
        params = OriginParams(version, origin, **members)
        return host.ask("lineConditionalMediaDetection", line.hd, INTERACTIVEVOICE, params.address)

    own = "4000".encode("utf-16-le")
    assert ask(own) == 0
    assert ask(own + b"\0\0") == 0
    for other in ("4001", "400", "40000", "4000 ", "\0", "4"):
        assert ask(other.encode("utf-16-le")) == Error.RESOURCEUNAVAIL, other
    assert ask(b"4") == Error.RESOURCEUNAVAIL
    for offset in (0xFFFFFFFE, 0x7FFFFFFF, 180):
        assert ask(own, dwOrigAddressOffset=offset) == Error.RESOURCEUNAVAIL
    for size in (0xFFFFFFFF, 0x10000):
        assert ask(own, dwOrigAddressSize=size) == Error.RESOURCEUNAVAIL
    assert ask(own, dwAddressMode=AddressMode.ADDRESSID) == 0
    assert ask("4001".encode("utf-16-le"), dwAddressMode=AddressMode.ADDRESSID) == 0, "of any address"


def check_any_line_that_could_call_now_says_so(host: Host, line: Line, messenger: Messenger) -> None:
    params = CallParams()

    def ask() -> int:
        mode = INTERACTIVEVOICE
        return host.ask("lineConditionalMediaDetection", line.hd, mode, params.address)

    assert ask() == 0
    call = line.dial("4001").reaches(State.CONNECTED)
    assert ask() == Error.RESOURCEUNAVAIL
    call.drop()
    assert ask() == 0
    messenger.stop()
    line.comes_to(LineState.OUTOFSERVICE)
    assert ask() == Error.RESOURCEUNAVAIL


def check_the_address_is_found_by_its_text(host: Host, line: Line) -> None:
    number, mode = c_uint32(0xA5), AddressMode.DIALABLEADDR
    own = ctypes.create_unicode_buffer("4000")
    for size in (8, 10, 4, 5, 0, 1, 0xFFFFFFFF):  # bytes or characters, with and without its zero
        number.value = 0xA5
        host.must("lineGetAddressID", line.hd, byref(number), mode, own, size)
        assert number.value == 0
    for text in ("4001", "40", "40000", ""):
        other = ctypes.create_unicode_buffer(text)
        for size in (2 * len(text), 2 * len(text) + 2, len(text), 8, 0):
            result = host.ask("lineGetAddressID", line.hd, byref(number), mode, other, size)
            assert result == Error.INVALADDRESS, text
    result = host.ask("lineGetAddressID", line.hd, byref(number), AddressMode.ADDRESSID, own, 8)
    assert result == Error.INVALADDRESSMODE


def check_the_only_device_of_a_line_is_itself(host: Host, line: Line, call: Call) -> None:
    selections = [
        (line.hd, 0, Select.LINE),
        (line.hd, 0, Select.ADDRESS),
        (0, call.hd, Select.CALL),
    ]
    for hd, hd_call, select in selections:
        buffer = Buffer(24 + 4)
        host.must("lineGetID", hd, 0, hd_call, select, buffer.address, "TAPI/Line", 2**64 - 1)
        layout = LAYOUT["VARSTRING"]
        values = {name: buffer.dword(member.offset) for name, member in layout.items()}
        assert values == {
            "dwTotalSize": 28,
            "dwNeededSize": 28,
            "dwUsedSize": 28,
            "dwStringFormat": STRINGFORMAT_BINARY,
            "dwStringSize": 4,
            "dwStringOffset": 24,
        }
        assert buffer.dword(24) == line.device
        assert buffer.damage() == []
    for name in ("wave/in", "wave/out", "comm", "tapi/phone", "tapi/line2", "tapi", "", "x" * 5000):
        result = host.ask("lineGetID", line.hd, 0, 0, Select.LINE, structure(), name, 0)
        assert result == Error.NODEVICE, name
    for wrong in (0, 3, 8, 0xFFFFFFFF):
        result = host.ask("lineGetID", line.hd, 0, call.hd, wrong, structure(), "tapi/line", 0)
        assert result == Error.INVALCALLSELECT


@pytest.mark.parametrize("total", range(24, 28))
def check_a_device_id_without_room_for_it(host: Host, line: Line, total: int) -> None:
    buffer = Buffer(total)
    host.must("lineGetID", line.hd, 0, 0, Select.LINE, buffer.address, "tapi/line", 0)
    assert [buffer.dword(at) for at in (0, 4, 8, 16, 20)] == [total, 28, 24, 0, 0]
    assert buffer.damage() == []


def check_a_device_id_without_room_for_its_structure(host: Host, line: Line) -> None:
    buffer = Buffer(20)
    result = host.ask("lineGetID", line.hd, 0, 0, Select.LINE, buffer.address, "tapi/line", 0)
    assert result == Error.STRUCTURETOOSMALL
    assert buffer.damage() == []


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"dwBearerMode": BEARER_DATA}, Error.BEARERMODEUNAVAIL),
        ({"dwMediaMode": DATAMODEM}, Error.INVALMEDIAMODE),
        ({"dwMediaMode": AUTOMATEDVOICE}, Error.INVALMEDIAMODE),
        ({"dwAddressID": 1}, Error.INVALADDRESSID),
        ({"dwAddressID": 1, "dwAddressMode": AddressMode.NOT_SET}, Error.INVALADDRESSID),
        ({"dwAddressMode": AddressMode.DIALABLEADDR}, Error.INVALADDRESSMODE),
        ({"dwAddressMode": AddressMode.ADDRESSID | AddressMode.DIALABLEADDR}, Error.INVALADDRESSMODE),
        ({"dwAddressMode": 4}, Error.INVALADDRESSMODE),
        ({"dwAddressMode": 0xFFFFFFFF}, Error.INVALADDRESSMODE),
    ],
)
def check_call_parameters_that_cannot_be_met(line: Line, members: dict[str, int], error: Error) -> None:
    assert line.refused("4001", CallParams(**members)) == error
    assert line.dial("4001", CallParams()).is_made() == 0


@pytest.mark.parametrize(
    "members",
    [
        {"dwMediaMode": 0},
        {"dwMediaMode": DATAMODEM | INTERACTIVEVOICE},
        {"dwMediaMode": 0xFFFFFFFF},
        {"dwAddressMode": AddressMode.NOT_SET},
        {"dwBearerMode": 0, "dwMediaMode": 0, "dwAddressMode": AddressMode.NOT_SET},
    ],
    ids=str,
)
def check_call_parameters_that_leave_the_choice(line: Line, members: dict[str, int]) -> None:
    assert line.dial("4001", CallParams(**members)).is_made() == 0


@pytest.mark.parametrize("version", [0x10003, 0x10004, 0x20000, 0x20002, 0x30000], ids=hex)
def check_call_parameters_of_any_version(line: Line, version: int) -> None:
    """The structure ends where its version ends: nothing behind may be read."""
    assert line.dial("4001", CallParams(version)).is_made() == 0


def check_what_an_outgoing_line_has_no_use_for(host: Host, line: Line, call: Call) -> None:
    device, no = host.devices[0], Error.OPERATIONUNAVAIL
    for request in (0, 1):
        assert host.ask("lineDial", request, call.hd, "1", 0) == no
        assert host.ask("lineAnswer", request, call.hd, None, 0) == no
    assert host.ask("lineGetDevConfig", device, structure(), "tapi/line") == no
    assert host.ask("lineSetDevConfig", device, structure(), 8, "tapi/line") == no
    assert host.ask("providerFreeDialogInstance", 1) == no


@pytest.mark.parametrize("name", [None, "tapi/line", "TAPI/Line", "wave/in"])
def check_the_icon_is_left_to_windows(host: Host, name: str | None) -> None:
    icon = c_void_p(0xA5)
    host.must("lineGetIcon", host.devices[0], name, byref(icon))
    assert icon.value is None
    assert host.ask("lineGetIcon", host.devices[0], name, None) == Error.INVALPOINTER
    for device in DEVICES:
        icon = c_void_p(0xA5)
        assert host.ask("lineGetIcon", device, name, byref(icon)) == Error.NODRIVER
        assert icon.value == 0xA5


def check_hooks_of_the_control_panel(host: Host) -> None:
    for name in ("providerInstall", "providerRemove", "providerConfig"):
        assert host.ask(name, 0, host.permanent) == 0


@pytest.mark.parametrize("temporary", [0, 1, 2, 0xFFFFFFFF, 2**64 - 1])
def check_a_new_line_that_was_never_announced(host: Host, temporary: int) -> None:
    assert host.ask("providerCreateLineDevice", temporary, 77) == Error.BADDEVICEID


def check_dialog_data_that_is_not_the_dialogs(host: Host) -> None:
    data = ctypes.create_string_buffer(64)
    for size, pointer, kind in ((0, data, 1), (7, data, 1), (64, data, 1), (8, None, 1), (8, data, 77)):
        result = host.ask("providerGenericDialogData", host.devices[0], kind, pointer, size)
        assert result == Error.INVALPARAM


def check_status_messages_of_any_mask(host: Host, line: Line) -> None:
    for mask in (0, 0x1FFFFFF, 0xFFFFFFFF):
        host.must("lineSetStatusMessages", line.hd, mask, mask)
    line.wants(0, 0)
