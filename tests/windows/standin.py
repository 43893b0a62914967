"""`tapi32.c` and `tapi32_lines.c`, compiled: Wine's own tapi32 has no more than stubs of what installs a
provider, and knows no lines."""

import subprocess
from pathlib import Path

from tools.windowscompiler import FREESTANDING, ZIG

FUNCTIONS = """\
lineGetProviderListW lineAddProviderW lineRemoveProvider
lineInitializeExW lineNegotiateAPIVersion lineGetDevCapsW lineOpenW lineGetLineDevStatusW lineMakeCallW
lineDrop lineDeallocateCall lineClose lineShutdown lineGetMessage"""


def build_tapi32(folder: Path) -> Path:
    """The DLL, in this folder. Programs load it with WINEDLLOVERRIDES=tapi32=n, and log to TAPI_LOG."""
    exports = "".join(f" {name}\n" for name in FUNCTIONS.split())
    (folder / "tapi32.def").write_text(f"LIBRARY tapi32.dll\nEXPORTS\n{exports}")
    sources = [str(Path(__file__).with_name(name)) for name in ("tapi32.c", "tapi32_lines.c")]
    flags = ["-target", "x86_64-windows.win7-gnu", "-std=c11", "-Os", "-shared", *FREESTANDING]
    flags += ["-Wl,--entry=DllMain"]
    inputs = [*sources, str(folder / "tapi32.def"), "-lkernel32", "-ladvapi32", "-lcompiler_rt"]
    out = folder / "tapi32.dll"
    subprocess.run([*ZIG, "cc", *flags, "-o", str(out), *inputs], check=True)
    return out
