"""How what ships for Windows is compiled: by zig (the package ziglang), without a C library."""

import sys
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
