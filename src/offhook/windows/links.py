"""tel:, callto: and sip: links on Windows: the program is offered for them, in the user's own registry.

Windows 8 and later let only the person choose among the programs that offer themselves ("Default Programs" in
the Windows documentation); `settings_page` opens the place where that is done.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from offhook.windows.win32 import NotWindowsError

SCHEMES = ("tel", "callto", "sip")
PROGRAM = "Offhook.Link"
NAME = "Offhook"
"""Under which the program is registered."""
REGISTERED = r"Software\RegisteredApplications"
SETTINGS = "ms-settings:defaultapps"
CAPABILITIES = r"Software\Offhook\Capabilities"


def register(command: Sequence[str]) -> None:
    """Offer `command` (the link is appended) for links, for this user. Raises `OSError`."""
    if sys.platform != "win32":
        raise NotWindowsError("links are registered in Windows' registry; this is another system")
    import winreg

    values = {
        rf"Software\Classes\{PROGRAM}": ("", "Offhook call"),
        rf"Software\Classes\{PROGRAM}\shell\open\command": ("", f'{subprocess.list2cmdline(command)} "%1"'),
        CAPABILITIES: ("ApplicationName", NAME),
        REGISTERED: (NAME, CAPABILITIES),
    }
    for path, (name, value) in values.items():
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"Software\Classes\{PROGRAM}") as key:
        winreg.SetValueEx(key, "URL Protocol", 0, winreg.REG_SZ, "")
    for scheme in SCHEMES:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{CAPABILITIES}\URLAssociations") as key:
            winreg.SetValueEx(key, scheme, 0, winreg.REG_SZ, PROGRAM)
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"Software\Classes\{scheme}") as key:
            winreg.SetValueEx(key, "URL Protocol", 0, winreg.REG_SZ, "")


def settings_page() -> None:
    """Open the place where the person makes Offhook the program for links. Raises `OSError`."""
    if sys.platform == "win32":
        os.startfile(settings_address(_registered("HKEY_CURRENT_USER"), _registered("HKEY_LOCAL_MACHINE")))


def settings_address(for_user: bool, for_machine: bool) -> str:
    """The page of Windows' Settings, by who has registered Offhook.

    Windows 11 goes to the program by its registered name; others show all programs, whatever the query is
    (learn.microsoft.com: "Launch the Default Apps settings page").
    """
    if for_user:
        return f"{SETTINGS}?registeredAppUser={NAME}"
    return f"{SETTINGS}?registeredAppMachine={NAME}" if for_machine else SETTINGS


def _registered(hive: str) -> bool:
    if sys.platform != "win32":
        return False
    import winreg

    try:
        with winreg.OpenKey(getattr(winreg, hive), REGISTERED) as key:
            winreg.QueryValueEx(key, NAME)
    except OSError:
        return False
    return True
