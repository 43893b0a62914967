"""The provider's settings in the registry, as its dialogs and administrators write them."""

import sys
import winreg
from dataclasses import dataclass
from types import TracebackType
from typing import Self

assert sys.platform == "win32"

ROOT = "SOFTWARE\\Offhook\\TSP"
VIEW = winreg.KEY_WOW64_64KEY


@dataclass(frozen=True)
class LineSettings:
    """One line; `index` is its stable number, 1 to 65535."""

    port: int
    index: int = 1
    name: str = "Phone of Kim 철수"
    terminal: str = "4000"
    host: str = "127.0.0.1"
    token: str | bytes = ""
    report_manual: str = ""


def write(line: LineSettings) -> None:
    """Create the line, or change it to this."""
    with winreg.CreateKeyEx(
        winreg.HKEY_LOCAL_MACHINE, _path(line.index), 0, winreg.KEY_ALL_ACCESS | VIEW
    ) as key:
        winreg.SetValueEx(key, "Host", 0, winreg.REG_SZ, line.host)
        winreg.SetValueEx(key, "Port", 0, winreg.REG_DWORD, line.port)
        winreg.SetValueEx(key, "Terminal", 0, winreg.REG_SZ, line.terminal)
        winreg.SetValueEx(key, "Name", 0, winreg.REG_SZ, line.name)
        if line.report_manual:
            winreg.SetValueEx(key, "ReportManual", 0, winreg.REG_SZ, line.report_manual)
        if line.token:
            kind = winreg.REG_SZ if isinstance(line.token, str) else winreg.REG_BINARY
            with winreg.CreateKeyEx(key, "Secret", 0, winreg.KEY_ALL_ACCESS | VIEW) as secret:
                winreg.SetValueEx(secret, "Token", 0, kind, line.token)


def remove(index: int) -> None:
    """Delete the line."""
    _delete_tree(_path(index))


def trace(file: str) -> None:
    """Have the DLL write a log from its next start on."""
    with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, ROOT, 0, winreg.KEY_ALL_ACCESS | VIEW) as key:
        winreg.SetValueEx(key, "Trace", 0, winreg.REG_DWORD, 1)
        winreg.SetValueEx(key, "TraceFile", 0, winreg.REG_SZ, file)


class Settings:
    """None but these lines, and nothing at all afterwards."""

    def __init__(self, *lines: LineSettings) -> None:
        self._lines = lines

    def __enter__(self) -> Self:
        clear()
        for line in self._lines:
            write(line)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        clear()


def clear() -> None:
    _delete_tree(ROOT)


def _path(index: int) -> str:
    return f"{ROOT}\\Lines\\{index}"


def _delete_tree(path: str) -> None:
    try:
        key = winreg.OpenKeyEx(winreg.HKEY_LOCAL_MACHINE, path, 0, winreg.KEY_ALL_ACCESS | VIEW)
    except FileNotFoundError:
        return
    with key:
        while True:
            try:
                name = winreg.EnumKey(key, 0)
            except OSError:
                break
            _delete_tree(f"{path}\\{name}")
    winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, path, VIEW)
