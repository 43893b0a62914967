"""`tapi32.c`, compiled: Wine's own tapi32 has no more than stubs of what installs a provider."""

import subprocess
import sys
from pathlib import Path

import ziglang  # type: ignore[import-untyped]

HEADERS = Path(ziglang.__file__).parent / "lib" / "libc" / "include" / "any-windows-any"
EXPORTS = "LIBRARY tapi32.dll\nEXPORTS\n lineGetProviderListW\n lineAddProviderW\n lineRemoveProvider\n"


def build_tapi32(folder: Path) -> Path:
    """The DLL, in this folder. Programs load it with WINEDLLOVERRIDES=tapi32=n, and log to TAPI_LOG."""
    (folder / "tapi32.def").write_text(EXPORTS)
    source = Path(__file__).with_name("tapi32.c")
    flags = ["-target", "x86_64-windows.win7-gnu", "-std=c11", "-Os", "-shared", "-nostdlib", "-fno-builtin"]
    flags += ["-fno-sanitize=all", "-fno-stack-protector", "-isystem", str(HEADERS), "-Wl,--entry=DllMain"]
    inputs = [str(source), str(folder / "tapi32.def"), "-lkernel32", "-ladvapi32", "-lcompiler_rt"]
    out = folder / "tapi32.dll"
    subprocess.run([sys.executable, "-m", "ziglang", "cc", *flags, "-o", str(out), *inputs], check=True)
    return out
