"""What Wine lacks of Windows' libraries, compiled: its own tapi32 has no more than stubs of what installs a
provider, and knows no lines; there is no bcryptprimitives, and no page of telephone lines."""

import subprocess
from pathlib import Path

from tools.windowscompiler import FREESTANDING, SHIPPED, ZIG

FUNCTIONS = """\
lineGetProviderListW lineAddProviderW lineRemoveProvider
lineInitializeExW lineNegotiateAPIVersion lineGetDevCapsW lineOpenW lineGetLineDevStatusW lineMakeCallW
lineDrop lineDeallocateCall lineClose lineShutdown lineGetMessage"""


def build_tapi32(folder: Path) -> Path:
    """The DLL, in this folder. Programs load it with WINEDLLOVERRIDES=tapi32=n, and log to TAPI_LOG.

    With TAPI_KEEPS in its environment it removes no provider.
    """
    exports = "".join(f" {name}\n" for name in FUNCTIONS.split())
    (folder / "tapi32.def").write_text(f"LIBRARY tapi32.dll\nEXPORTS\n{exports}")
    sources = [str(Path(__file__).with_name(name)) for name in ("tapi32.c", "tapi32_lines.c")]
    return _built(folder / "tapi32.dll", *sources, str(folder / "tapi32.def"), "-lkernel32")


def build_bcryptprimitives(folder: Path) -> Path:
    """The DLL, in this folder: a Windows that has it in System32 can import the package cryptography."""
    return _built(folder / "bcryptprimitives.dll", str(Path(__file__).with_name("bcryptprimitives.c")))


def build_telephon(folder: Path) -> Path:
    """The page of telephone lines in the Control Panel. Opened, it makes the file C:\\opened."""
    return _built(folder / "telephon.cpl", str(Path(__file__).with_name("telephon.c")), "-lkernel32")


def _built(dll: Path, *inputs: str) -> Path:
    flags = ["-target", "x86_64-windows.win7-gnu", "-std=c11", "-Os", "-shared", *FREESTANDING]
    libraries = ["-ladvapi32", "-lcompiler_rt"]
    command = [*ZIG, "cc", *flags, "-Wl,--entry=DllMain", "-o", str(dll), *inputs, *libraries]
    subprocess.run(command, check=True)
    return dll


def build_provider_program(folder: Path) -> Path:
    """native/provider, which the package has for arm64, for this machine."""
    out = folder / "offhook-provider.exe"
    source = str(Path(__file__).parents[2] / "native" / "provider" / "provider.c")
    flags = ["-target", "x86_64-windows.win7-gnu", *SHIPPED, "-Wl,--entry=entry"]
    inputs = [source, "-lkernel32", "-ltapi32", "-lcompiler_rt"]
    subprocess.run([*ZIG, "cc", *flags, "-o", str(out), *inputs], check=True)
    return out
