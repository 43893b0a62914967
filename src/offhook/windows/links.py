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
CAPABILITIES = r"Software\Offhook\Capabilities"


def register(command: Sequence[str]) -> None:
    """Offer `command` (the link is appended) for links, for this user. Raises `OSError`."""
    if sys.platform != "win32":
        raise NotWindowsError("links are registered in Windows' registry; this is another system")
    import winreg

    values = {
        rf"Software\Classes\{PROGRAM}": ("", "Offhook call"),
        rf"Software\Classes\{PROGRAM}\shell\open\command": ("", f'{subprocess.list2cmdline(command)} "%1"'),
        CAPABILITIES: ("ApplicationName", "Offhook"),
        r"Software\RegisteredApplications": ("Offhook", CAPABILITIES),
    }
    for path, (name, value) in values.items():
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)
    for scheme in SCHEMES:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"{CAPABILITIES}\URLAssociations") as key:
            winreg.SetValueEx(key, scheme, 0, winreg.REG_SZ, PROGRAM)
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, rf"Software\Classes\{scheme}") as key:
            winreg.SetValueEx(key, "URL Protocol", 0, winreg.REG_SZ, "")


def settings_page() -> None:
    """Open the place where the person makes Offhook the program for links. Raises `OSError`."""
    if sys.platform == "win32":
        os.startfile("ms-settings:defaultapps")
