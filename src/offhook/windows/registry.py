"""The real registry, in its 64-bit view, and secrets in it."""

import ctypes
import sys
from collections.abc import Mapping
from typing import Any, Final

from offhook.windows.ports import TelephonyError, Value
from offhook.windows.win32 import NotWindowsError, last_error, load

_MACHINE_AND_NO_DIALOG: Final = 0x4 | 0x1
"""CRYPTPROTECT_LOCAL_MACHINE and CRYPTPROTECT_UI_FORBIDDEN: the telephony service must be able to decrypt."""

_SECRET_RIGHTS: Final = "D:P(A;OICI;KA;;;SY)(A;OICI;KA;;;BA)(A;OICI;KR;;;NS)"
"""System and administrators all, the telephony service's account reads, nobody else. As in settings.c."""

_DACL: Final = 4


class _Blob(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.c_void_p))


class WinRegistry:
    """See `Registry`."""

    def __init__(self) -> None:
        self._api = _winreg()

    def values(self, path: str) -> Mapping[str, Value] | None:
        """See `Registry`."""
        api = self._api
        try:
            with self._open(path, api.KEY_READ) as key:
                count = api.QueryInfoKey(key)[1]
                found = [api.EnumValue(key, position) for position in range(count)]
        except (FileNotFoundError, PermissionError):
            return None
        return {
            name: api.ExpandEnvironmentStrings(value) if kind == api.REG_EXPAND_SZ else value
            for name, value, kind in found
        }

    def children(self, path: str) -> list[str]:
        """See `Registry`."""
        api = self._api
        try:
            with self._open(path, api.KEY_READ) as key:
                return [api.EnumKey(key, position) for position in range(api.QueryInfoKey(key)[0])]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _refused(path, error) from None

    def write(self, path: str, values: Mapping[str, Value]) -> None:
        """See `Registry`."""
        api = self._api
        kinds = {str: api.REG_SZ, int: api.REG_DWORD, bytes: api.REG_BINARY}
        try:
            with self._create(path) as key:
                for name, value in values.items():
                    api.SetValueEx(key, name, 0, kinds[type(value)], value)
        except OSError as error:
            raise _refused(path, error) from None

    def write_secret(self, path: str, name: str, secret: str) -> None:
        """See `Registry`."""
        try:
            with self._create(path) as key:
                _protect(key.handle)
        except OSError as error:
            raise _refused(path, error) from None
        if secret:
            self.write(path, {name: _encrypt(secret)})
        else:
            self.delete_values(path, (name,))

    def delete_values(self, path: str, names: tuple[str, ...]) -> None:
        """See `Registry`."""
        for name in names:
            try:
                with self._open(path, self._api.KEY_READ | self._api.KEY_WRITE) as key:
                    self._api.DeleteValue(key, name)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _refused(path, error) from None

    def delete(self, path: str) -> None:
        """See `Registry`."""
        for child in self.children(path):
            self.delete(rf"{path}\{child}")
        try:
            self._api.DeleteKeyEx(self._api.HKEY_LOCAL_MACHINE, path, self._api.KEY_WOW64_64KEY, 0)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _refused(path, error) from None

    def _open(self, path: str, rights: int) -> Any:
        api = self._api
        return api.OpenKey(api.HKEY_LOCAL_MACHINE, path, 0, rights | api.KEY_WOW64_64KEY)

    def _create(self, path: str) -> Any:
        api = self._api
        rights = api.KEY_ALL_ACCESS | api.KEY_WOW64_64KEY
        return api.CreateKeyEx(api.HKEY_LOCAL_MACHINE, path, 0, rights)


def _winreg() -> Any:
    if sys.platform != "win32":
        raise NotWindowsError("only Windows has a registry; this is another system")
    import winreg

    return winreg


def _refused(path: str, error: OSError) -> TelephonyError:
    if isinstance(error, PermissionError):
        return TelephonyError(
            rf"HKLM\{path} may not be changed; open the command prompt with 'Run as administrator'"
        )
    return TelephonyError(rf"HKLM\{path} cannot be used ({error.strerror or error}); repair the registry")


def _protect(key: int) -> None:
    """Raises `OSError`."""
    advapi, kernel = load("advapi32"), load("kernel32")
    descriptor = ctypes.c_void_p()
    if not advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(
        _SECRET_RIGHTS, 1, ctypes.byref(descriptor), None
    ):
        raise last_error()
    error = advapi.RegSetKeySecurity(ctypes.c_void_p(key), _DACL, descriptor)
    kernel.LocalFree(descriptor)
    if error:
        raise OSError(error, f"its rights cannot be set, error {error}")


def _encrypt(secret: str) -> bytes:
    """By DPAPI for this machine. Raises `TelephonyError`."""
    crypt, kernel = load("crypt32"), load("kernel32")
    data = secret.encode("utf-16-le")
    room = ctypes.create_string_buffer(data, len(data))
    plain, out = _Blob(len(data), ctypes.addressof(room)), _Blob()
    if not crypt.CryptProtectData(
        ctypes.byref(plain), None, None, None, None, _MACHINE_AND_NO_DIALOG, ctypes.byref(out)
    ):
        raise TelephonyError(f"Windows cannot encrypt the token ({last_error()}); repair Windows")
    try:
        return ctypes.string_at(out.data or 0, out.size)
    finally:
        kernel.LocalFree(ctypes.c_void_p(out.data))
