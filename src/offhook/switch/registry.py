"""The switch drivers by name, imported on demand."""

from __future__ import annotations

import importlib

from offhook.errors import ConfigError
from offhook.switch.base import Switch

DRIVERS: dict[str, tuple[str, str]] = {
    "embedded": ("offhook.switch.embedded", "EmbeddedSwitch"),
    "asterisk": ("offhook.switch.asterisk", "AsteriskSwitch"),
    "sip": ("offhook.switch.pbx", "PbxSwitch"),
}
"""What `switch.driver` may name: the module and its class."""


def driver(name: str) -> type[Switch]:
    """The class of a driver. Raises `ConfigError` for a name that is none."""
    if name not in DRIVERS:
        known = ", ".join(DRIVERS)
        raise ConfigError("configuration", "switch.driver", f"{name!r} is no driver", f"Use one of: {known}")
    module, cls = DRIVERS[name]
    found: type[Switch] = getattr(importlib.import_module(module), cls)
    return found
