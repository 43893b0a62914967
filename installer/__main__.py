"""`python -m installer`: makes the setup program and the MSI, in dist/. `--help` tells what it takes."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from installer.filelist import file_list
from installer.kits import KITS, RELEASE, WINE, BuildError, Kit, check_sum, fetch_embedded
from installer.launchers import SOURCE
from installer.msi import make_msi
from installer.signing import Signing, add_options, configured
from installer.stage import ROOT, fetch_wheels, stage
from installer.templates import write_templates
from installer.winget import write_winget

HERE = Path(__file__).parent
BUILD = ROOT / "build" / "installer"

WINDOWS = {RELEASE: "10", WINE: "8.1"}
"""The oldest Windows that each kit's Python runs on."""

ICON = "offhook.ico"

SPARE = 1.1
"""Of the room that the program needs, this much has to be free."""


def main() -> int:
    options = _options()
    kit = KITS[options.kit]
    try:
        signing = configured(options)
        python = _python(kit, options)
        begun = time.monotonic()
        fetch_wheels(kit, BUILD / kit.name / "wheels")
        folder = BUILD / kit.name / "stage"
        epoch = _epoch()
        stage(kit, python, BUILD / kit.name / "wheels", folder, epoch=epoch)
        if signing is not None:
            signing.sign_folder(folder)
        setup = make_setup(kit, folder, options.out, epoch, quick=options.quick, signing=signing)
        msi = make_msi(
            folder,
            options.out,
            version=package_version(),
            windows=WINDOWS[kit],
            epoch=epoch,
            icon=SOURCE / ICON,
            signing=signing,
        )
        write_templates(options.out / "PolicyDefinitions")
        if options.download_url:
            _write_winget(setup, options, kit, epoch)
    except BuildError as error:
        print(f"installer: {error}", file=sys.stderr)
        return 1
    for made in (setup, msi):
        print(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
    print(f"Python {kit.python}, in {time.monotonic() - begun:.0f} s")
    if signing is None:
        print("not signed: give a certificate by --sign-pfx or --sign-certificate, see docs/windows.md")
    elif not signing.timestamps:
        print("signed, but only for as long as the certificate is valid: give --sign-timestamp URL as well")
    return 0


def _write_winget(setup: Path, options: argparse.Namespace, kit: Kit, epoch: int) -> None:
    write_winget(
        setup,
        options.out,
        version=package_version(),
        url=options.download_url,
        windows=WINDOWS[kit],
        epoch=epoch,
    )


def make_setup(
    kit: Kit,
    folder: Path,
    out: Path,
    epoch: int,
    *,
    quick: bool = False,
    version: str = "",
    signing: Signing | None = None,
) -> Path:
    """Pack the folder into the setup program. The same folder and epoch give the same bytes, if unsigned.

    `quick` does not pack it at all. `version` is the package's, unless a test wants another. `signing` signs
    the setup and the uninstaller in it, not the folder. Raises `BuildError`.
    """
    version = version or package_version()
    out.mkdir(parents=True, exist_ok=True)
    made = out / f"OffhookSetup-{version}-x64.exe"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    defines = {
        "VERSION": version,
        "VERSION_NUMBERS": ".".join([*version.split("."), "0", "0", "0"][:4]),
        "STAGE": str(folder),
        "SIZE_KB": str(int(size * SPARE / 1024)),
        "WINDOWS": WINDOWS[kit],
        "LAUNCHER_ICON": str(SOURCE / ICON),
        "OUT": str(made),
    }
    if quick:
        defines["QUICK"] = "1"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(epoch)}
    if signing is not None:
        defines["SIGN"] = f'"{sys.executable}" -m installer.signing'
        environment |= {**signing.environment(), "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as work:
        files = Path(work) / "files.nsh"
        files.write_text(file_list(folder, r"$INSTDIR\app.new"), encoding="utf-8")
        defines["FILES"] = str(files)
        command = ["makensis", "-V2", "-WX", *(f"-D{name}={value}" for name, value in defines.items())]
        done = subprocess.run([*command, str(HERE / "offhook.nsi")], check=False, env=environment, cwd=HERE)
    if done.returncode != 0:
        raise BuildError("makensis failed; its messages are above")
    if signing is not None:
        signing.sign(made, "Offhook Setup")
    return made


def package_version() -> str:
    """The version in pyproject.toml."""
    found = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def _python(kit: Kit, options: argparse.Namespace) -> Path:
    if options.python is None:
        if kit is WINE:
            return fetch_embedded(BUILD / "python")
        raise BuildError(
            f"give the embeddable Python {kit.python} for 64-bit Windows from python.org by --python FILE,"
            " and its SHA-256 by --python-sha256"
        )
    file: Path = options.python
    if not file.is_file():
        raise BuildError(f"--python {file}: there is no such file")
    if options.python_sha256 is None:
        raise BuildError("--python-sha256 is missing: it is on the page that the file is from")
    check_sum(file, options.python_sha256)
    return file


def _epoch() -> int:
    """SOURCE_DATE_EPOCH, or the time of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else int(time.time())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m installer",
        description="Make the Windows installer. Needs makensis, wixl and msibuild (Debian's packages"
        " nsis, wixl, msitools).",
        epilog="example:\n  python -m installer --kit release --python python-3.13.9-embed-amd64.zip"
        " --python-sha256 SUM",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kit", choices=sorted(KITS), default=WINE.name, help="which Python and Qt (wine)")
    parser.add_argument("--python", type=Path, metavar="FILE", help="the embeddable Python, a ZIP")
    parser.add_argument("--python-sha256", metavar="SUM", help="its SHA-256, as its origin tells it")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="FOLDER", help="where to (dist/)")
    parser.add_argument(
        "--download-url", metavar="URL", help="where the setup will be; makes a manifest for winget"
    )
    parser.add_argument(
        "--quick", action="store_true", help="do not pack it: made in seconds, four times as large"
    )
    add_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
