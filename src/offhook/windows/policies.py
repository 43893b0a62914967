"""The values of group policy in the registry, as they are; `offhook.config` says what they mean."""

import sys

MAX_VALUES = 100
"""Of a key: there are a few policies, and whoever writes more has made a mistake."""


def read_policies(place: str) -> dict[str, object]:
    """The values of this key of the person and of the computer, whose win; elsewhere than on Windows there
    are none. Only an administrator can write either ("Implementing Registry-Based Policy")."""
    found: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg

        for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            found |= _values(root, place)
    return found


def _values(root: int, place: str) -> dict[str, object]:
    found: dict[str, object] = {}
    if sys.platform != "win32":
        return found
    import winreg

    try:
        with winreg.OpenKey(root, place, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
            for position in range(min(winreg.QueryInfoKey(key)[1], MAX_VALUES)):
                name, value, _ = winreg.EnumValue(key, position)
                found[name] = value
    except OSError:  # there is none, or it goes while it is read
        return found
    return found
