"""How what ships for Windows is compiled: by zig (the package ziglang), without a C library."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import ziglang  # type: ignore[import-untyped]

ZIG = (sys.executable, "-m", "ziglang")

HEADERS = Path(ziglang.__file__).parent / "lib" / "libc" / "include" / "any-windows-any"
"""Windows' own. Without a C library the compiler does not look for them."""

FREESTANDING = (
    "-nostdlib",
    "-fno-builtin",
    "-fno-stack-protector",
    "-fno-sanitize=all",
    "-isystem",
    str(HEADERS),
)
"""Nothing is called that Windows itself does not have."""

SHIPPED = (
    *("-std=c11", "-Os", "-g0", "-s", "-Wall", "-Wextra", "-Werror"),
    *("-Wl,--dynamicbase", "-Wl,--nxcompat"),
    *FREESTANDING,
)
"""For what people install: small, without warnings, at random addresses, data never executed."""


def precompiled(header: Path, target: str, flags: Sequence[str], out: Path) -> list[str]:
    """Have this header, which has Windows', read once for all files that are compiled with these flags.

    It is two thirds of what a file takes. Returns the flags that have the files begin with it.
    """
    subprocess.run(
        [*ZIG, "cc", "-target", target, *flags, "-x", "c-header", str(header), "-o", str(out)], check=True
    )
    return ["-include-pch", str(out)]


def compile_resources(script: Path, out: Path) -> list[str]:
    """The command that makes a .res file of an .rc file."""
    return [
        *ZIG,
        "rc",
        "/:auto-includes",
        "gnu",
        "/c65001",
        "/i",
        str(script.parent),
        "/fo",
        str(out),
        "--",
        str(script),
    ]
