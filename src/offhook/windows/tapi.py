"""TAPI itself: the functions of tapi32.dll that manage providers (learn.microsoft.com: lineAddProviderW)."""

import ctypes
import struct
import subprocess
from pathlib import Path
from typing import Any, Final

from offhook.windows.ports import TelephonyError
from offhook.windows.win32 import load

RUN_S: Final = 120.0
"""How long TAPI may take to load the provider: a telephony service that starts, and a virus scanner."""

_API_VERSION: Final = 0x0002_0002
_FIRST_ROOM: Final = 4096
_MAX_ROOM: Final = 1 << 20
"""Of the list of providers: hundreds of them; Windows comes with five."""

_ERRORS: Final = {
    0x8000_000E: "INIFILECORRUPT, its settings in the registry are damaged; repair Windows' telephony",
    0x8000_0056: "NOMULTIPLEINSTANCE, the provider is there already",
    0x8000_0044: "NOMEM, Windows is short of memory; close programs",
    0x8000_0048: "OPERATIONFAILED, the provider could not be loaded, or may not write its settings; be an "
    "administrator, and restart Windows if it was removed just now",
    0x8000_0049: "OPERATIONUNAVAIL, this Windows has no such function",
    0x8000_0043: "NODRIVER, the provider's file is missing",
}
"""LINEERR_ codes and what to do."""


class Tapi32:
    """See `Tapi`."""

    def __init__(self) -> None:
        self._api: Any = load("tapi32")

    def providers(self) -> dict[int, str]:
        """See `Tapi`."""
        size = _FIRST_ROOM
        while True:
            room = ctypes.create_string_buffer(size)
            struct.pack_into("<I", room, 0, size)
            _check("lists no providers", self._api.lineGetProviderListW(_API_VERSION, room))
            needed: int = struct.unpack_from("<I", room, 4)[0]
            if needed <= size or needed > _MAX_ROOM:
                return read_provider_list(room.raw)
            size = needed

    def add(self, file_name: str) -> int:
        """See `Tapi`. No window, so the provider asks nothing."""
        provider = ctypes.c_uint32()
        result = self._api.lineAddProviderW(ctypes.c_wchar_p(file_name), None, ctypes.byref(provider))
        _check("did not add the provider", result)
        return provider.value

    def remove(self, provider: int) -> None:
        """See `Tapi`."""
        _check("did not remove the provider", self._api.lineRemoveProvider(provider, None))


class Tapi32Elsewhere(Tapi32):
    """The same for a process of another kind than TAPI's own, which cannot load the provider: `program` does
    it (native/provider)."""

    def __init__(self, program: Path) -> None:
        super().__init__()
        self._program = program

    def add(self, file_name: str) -> int:
        """See `Tapi`. The program knows the name."""
        self._run("add", "did not add the provider")
        for provider, name in self.providers().items():
            if name.replace("/", "\\").rpartition("\\")[2].casefold() == file_name:
                return provider
        raise TelephonyError("Windows' telephony does not list the provider; restart Windows, and repeat it")

    def remove(self, provider: int) -> None:
        """See `Tapi`."""
        self._run("remove", "did not remove the provider")

    def _run(self, action: str, failed: str) -> None:
        try:
            done = subprocess.run([str(self._program), action], timeout=RUN_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TelephonyError(f"{self._program} cannot be run ({error}); install Offhook anew") from None
        _check(failed, done.returncode)


def read_provider_list(raw: bytes) -> dict[int, str]:
    """LINEPROVIDERLIST: six numbers, then at an offset an array of LINEPROVIDERENTRY, three numbers each."""
    count, _, offset = struct.unpack_from("<III", raw, 12)
    found = {}
    for position in range(count):
        at = offset + 12 * position
        if at + 12 > len(raw):
            break
        provider, size, name = struct.unpack_from("<III", raw, at)
        text = raw[name : name + size].decode("utf-16-le", "replace")
        found[provider] = text.partition("\0")[0]
    return found


def _check(what: str, result: int) -> None:
    """TAPI's functions return 0, or a LINEERR_ code."""
    if result != 0:
        code = result & 0xFFFF_FFFF
        raise TelephonyError(f"Windows' telephony {what}: {_ERRORS.get(code, f'error {code:#010x}')}")
