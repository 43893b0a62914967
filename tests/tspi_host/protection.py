"""Secrets that only this machine can read (DPAPI), as the provider's dialog stores the token."""

import ctypes
from ctypes import POINTER, byref, c_char, c_uint32, c_void_p, cast

from tests.tspi_host.library import kernel32

CRYPTPROTECT_UI_FORBIDDEN = 0x1
CRYPTPROTECT_LOCAL_MACHINE = 0x4

crypt32 = ctypes.WinDLL("crypt32")


class Blob(ctypes.Structure):
    """DATA_BLOB."""

    _fields_ = (("cbData", c_uint32), ("pbData", POINTER(c_char)))


crypt32.CryptProtectData.argtypes = (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_uint32, c_void_p)
kernel32.LocalFree.argtypes = (c_void_p,)


def protect(secret: bytes) -> bytes:
    """For any account of this machine."""
    text = ctypes.create_string_buffer(secret, len(secret))
    plain, hidden = Blob(len(secret), cast(text, POINTER(c_char))), Blob()
    flags = CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN
    assert crypt32.CryptProtectData(byref(plain), None, None, None, None, flags, byref(hidden))
    data = ctypes.string_at(hidden.pbData, hidden.cbData)
    kernel32.LocalFree(hidden.pbData)
    return data
