"""Whether Windows trusts a file's Authenticode signature: WinVerifyTrust (learn.microsoft.com, wintrust.h).

Nothing is fetched for it, so a revoked certificate is known only if Windows knows it already.
"""

import ctypes
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from offhook.windows.win32 import load

WTD_UI_NONE: Final = 2
WTD_CHOICE_FILE: Final = 1
WTD_STATEACTION_VERIFY: Final = 1
WTD_STATEACTION_CLOSE: Final = 2
WTD_CACHE_ONLY_URL_RETRIEVAL: Final = 0x1000

NOT_SIGNED: Final = frozenset({0x800B0100, 0x800B0003, 0x800B0001})
"""TRUST_E_NOSIGNATURE, _SUBJECT_FORM_UNKNOWN, _PROVIDER_UNKNOWN: none of a kind that Windows knows."""

UNKNOWN: Final = {
    0x800B0101: "its certificate has ended, and it has no time stamp",
    0x800B0109: "this computer does not trust the authority of its certificate",
    0x800B010A: "this computer does not know the authorities of its certificate",
}
"""CERT_E_EXPIRED, CERT_E_UNTRUSTEDROOT, CERT_E_CHAINING."""

BAD: Final = {
    0x80096010: "the file was changed after it was signed",
    0x800B010C: "its certificate was revoked",
    0x800B0111: "this computer is told not to trust its certificate",
}
"""TRUST_E_BAD_DIGEST, CERT_E_REVOKED, TRUST_E_EXPLICIT_DISTRUST."""


class Trust(Enum):
    """What Windows says of a signature."""

    GOOD = "good"
    NONE = "none"
    UNKNOWN = "unknown"
    """By somebody whom this computer does not know."""
    BAD = "bad"


@dataclass(frozen=True)
class Signature:
    """Of a file; `reason` says why it is not good."""

    trust: Trust
    reason: str = ""


def read_signature(file: Path) -> Signature:
    """What Windows says of the file's signature. On any other system there is nobody to ask: it is none."""
    if sys.platform == "win32":
        return judged(_verified(file))
    return Signature(Trust.NONE)


def judged(code: int) -> Signature:
    """What the code that WinVerifyTrust returned means."""
    code &= 0xFFFF_FFFF
    if code == 0:
        return Signature(Trust.GOOD)
    if code in NOT_SIGNED:
        return Signature(Trust.NONE)
    if code in UNKNOWN:
        return Signature(Trust.UNKNOWN, UNKNOWN[code])
    return Signature(Trust.BAD, BAD.get(code, f"error {code:#010x}"))


if sys.platform == "win32":
    from ctypes import wintypes

    class _Guid(ctypes.Structure):
        _fields_ = (
            ("a", wintypes.DWORD),
            ("b", wintypes.WORD),
            ("c", wintypes.WORD),
            ("d", ctypes.c_ubyte * 8),
        )

    class _FileInfo(ctypes.Structure):
        """WINTRUST_FILE_INFO."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("path", wintypes.LPCWSTR),
            ("handle", wintypes.HANDLE),
            ("subject", ctypes.c_void_p),
        )

    class _TrustData(ctypes.Structure):
        """WINTRUST_DATA as it has been since Windows XP."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("policy", ctypes.c_void_p),
            ("sip", ctypes.c_void_p),
            ("ui", wintypes.DWORD),
            ("revocation", wintypes.DWORD),
            ("choice", wintypes.DWORD),
            ("file", ctypes.POINTER(_FileInfo)),
            ("state_action", wintypes.DWORD),
            ("state", wintypes.HANDLE),
            ("url", ctypes.c_void_p),
            ("flags", wintypes.DWORD),
            ("context", wintypes.DWORD),
        )

    GENERIC_VERIFY = _Guid(
        0x00AAC56B, 0xCD44, 0x11D0, (ctypes.c_ubyte * 8)(0x8C, 0xC2, 0, 0xC0, 0x4F, 0xC2, 0x95, 0xEE)
    )
    """WINTRUST_ACTION_GENERIC_VERIFY_V2."""

    def _verified(file: Path) -> int:
        library: Any = load("wintrust")
        verify = library.WinVerifyTrust
        verify.argtypes = [wintypes.HWND, ctypes.POINTER(_Guid), ctypes.POINTER(_TrustData)]
        verify.restype = wintypes.LONG
        info = _FileInfo(ctypes.sizeof(_FileInfo), str(file), None, None)
        data = _TrustData(
            size=ctypes.sizeof(_TrustData),
            ui=WTD_UI_NONE,
            choice=WTD_CHOICE_FILE,
            file=ctypes.pointer(info),
            state_action=WTD_STATEACTION_VERIFY,
            flags=WTD_CACHE_ONLY_URL_RETRIEVAL,
        )
        no_window = wintypes.HWND(-1)
        code: int = verify(no_window, ctypes.byref(GENERIC_VERIFY), ctypes.byref(data))
        data.state_action = WTD_STATEACTION_CLOSE
        verify(no_window, ctypes.byref(GENERIC_VERIFY), ctypes.byref(data))
        return code
