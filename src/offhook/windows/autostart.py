"""Starting with the session on Windows: the user's Run key."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from offhook.errors import OffhookError
from offhook.windows.win32 import NotWindowsError

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
NAME = "Offhook"


class ForEverybodyError(OffhookError):
    """What was set for everybody on this computer is not one user's to change."""


def is_enabled() -> bool:
    """Does Offhook start with this user's session, or with everybody's?"""
    if sys.platform != "win32":
        return False
    import winreg

    return _has(winreg.HKEY_CURRENT_USER) or _has(winreg.HKEY_LOCAL_MACHINE)


def _has(root: int) -> bool:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(root, RUN, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
                winreg.QueryValueEx(key, NAME)
                return True
        except FileNotFoundError:
            return False
    return False


def set_enabled(command: Sequence[str] | None) -> None:
    """Start `command` with the session, or with None no longer. Raises `OSError`, `NotWindowsError`, and
    `ForEverybodyError` if that is not this user's to change."""
    if sys.platform != "win32":
        raise NotWindowsError("this starts with the session in another way than on Windows")
    import winreg

    if command is not None and _has(winreg.HKEY_LOCAL_MACHINE):
        return  # a second one would open the window of the first
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
        if command is not None:
            winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, subprocess.list2cmdline(command))
            return
        with suppress(FileNotFoundError):
            winreg.DeleteValue(key, NAME)
    if _has(winreg.HKEY_LOCAL_MACHINE):
        raise ForEverybodyError("it starts for everybody on this computer: an administrator changes that")
