"""Installs and removes the TSP from the menu, by running the command line with elevated rights."""

import asyncio
import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


async def install_tsp(command: Sequence[str], wanted: bool) -> str:
    """Run `offhook tsp install` or `uninstall` as administrator; the result as a sentence."""
    if sys.platform != "win32":
        return translate("tsp", "The TAPI service provider is for Windows only")
    from offhook.windows.elevate import run_elevated

    code = await asyncio.to_thread(run_elevated, [*command, "tsp", "install" if wanted else "uninstall"])
    if code is None:
        return translate("tsp", "Windows did not allow it. Ask your administrator.")
    if code != 0:
        return translate("tsp", "It failed. Run “offhook tsp status” in a command window to see why.")
    if wanted:
        return translate("tsp", "The TAPI service provider is installed.")
    return translate("tsp", "The TAPI service provider is removed.")
