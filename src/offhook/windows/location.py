"""A dialing location: without one, Windows asks for it at the first number, or hangs where it cannot ask."""

from typing import Final

from offhook.windows.ports import Registry, Value

KEY: Final = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Telephony\Locations"

_TONE: Final = 1
"""LINELOCATION flag: dial by tone."""


def has_location(registry: Registry) -> bool:
    """Whether there is any."""
    return any(name.startswith("Location") for name in registry.children(KEY))


def ensure_location(registry: Registry, country: int) -> bool:
    """Make one without area code and prefixes unless there is any. True when it was made."""
    if has_location(registry):
        return False
    texts: dict[str, Value] = dict.fromkeys(
        ("AreaCode", "DisableCallWaiting", "LongDistanceAccess", "OutsideAccess"), ""
    )
    registry.write(
        rf"{KEY}\Location1",
        {"ID": 1, "Name": "My Location", "Country": country, "Flags": _TONE, **texts},
    )
    registry.write(KEY, {"CurrentID": 1, "NextID": 2})
    return True
