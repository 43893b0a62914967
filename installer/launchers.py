"""What is in native/launcher, compiled like the provider's DLL."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tools.windowscompiler import SHIPPED, ZIG, compile_resources

SOURCE = Path(__file__).parents[1] / "native" / "launcher"

TARGET = "x86_64-windows-gnu"
FLAGS = (*SHIPPED, "-Wl,--entry=entry")
LIBRARIES = ("kernel32", "user32", "shell32", "compiler_rt")

LAUNCHERS = {
    "offhook.exe": ("launcher.c", "console", ()),
    "offhook-messenger.exe": ("launcher.c", "windows", ("-DOFFHOOK_WINDOW",)),
    "offhook-again.exe": ("again.c", "windows", ()),
}
"""Each with its source, its subsystem, and what is defined for it."""


def build_launchers(python: str, folder: Path) -> None:
    """All, for the Python of this name (`python311`)."""
    with tempfile.TemporaryDirectory() as work:
        resources = Path(work) / "launcher.res"
        subprocess.run(compile_resources(SOURCE / "launcher.rc", resources), check=True)
        for name, (source, subsystem, defines) in LAUNCHERS.items():
            made = Path(work) / name
            subprocess.run(
                [*ZIG, "cc", "-target", TARGET, *FLAGS, f"-Wl,--subsystem,{subsystem}", *defines,
                 f'-DPYTHON_DLL="{python}.dll"', "-o", str(made), str(SOURCE / source), str(resources),
                 *(f"-l{library}" for library in LIBRARIES)],
                check=True,
            )  # fmt: skip
            made.replace(folder / name)
