"""Makes the Debian package, with what Debian itself has: dpkg-deb.

    make deb

`/usr/lib/offhook` is a virtual environment of the release's own Python with all packages in it, so that
nothing is fetched when it is installed. Which ones, and their hashes, is in `debian-<python>.lock`: pip takes
no others. The unit is the one of `offhook service install`, and the scripts that dpkg runs are in `debian/`.
"""

import argparse
import compileall
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from py_compile import PycInvalidationMode

from offhook import __version__
from offhook.cli.manpage import manual_page
from offhook.cli.units import NAME, Account, unit

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(__file__).with_name("debian")

HOME = Path("/usr/lib/offhook")
CONFIG = Path("/etc/offhook/offhook.toml")
STATE = Path("/var/lib/offhook")

COMMAND = (str(HOME / "bin" / "offhook"), "up", "--config", str(CONFIG))

CONTROL = """\
Package: offhook
Version: {version}
Architecture: {architecture}
Maintainer: Offhook <offhook@localhost>
Installed-Size: {size}
Depends: python3 (>= {python}), python3 (<< {next_python}), libc6, adduser, init-system-helpers (>= 1.52)
Recommends: systemd
Section: comm
Priority: optional
Description: click-to-dial and call control on open standards
 A Call Manager and a Smart Messenger: programs, Outlook, a web page and the command line dial with the desk
 phone, see its calls and control them. With a SIP switch of its own, at an Asterisk, or at any SIP PBX.
"""

VENV = """\
home = /usr/bin
include-system-site-packages = false
version = {python}
"""

LAUNCHER = """\
#!{home}/bin/python3
import sys
from offhook.cli.main import main
sys.exit(main())
"""


def lock() -> Path:
    """The packages for the Python that runs this, with their hashes."""
    return Path(__file__).with_name(f"debian-{_python()}.lock")


def stage(root: Path, version: str, *, packages: bool = True) -> None:
    """Lay the package out in a folder. Without `packages` only Offhook itself is in it, which is fast."""
    home = root / HOME.relative_to("/")
    site = home / "lib" / f"python{_python()}" / "site-packages"
    site.mkdir(parents=True)
    if packages:
        _pip(site, "--require-hashes", "--only-binary", ":all:", "-r", str(lock()))
        _pip(site, "--no-deps", str(ROOT))
        # The service may not write here: what Python compiles has to be there, whatever the files' times.
        compileall.compile_dir(
            site, quiet=2, stripdir=str(root), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH, workers=1
        )
    else:
        shutil.copytree(
            ROOT / "src" / "offhook", site / "offhook", ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.rmtree(site / "bin", ignore_errors=True)
    _write(home / "pyvenv.cfg", VENV.format(python=_python()))
    (home / "bin").mkdir()
    (home / "bin" / "python3").symlink_to(f"/usr/bin/python{_python()}")
    _write(home / "bin" / "offhook", LAUNCHER.format(home=HOME), 0o755)
    _copy(SCRIPTS / "offhook", root / "usr" / "bin" / "offhook", 0o755)
    text = unit(COMMAND, Account("offhook", STATE), packaged=CONFIG)
    _write(root / "lib" / "systemd" / "system" / NAME, text)
    page = root / "usr" / "share" / "man" / "man1" / "offhook.1.gz"
    page.parent.mkdir(parents=True)
    page.write_bytes(gzip.compress(manual_page().encode(), mtime=0))
    documents = root / "usr" / "share" / "doc" / "offhook"
    _copy(ROOT / "LICENSE", documents / "copyright")
    for text_page in (ROOT / "docs").glob("*.md"):
        _copy(text_page, documents / text_page.name)
    _copy(ROOT / "docs" / "monitoring" / "alerts.yml", documents / "monitoring" / "alerts.yml")
    _copy(ROOT / "docs" / "monitoring" / "grafana.json", documents / "monitoring" / "grafana.json")
    for name in ("postinst", "prerm", "postrm"):
        _copy(SCRIPTS / name, root / "DEBIAN" / name, 0o755)
    size = sum(file.lstat().st_size for file in root.rglob("*") if file.is_file()) // 1024
    major, minor = sys.version_info[:2]
    control = CONTROL.format(
        version=version,
        architecture=_told("dpkg", "--print-architecture"),
        size=size,
        python=_python(),
        next_python=f"{major}.{minor + 1}",
    )
    _write(root / "DEBIAN" / "control", control)
    _let_only_root_write(root)


def _let_only_root_write(root: Path) -> None:
    """Whatever the rights of the files are of which the package is made."""
    root.chmod(0o755)
    for one in root.rglob("*"):
        if one.is_dir() and not one.is_symlink():
            one.chmod(0o755)
        elif not one.is_symlink():
            one.chmod(0o755 if one.stat().st_mode & 0o100 else 0o644)


def build(folder: Path, version: str, *, packages: bool = True) -> Path:
    """The package, made in a folder. Raises `subprocess.CalledProcessError`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / "root"
        root.mkdir()
        stage(root, version, packages=packages)
        made = folder / f"offhook_{version}_{_told('dpkg', '--print-architecture')}.deb"
        # xz, which every dpkg can read; files are root's, whoever has made it.
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, made],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return made


def _pip(site: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(site)]
    subprocess.run([*command, "--disable-pip-version-check", "--upgrade", *arguments], check=True)


def _python() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _write(file: Path, text: str, mode: int = 0o644) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


def _copy(source: Path, file: Path, mode: int = 0o644) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, file)
    file.chmod(mode)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", default=__version__, help=f"the package's version ({__version__})")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder (dist)")
    options = parser.parse_args()
    os.umask(0o022)
    if shutil.which("dpkg-deb") is None:
        print("dpkg-deb is missing: make the package on the Debian that it is for", file=sys.stderr)
        return 1
    if not lock().is_file():
        print(f"there is no {lock().name}: add this Python to tools/lock-installer", file=sys.stderr)
        return 1
    print(build(options.output, options.version))
    return 0


if __name__ == "__main__":
    sys.exit(main())
