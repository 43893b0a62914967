"""Starting with the session on Windows: the user's Run key."""

import subprocess
import sys
from collections.abc import Sequence

from offhook.windows.win32 import NotWindowsError

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
NAME = "Offhook"


def is_enabled() -> bool:
    """Does Offhook start with this user's session?"""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN) as key:
            winreg.QueryValueEx(key, NAME)
    except FileNotFoundError:
        return False
    return True


def set_enabled(command: Sequence[str] | None) -> None:
    """Start `command` with the session, or with None no longer. Raises `OSError`, `NotWindowsError`."""
    if sys.platform != "win32":
        raise NotWindowsError("this starts with the session in another way than on Windows")
    import winreg

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
        if command is not None:
            winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, subprocess.list2cmdline(command))
            return
        try:
            winreg.DeleteValue(key, NAME)
        except FileNotFoundError:
            return
