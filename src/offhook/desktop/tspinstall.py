"""Installs and removes the TSP from the menu, by running the command line with elevated rights."""

import asyncio
import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


async def install_tsp(command: Sequence[str], wanted: bool) -> str:
    """Run `offhook tsp install` or `uninstall` as administrator; the result as a sentence."""
    sentence, _ = await _changed(command, wanted)
    return sentence


async def _changed(command: Sequence[str], wanted: bool) -> tuple[str, bool]:
    """What came of it, as a sentence, and whether it worked."""
    if sys.platform != "win32":
        return translate("tsp", "The TAPI service provider is for Windows only"), False
    from offhook.windows.elevate import run_elevated

    code = await asyncio.to_thread(run_elevated, [*command, "tsp", "install" if wanted else "uninstall"])
    if code is None:
        return translate("tsp", "Windows did not allow it. Ask your administrator."), False
    if code != 0:
        return translate("tsp", "It failed. Run “offhook tsp status” in a command window to see why."), False
    if wanted:
        return translate("tsp", "The TAPI service provider is installed."), True
    return translate("tsp", "The TAPI service provider is removed."), True


def change_and_tell(command: Sequence[str], *, wanted: bool) -> bool:
    """The same without the window, as the Start menu does it; a message box tells the result. Did it work?"""
    from PySide6.QtWidgets import QApplication, QMessageBox

    from offhook.desktop import icons, plaintext, translation

    application = QApplication([])
    application.setApplicationName("Offhook")
    translation.install(application)
    result, done = asyncio.run(_changed(command, wanted))
    icon = QMessageBox.Icon.Information if done else QMessageBox.Icon.Warning
    box = plaintext.message_box(icon, "Offhook", result)
    box.setWindowIcon(icons.app_icon())
    box.exec()
    return done
