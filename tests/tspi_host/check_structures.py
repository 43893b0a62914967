"""Every structure that the provider fills, for every version of TAPI that ever asked."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    ADDRESS_FEATURE_MAKECALL,
    BEARER_VOICE,
    CLOSEDROP,
    DIALTONE_UNAVAIL,
    DISCONNECTS_OF_OLD,
    FEATURE_DROP,
    INTERACTIVEVOICE,
    LINE_FEATURE_MAKECALL,
    ORDER,
    ORIGIN_OUTBOUND,
    STATUS_CONNECTED,
    STATUS_INSERVICE,
    STRINGFORMAT_UNICODE,
    VERSIONS,
    AddressMode,
    AddressState,
    Disconnect,
    Error,
    Info,
    LineState,
    Party,
    State,
)
from tests.tspi_host.filled import Buffer, Fetch, Filled
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import Messenger
from tests.tspi_host.rules import DISCONNECTS_SINCE_2_0
from tests.tspi_host.settings import LineSettings
from tests.tspi_host.structures import LAYOUT, size_in

ROOT = Path(__file__).parents[2]

versions = pytest.mark.parametrize("version", VERSIONS, ids=hex)


class Scene:
    """A line of some version with a call that is answered."""

    def __init__(self, host: Host, version: int) -> None:
        self.host, self.version, self.device = host, version, host.devices[0]
        self.line: Line = host.open(self.device, version)
        self.line.comes_to(LineState.INSERVICE)
        self.call: Call = self.line.dial("4001").reaches(State.CONNECTED)

    def fetch(self, kind: str) -> Fetch:
        """How the provider is asked for a structure, by its result."""
        ask, version = self.host.ask, self.version
        return {
            "LINEDEVCAPS": lambda at: ask("lineGetDevCaps", self.device, version, 0, at),
            "LINEADDRESSCAPS": lambda at: ask("lineGetAddressCaps", self.device, 0, version, 0, at),
            "LINEDEVSTATUS": lambda at: ask("lineGetLineDevStatus", self.line.hd, at),
            "LINEADDRESSSTATUS": lambda at: ask("lineGetAddressStatus", self.line.hd, 0, at),
            "LINECALLINFO": lambda at: ask("lineGetCallInfo", self.call.hd, at),
            "LINECALLSTATUS": lambda at: ask("lineGetCallStatus", self.call.hd, at),
        }[kind]

    def read(self, kind: str, total: int | None = None) -> Filled:
        return {
            "LINEDEVCAPS": lambda: self.host.device_caps(self.device, self.version, total),
            "LINEADDRESSCAPS": lambda: self.host.address_caps(self.device, self.version, total),
            "LINEDEVSTATUS": lambda: self.line.status(total),
            "LINEADDRESSSTATUS": lambda: self.line.address_status(total),
            "LINECALLINFO": lambda: self.call.info(total),
            "LINECALLSTATUS": lambda: self.call.status(total),
        }[kind]()


KINDS = [kind for kind in LAYOUT if kind not in ("LINECALLPARAMS", "VARSTRING")]
kinds = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def scene(host: Host, version: int) -> Iterator[Scene]:
    yield Scene(host, version)


@versions
@kinds
def check_all_is_set_and_in_its_place(scene: Scene, kind: str) -> None:
    filled = scene.read(kind)
    parts = sum(
        filled[f"dw{part}Size"] for part in (part.removeprefix("dw") for part in filled.texts) if part
    )
    assert filled.used == filled.needed == size_in(kind, scene.version) + parts


@versions
@kinds
def check_what_does_not_fit_is_left_out_and_counted(scene: Scene, kind: str) -> None:
    whole = scene.read(kind)
    for total in range(size_in(kind, scene.version), whole.needed + 1):
        filled = scene.read(kind, total)
        assert filled.needed == whole.needed, "what is needed does not depend on what there is"
        for part, text in filled.texts.items():
            assert text in (None, whole.texts[part]), "no text is ever cut"


@versions
@kinds
def check_a_buffer_without_room_for_the_fixed_part_is_refused(scene: Scene, kind: str) -> None:
    fixed = size_in(kind, scene.version)
    for total in (12, fixed // 2, fixed - 4, fixed - 1):
        buffer = Buffer(total)
        assert scene.fetch(kind)(buffer.address) == Error.STRUCTURETOOSMALL
        assert buffer.damage() == []
        assert buffer.dword(0) == total


@kinds
@pytest.mark.parametrize("total", [0, 1, 4, 8, 11])
def check_a_size_below_all_sense_touches_nothing(host: Host, kind: str, total: int) -> None:
    buffer = Buffer(16)
    buffer.put(0, total)
    before = buffer.data
    assert Scene(host, 0x20002).fetch(kind)(buffer.address) == Error.STRUCTURETOOSMALL
    assert buffer.data == before


def version_of_the_package() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


@versions
def check_line_capabilities(scene: Scene, settings: LineSettings) -> None:
    caps = scene.read("LINEDEVCAPS")
    assert caps.text("LineName") == settings.name
    assert caps.text("ProviderInfo") == f"Offhook TAPI service provider {version_of_the_package()}"
    assert caps.text("SwitchInfo")
    assert caps["dwPermanentLineID"] == scene.host.permanent << 16 | settings.index
    assert caps["dwStringFormat"] == STRINGFORMAT_UNICODE
    assert caps["dwAddressModes"] == AddressMode.ADDRESSID
    assert caps["dwNumAddresses"] == caps["dwMaxNumActiveCalls"] == 1
    assert caps["dwBearerModes"] == BEARER_VOICE
    assert caps["dwMediaModes"] == INTERACTIVEVOICE
    assert not caps["dwDevCapFlags"] & CLOSEDROP, "a call goes on when the program is closed"
    assert caps["dwLineFeatures"] == LINE_FEATURE_MAKECALL
    assert caps["dwLineStates"] == sum(LineState) & ~LineState.RINGING
    if scene.version >= 0x20000:
        assert caps.text("DeviceClasses") == "tapi/line\0"
    if scene.version >= 0x20002:
        assert caps["PermanentLineGuid"]
    if scene.version >= 0x30000:
        assert caps["dwAddressTypes"] == 1
        assert caps["ProtocolGuid"] == caps["dwAvailableTracking"] == 0


@versions
def check_address_capabilities(scene: Scene, settings: LineSettings) -> None:
    caps = scene.read("LINEADDRESSCAPS")
    assert caps["dwLineDeviceID"] == scene.device
    assert caps.text("Address") == settings.terminal
    assert caps["dwAddressSharing"] == 1
    assert caps["dwCallFeatures"] == FEATURE_DROP
    assert caps["dwAddressFeatures"] == ADDRESS_FEATURE_MAKECALL
    assert caps["dwMaxNumActiveCalls"] == 1
    assert caps["dwAddressStates"] == sum(AddressState) & ~(AddressState.INUSEMANY | AddressState.FORWARD)
    assert caps["dwCallStates"] == sum(ORDER)
    assert caps["dwDisconnectModes"] & ~sum(DISCONNECTS_OF_OLD) == 0
    assert caps["dwBusyModes"] == caps["dwSpecialInfo"] == 0
    if scene.version >= 0x20000:
        assert caps["dwConnectedModes"] == 1
        assert caps["dwAvailableMediaModes"] == INTERACTIVEVOICE


@versions
def check_line_status_with_and_without_a_call(scene: Scene) -> None:
    busy = scene.line.status()
    assert (busy["dwNumActiveCalls"], busy["dwLineFeatures"]) == (1, 0)
    assert busy["dwDevStatusFlags"] == STATUS_CONNECTED | STATUS_INSERVICE
    scene.call.drop()
    scene.host.wait(
        lambda: scene.line.status()["dwLineFeatures"] == LINE_FEATURE_MAKECALL, "the line to be free"
    )
    free = scene.line.status()
    assert free["dwNumActiveCalls"] == 0
    if scene.version >= 0x20000:
        assert (busy["dwAvailableMediaModes"], free["dwAvailableMediaModes"]) == (0, INTERACTIVEVOICE)


@versions
def check_address_status_with_and_without_a_call(scene: Scene) -> None:
    busy = scene.line.address_status()
    assert (busy["dwNumInUse"], busy["dwNumActiveCalls"], busy["dwAddressFeatures"]) == (1, 1, 0)
    scene.call.drop()
    free = scene.line.address_status()
    assert (free["dwNumInUse"], free["dwNumActiveCalls"]) == (0, 0)
    assert free["dwAddressFeatures"] == ADDRESS_FEATURE_MAKECALL


@versions
def check_call_information(scene: Scene) -> None:
    info = scene.read("LINECALLINFO")
    assert info["dwLineDeviceID"] == scene.device
    assert info["dwAddressID"] == info["dwRate"] == info["dwCompletionID"] == 0
    assert info["dwBearerMode"] == BEARER_VOICE
    assert info["dwMediaMode"] == INTERACTIVEVOICE
    assert info["dwOrigin"] == ORIGIN_OUTBOUND
    assert info["dwReason"] == 1
    assert info["dwTrunk"] == 0xFFFFFFFF
    assert info["dwCallID"]
    assert (info.text("CallerID"), info.text("CallerIDName")) == ("4000", "Kim 철수")
    assert (info.text("CalledID"), info.text("CalledIDName")) == ("4001", "Lee Min-ho 이민호")
    assert (info.text("ConnectedID"), info.text("ConnectedIDName")) == ("4001", "Lee Min-ho 이민호")
    for party in ("Caller", "Called", "Connected"):
        assert info[f"dw{party}IDFlags"] == Party.ADDRESS | Party.NAME
    for party in ("Redirection", "Redirecting"):
        assert info[f"dw{party}IDFlags"] == Party.UNAVAIL
    if scene.version >= 0x30000:
        for party in ("Caller", "Called", "Connected", "Redirection", "Redirecting"):
            assert info[f"dw{party}IDAddressType"] == 1


@versions
def check_call_status_while_connected_and_after(scene: Scene, messenger: Messenger) -> None:
    status = scene.call.status()
    mode = 1 if scene.version >= 0x20000 else 0
    assert (status["dwCallState"], status["dwCallStateMode"]) == (State.CONNECTED, mode)
    assert status["dwCallFeatures"] == FEATURE_DROP
    if scene.version >= 0x20000:
        assert status["dwCallFeatures2"] == 0
        assert status["tStateEntryTime"] & 0xFFFF >= 2024, "the year of a SYSTEMTIME is its first word"
    scene.call.drop()
    status = scene.call.status()
    assert (status["dwCallState"], status["dwCallStateMode"]) == (State.IDLE, 0)
    assert status["dwCallFeatures"] == 0


@pytest.mark.parametrize(
    ("version", "modes"),
    [(0x10004, sum(Disconnect) & ~DISCONNECTS_SINCE_2_0), (0x20000, sum(Disconnect))],
    ids=hex,
)
def check_an_application_is_offered_the_disconnect_modes_of_its_version(
    host: Host, version: int, modes: int
) -> None:
    """NODIALTONE has been there since 1.4 (tapi.h)."""
    assert host.address_caps(host.devices[0], version)["dwDisconnectModes"] == modes
    assert modes & Disconnect.NODIALTONE


def check_capabilities_name_all_that_is_told(host: Host) -> None:
    """Before the first login: by a Smart Messenger of any version."""
    caps = host.address_caps(host.devices[0])
    assert caps["dwCallStates"] == sum(State)
    assert caps["dwDisconnectModes"] == sum(Disconnect)
    assert caps["dwDialToneModes"] == DIALTONE_UNAVAIL
    assert caps["dwCallInfoStates"] == sum(Info)
