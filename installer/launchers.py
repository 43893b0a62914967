"""offhook.exe and offhook-messenger.exe: native/launcher, compiled like the provider's DLL."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import ziglang  # type: ignore[import-untyped]

SOURCE = Path(__file__).parents[1] / "native" / "launcher"

TARGET = "x86_64-windows-gnu"
FLAGS = (
    "-std=c11", "-Os", "-Wall", "-Wextra", "-Werror", "-fno-stack-protector", "-fno-sanitize=all",
    "-fno-builtin", "-g0", "-s", "-nostdlib", "-Wl,--dynamicbase", "-Wl,--nxcompat", "-Wl,--entry=entry",
    # Without a C library the compiler does not look for Windows' headers either.
    "-isystem", str(Path(ziglang.__file__).parent / "lib" / "libc" / "include" / "any-windows-any"),
)  # fmt: skip
LIBRARIES = ("kernel32", "user32", "shell32", "compiler_rt")

LAUNCHERS = {"offhook.exe": ("console", ()), "offhook-messenger.exe": ("windows", ("-DOFFHOOK_WINDOW",))}
"""Each with its subsystem, and what is defined for it."""


def build_launchers(python: str, folder: Path) -> None:
    """Both, for the Python of this name (`python311`)."""
    zig = [sys.executable, "-m", "ziglang"]
    with tempfile.TemporaryDirectory() as work:
        resources = Path(work) / "launcher.res"
        rc = [*zig, "rc", "/:auto-includes", "gnu", "/c65001", "/i", str(SOURCE), "/fo", str(resources), "--"]
        subprocess.run([*rc, str(SOURCE / "launcher.rc")], check=True)
        for name, (subsystem, defines) in LAUNCHERS.items():
            made = Path(work) / name
            subprocess.run(
                [*zig, "cc", "-target", TARGET, *FLAGS, f"-Wl,--subsystem,{subsystem}", *defines,
                 f'-DPYTHON_DLL="{python}.dll"', "-o", str(made), str(SOURCE / "launcher.c"), str(resources),
                 *(f"-l{library}" for library in LIBRARIES)],
                check=True,
            )  # fmt: skip
            made.replace(folder / name)
