"""TAPI's structures as tapi.h has them, packed to a byte, and their sizes in each version.

Members are DWORDs unless a type follows. The sizes are those of Windows; a test adds the members up.
"""

import ctypes
from ctypes import c_uint8, c_uint16, c_uint32
from dataclasses import dataclass


class Guid(ctypes.LittleEndianStructure):
    _pack_ = 1
    _fields_ = (("data", c_uint8 * 16),)


class DialParams(ctypes.LittleEndianStructure):
    _pack_ = 1
    _fields_ = tuple(
        (name, c_uint32) for name in ("dwDialPause", "dwDialSpeed", "dwDigitDuration", "dwWaitForDialtone")
    )


class SystemTime(ctypes.LittleEndianStructure):
    _pack_ = 1
    _fields_ = tuple(
        (name, c_uint16)
        for name in (
            "wYear",
            "wMonth",
            "wDayOfWeek",
            "wDay",
            "wHour",
            "wMinute",
            "wSecond",
            "wMilliseconds",
        )
    )


TYPES = {"guid": Guid, "dial": DialParams, "time": SystemTime}

MEMBERS = {
    "LINEDEVCAPS": """dwTotalSize dwNeededSize dwUsedSize dwProviderInfoSize dwProviderInfoOffset
        dwSwitchInfoSize dwSwitchInfoOffset dwPermanentLineID dwLineNameSize dwLineNameOffset dwStringFormat
        dwAddressModes dwNumAddresses dwBearerModes dwMaxRate dwMediaModes dwGenerateToneModes
        dwGenerateToneMaxNumFreq dwGenerateDigitModes dwMonitorToneMaxNumFreq dwMonitorToneMaxNumEntries
        dwMonitorDigitModes dwGatherDigitsMinTimeout dwGatherDigitsMaxTimeout dwMedCtlDigitMaxListSize
        dwMedCtlMediaMaxListSize dwMedCtlToneMaxListSize dwMedCtlCallStateMaxListSize dwDevCapFlags
        dwMaxNumActiveCalls dwAnswerMode dwRingModes dwLineStates dwUUIAcceptSize dwUUIAnswerSize
        dwUUIMakeCallSize dwUUIDropSize dwUUISendUserUserInfoSize dwUUICallInfoSize MinDialParams:dial
        MaxDialParams:dial DefaultDialParams:dial dwNumTerminals dwTerminalCapsSize dwTerminalCapsOffset
        dwTerminalTextEntrySize dwTerminalTextSize dwTerminalTextOffset dwDevSpecificSize dwDevSpecificOffset
        dwLineFeatures dwSettableDevStatus dwDeviceClassesSize dwDeviceClassesOffset PermanentLineGuid:guid
        dwAddressTypes ProtocolGuid:guid dwAvailableTracking""",
    "LINEADDRESSCAPS": """dwTotalSize dwNeededSize dwUsedSize dwLineDeviceID dwAddressSize dwAddressOffset
        dwDevSpecificSize dwDevSpecificOffset dwAddressSharing dwAddressStates dwCallInfoStates
        dwCallerIDFlags dwCalledIDFlags dwConnectedIDFlags dwRedirectionIDFlags dwRedirectingIDFlags
        dwCallStates dwDialToneModes dwBusyModes dwSpecialInfo dwDisconnectModes dwMaxNumActiveCalls
        dwMaxNumOnHoldCalls dwMaxNumOnHoldPendingCalls dwMaxNumConference dwMaxNumTransConf dwAddrCapFlags
        dwCallFeatures dwRemoveFromConfCaps dwRemoveFromConfState dwTransferModes dwParkModes dwForwardModes
        dwMaxForwardEntries dwMaxSpecificEntries dwMinFwdNumRings dwMaxFwdNumRings dwMaxCallCompletions
        dwCallCompletionConds dwCallCompletionModes dwNumCompletionMessages dwCompletionMsgTextEntrySize
        dwCompletionMsgTextSize dwCompletionMsgTextOffset dwAddressFeatures dwPredictiveAutoTransferStates
        dwNumCallTreatments dwCallTreatmentListSize dwCallTreatmentListOffset dwDeviceClassesSize
        dwDeviceClassesOffset dwMaxCallDataSize dwCallFeatures2 dwMaxNoAnswerTimeout dwConnectedModes
        dwOfferingModes dwAvailableMediaModes""",
    "LINECALLINFO": """dwTotalSize dwNeededSize dwUsedSize hLine dwLineDeviceID dwAddressID dwBearerMode
    dwRate
        dwMediaMode dwAppSpecific dwCallID dwRelatedCallID dwCallParamFlags dwCallStates dwMonitorDigitModes
        dwMonitorMediaModes DialParams:dial dwOrigin dwReason dwCompletionID dwNumOwners dwNumMonitors
        dwCountryCode dwTrunk dwCallerIDFlags dwCallerIDSize dwCallerIDOffset dwCallerIDNameSize
        dwCallerIDNameOffset dwCalledIDFlags dwCalledIDSize dwCalledIDOffset dwCalledIDNameSize
        dwCalledIDNameOffset dwConnectedIDFlags dwConnectedIDSize dwConnectedIDOffset dwConnectedIDNameSize
        dwConnectedIDNameOffset dwRedirectionIDFlags dwRedirectionIDSize dwRedirectionIDOffset
        dwRedirectionIDNameSize dwRedirectionIDNameOffset dwRedirectingIDFlags dwRedirectingIDSize
        dwRedirectingIDOffset dwRedirectingIDNameSize dwRedirectingIDNameOffset dwAppNameSize dwAppNameOffset
        dwDisplayableAddressSize dwDisplayableAddressOffset dwCalledPartySize dwCalledPartyOffset
        dwCommentSize dwCommentOffset dwDisplaySize dwDisplayOffset dwUserUserInfoSize dwUserUserInfoOffset
        dwHighLevelCompSize dwHighLevelCompOffset dwLowLevelCompSize dwLowLevelCompOffset dwChargingInfoSize
        dwChargingInfoOffset dwTerminalModesSize dwTerminalModesOffset dwDevSpecificSize dwDevSpecificOffset
        dwCallTreatment dwCallDataSize dwCallDataOffset dwSendingFlowspecSize dwSendingFlowspecOffset
        dwReceivingFlowspecSize dwReceivingFlowspecOffset dwCallerIDAddressType dwCalledIDAddressType
        dwConnectedIDAddressType dwRedirectionIDAddressType dwRedirectingIDAddressType""",
    "LINECALLSTATUS": """dwTotalSize dwNeededSize dwUsedSize dwCallState dwCallStateMode dwCallPrivilege
        dwCallFeatures dwDevSpecificSize dwDevSpecificOffset dwCallFeatures2 tStateEntryTime:time""",
    "LINEDEVSTATUS": """dwTotalSize dwNeededSize dwUsedSize dwNumOpens dwOpenMediaModes dwNumActiveCalls
        dwNumOnHoldCalls dwNumOnHoldPendCalls dwLineFeatures dwNumCallCompletions dwRingMode dwSignalLevel
        dwBatteryLevel dwRoamMode dwDevStatusFlags dwTerminalModesSize dwTerminalModesOffset dwDevSpecificSize
        dwDevSpecificOffset dwAvailableMediaModes dwAppInfoSize dwAppInfoOffset""",
    "LINEADDRESSSTATUS": """dwTotalSize dwNeededSize dwUsedSize dwNumInUse dwNumActiveCalls dwNumOnHoldCalls
        dwNumOnHoldPendCalls dwAddressFeatures dwNumRingsNoAnswer dwForwardNumEntries dwForwardSize
        dwForwardOffset dwTerminalModesSize dwTerminalModesOffset dwDevSpecificSize dwDevSpecificOffset""",
    "LINECALLPARAMS": """dwTotalSize dwBearerMode dwMinRate dwMaxRate dwMediaMode dwCallParamFlags
    dwAddressMode
        dwAddressID DialParams:dial dwOrigAddressSize dwOrigAddressOffset dwDisplayableAddressSize
        dwDisplayableAddressOffset dwCalledPartySize dwCalledPartyOffset dwCommentSize dwCommentOffset
        dwUserUserInfoSize dwUserUserInfoOffset dwHighLevelCompSize dwHighLevelCompOffset dwLowLevelCompSize
        dwLowLevelCompOffset dwDevSpecificSize dwDevSpecificOffset dwPredictiveAutoTransferStates
        dwTargetAddressSize dwTargetAddressOffset dwSendingFlowspecSize dwSendingFlowspecOffset
        dwReceivingFlowspecSize dwReceivingFlowspecOffset dwDeviceClassSize dwDeviceClassOffset
        dwDeviceConfigSize dwDeviceConfigOffset dwCallDataSize dwCallDataOffset dwNoAnswerTimeout
        dwCallingPartyIDSize dwCallingPartyIDOffset dwAddressType""",
    "VARSTRING": "dwTotalSize dwNeededSize dwUsedSize dwStringFormat dwStringSize dwStringOffset",
}

_TABLE = {
    "LINEDEVCAPS": (236, 240, 252, 268, 292),
    "LINEADDRESSCAPS": (176, 180, 228, 228, 228),
    "LINECALLINFO": (296, 296, 324, 324, 344),
    "LINECALLSTATUS": (36, 36, 56, 56, 56),
    "LINEDEVSTATUS": (76, 76, 88, 88, 88),
    "LINEADDRESSSTATUS": (64, 64, 64, 64, 64),
    "LINECALLPARAMS": (112, 112, 176, 176, 180),
    "VARSTRING": (24, 24, 24, 24, 24),
}
_VERSIONS = (0x10003, 0x10004, 0x20000, 0x20002, 0x30000)

OWNED_BY_TAPI = {
    "LINECALLINFO": [
        "hLine",
        "dwMonitorDigitModes",
        "dwMonitorMediaModes",
        "dwNumOwners",
        "dwNumMonitors",
        *(
            part + end
            for part in ("dwAppName", "dwDisplayableAddress", "dwCalledParty", "dwComment")
            for end in ("Size", "Offset")
        ),
    ],
    "LINECALLSTATUS": ["dwCallPrivilege"],
    "LINEDEVSTATUS": ["dwNumOpens", "dwOpenMediaModes", "dwAppInfoSize", "dwAppInfoOffset"],
}
"""What the telephony service fills in itself; a provider that touches it spoils it."""


@dataclass(frozen=True)
class Member:
    """One member: its place in the structure, in bytes."""

    name: str
    offset: int
    size: int


def size_in(name: str, version: int) -> int:
    """The size of the fixed part that a TSPI version means, in bytes."""
    return _TABLE[name][max(at for at, since in enumerate(_VERSIONS) if since <= version)]


def _members(text: str) -> dict[str, Member]:
    members, offset = {}, 0
    for word in text.split():
        name, _, kind = word.partition(":")
        size = ctypes.sizeof(TYPES[kind]) if kind else 4
        members[name] = Member(name, offset, size)
        offset += size
    return members


LAYOUT = {name: _members(text) for name, text in MEMBERS.items()}
"""Every member of every structure, of the newest version."""


def members_in(name: str, version: int) -> dict[str, Member]:
    """The members that a version has."""
    fixed = size_in(name, version)
    return {member.name: member for member in LAYOUT[name].values() if member.offset + member.size <= fixed}


def parts_in(name: str, version: int) -> list[str]:
    """The variable parts: those names of which there are a Size and an Offset."""
    members = members_in(name, version)
    return [
        member.removesuffix("Offset")
        for member in members
        if member.endswith("Offset") and member.removesuffix("Offset") + "Size" in members
    ]
