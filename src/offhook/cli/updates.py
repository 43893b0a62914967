"""Looking for updates by the configuration, for this system."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from offhook.config import Config

if TYPE_CHECKING:
    from offhook.update import Updates


def updates(config: Config) -> Updates | None:
    """None where nobody is to look."""
    if not config.update.wanted:
        return None
    from offhook.update import Updates
    from offhook.update.manifest import WINDOWS

    return Updates(config.update, config.state.dir, system=WINDOWS if _setup_upgrades() else "")


def _setup_upgrades() -> bool:
    if sys.platform != "win32":
        return False
    from offhook.windows.registry import WinRegistry
    from offhook.windows.setup import setup_upgrades

    return setup_upgrades(WinRegistry())
