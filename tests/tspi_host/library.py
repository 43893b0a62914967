"""The provider's DLL: its exports with the types of tspi.h, called as the telephony service calls them."""

import ctypes
import sys
from ctypes import c_int32, c_size_t, c_uint32, c_void_p, c_wchar_p
from pathlib import Path
from typing import Any

assert sys.platform == "win32"

PATH = Path(__file__).parents[2] / "src" / "offhook" / "windows" / "dll" / "x64" / "offhook.tsp"

AsyncCompletion = ctypes.WINFUNCTYPE(None, c_uint32, c_int32)
"""ASYNC_COMPLETION(request, result)."""

LineEvent = ctypes.WINFUNCTYPE(None, c_size_t, c_size_t, c_uint32, c_size_t, c_size_t, c_size_t)
"""LINEEVENT(htLine, htCall, message, dwParam1, dwParam2, dwParam3), the parameters as wide as a pointer."""

TYPES: dict[str, Any] = {"d": c_uint32, "h": c_size_t, "p": c_void_p, "w": c_wchar_p}

SIGNATURES = {
    "TSPI_lineAccept": "dhpd",
    "TSPI_lineAddToConference": "dhh",
    "TSPI_lineAnswer": "dhpd",
    "TSPI_lineBlindTransfer": "dhwd",
    "TSPI_lineClose": "h",
    "TSPI_lineCloseCall": "h",
    "TSPI_lineCompleteTransfer": "dhhhpd",
    "TSPI_lineConditionalMediaDetection": "hdp",
    "TSPI_lineDial": "dhwd",
    "TSPI_lineDrop": "dhpd",
    "TSPI_lineForward": "dhddpdhpp",
    "TSPI_lineGenerateDigits": "hddwd",
    "TSPI_lineGetAddressCaps": "ddddp",
    "TSPI_lineGetAddressID": "hpdpd",
    "TSPI_lineGetAddressStatus": "hdp",
    "TSPI_lineGetCallAddressID": "hp",
    "TSPI_lineGetCallInfo": "hp",
    "TSPI_lineGetCallStatus": "hp",
    "TSPI_lineGetDevCaps": "dddp",
    "TSPI_lineGetDevConfig": "dpw",
    "TSPI_lineGetExtensionID": "ddp",
    "TSPI_lineGetIcon": "dwp",
    "TSPI_lineGetID": "hdhdpwh",
    "TSPI_lineGetLineDevStatus": "hp",
    "TSPI_lineGetNumAddressIDs": "hp",
    "TSPI_lineHold": "dh",
    "TSPI_lineMakeCall": "dhhpwdp",
    "TSPI_lineNegotiateExtVersion": "ddddp",
    "TSPI_lineNegotiateTSPIVersion": "dddp",
    "TSPI_lineOpen": "dhpdp",
    "TSPI_linePark": "dhdwp",
    "TSPI_linePickup": "dhdhpww",
    "TSPI_linePrepareAddToConference": "dhhpp",
    "TSPI_lineRedirect": "dhwd",
    "TSPI_lineRemoveFromConference": "dh",
    "TSPI_lineSelectExtVersion": "hd",
    "TSPI_lineSetAppSpecific": "hd",
    "TSPI_lineSetDefaultMediaDetection": "hd",
    "TSPI_lineSetDevConfig": "dpdw",
    "TSPI_lineSetMediaMode": "hd",
    "TSPI_lineSetStatusMessages": "hdd",
    "TSPI_lineSetupConference": "dhhhphpdp",
    "TSPI_lineSetupTransfer": "dhhpp",
    "TSPI_lineSwapHold": "dhh",
    "TSPI_lineUnhold": "dh",
    "TSPI_lineUnpark": "dhdhpw",
    "TSPI_phoneNegotiateTSPIVersion": "dddp",
    "TSPI_providerConfig": "hd",
    "TSPI_providerCreateLineDevice": "hd",
    "TSPI_providerEnumDevices": "dpphpp",
    "TSPI_providerFreeDialogInstance": "h",
    "TSPI_providerGenericDialogData": "hdpd",
    "TSPI_providerInit": "ddddhhpp",
    "TSPI_providerInstall": "hd",
    "TSPI_providerRemove": "hd",
    "TSPI_providerShutdown": "dd",
    "TSPI_providerUIIdentify": "p",
}
"""Arguments of every TSPI_ export: d a DWORD, h a handle or DWORD_PTR, p a pointer, w a text."""

kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.FreeLibrary.argtypes = (c_void_p,)
kernel32.GetModuleHandleW.argtypes = (c_wchar_p,)
kernel32.GetModuleHandleW.restype = c_void_p


class CrashedError(AssertionError):
    """The DLL touched memory that is not there. What it had locked stays
    locked, so it is not to be called again."""


class Library:
    """The DLL, loaded until `unload`."""

    def __init__(self, path: Path = PATH) -> None:
        assert path.is_file(), f"{path} is missing; run: make tsp"
        self._dll = ctypes.WinDLL(str(path))
        self.path = path
        self.crashed = False
        for name, types in SIGNATURES.items():
            function = self._dll[name]
            function.argtypes = tuple(TYPES[letter] for letter in types)
            function.restype = c_uint32
            setattr(self, name, function)

    def call(self, name: str, *arguments: Any) -> int:
        """`TSPI_` and `name`; the result as an unsigned DWORD."""
        try:
            return int(getattr(self, f"TSPI_{name}")(*arguments))
        except OSError as error:
            self.crashed = True
            raise CrashedError(f"TSPI_{name}{arguments}: {error}") from None

    def unload(self) -> None:
        """FreeLibrary; the DLL must be gone then, as nothing of it is running any more."""
        kernel32.FreeLibrary(self._dll._handle)
        still = kernel32.GetModuleHandleW(self.path.name)
        assert not still, "the DLL is still loaded: a thread of it has not ended"
