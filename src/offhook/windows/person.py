"""The registry of who is logged in: what programs they have chosen, and what Outlook does."""

import sys
from contextlib import suppress


class CurrentUser:
    """HKEY_CURRENT_USER, for reading. Elsewhere than on Windows there is nothing in it."""

    def value(self, path: str, name: str) -> str | int | None:
        """A value, None if it is missing or of another kind."""
        if sys.platform == "win32":
            import winreg

            with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
                found, _ = winreg.QueryValueEx(key, name)
                return found if isinstance(found, str | int) else None
        return None

    def has(self, path: str) -> bool:
        """Is there such a key?"""
        if sys.platform == "win32":
            import winreg

            with suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path):
                return True
        return False
