"""The setup program at work: in a Windows of Wine's own, silently."""

import os
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.windows.desktop import Desktop, windows_path

LIMIT_S = 250

QUERIES, AGAIN_S = 5, 0.2
NO_SUCH_KEY = b"Unable to find the specified registry key"
"""For one run of the setup: a few seconds, on a busy machine many more."""

EPOCH = 1_700_000_000
"""The time of every file in it."""

INSTALLED = "Program Files/Offhook"

IN_PLACE = tuple(("_?=C:\\" + INSTALLED.replace("/", "\\")).split())
"""Of the uninstaller: it runs where it is, not as a copy of which nobody hears how it has ended. Last, and
without quotation marks, which one argument with a blank would get."""


UNINSTALL = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Offhook"
"""Where Windows has it among its programs."""


KEYS = (
    r"HKLM\Software\Offhook",
    r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Offhook",
    r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run",
    r"HKLM\Software\Classes\Offhook.Link",
    r"HKLM\Software\RegisteredApplications",
)
"""Where the setup writes to the registry."""

BESIDE = {"uninstall.exe", "offhook-again.exe"}
"""Beside the program and its settings: what removes it, and what starts it after an upgrade."""


@dataclass
class SetupRun:
    """What came of a run."""

    code: int
    log: str


@dataclass
class Site:
    """A Windows on which Offhook is installed and removed."""

    desktop: Desktop
    folder: Path
    runs: int = field(default=0)
    extra: dict[str, str] = field(default_factory=dict)
    """More of the environment for what is started."""

    @property
    def prefix(self) -> Path:
        """Where Wine has it."""
        return Path(self.desktop.environ["WINEPREFIX"])

    @property
    def screen(self) -> str:
        """Its screen, as X names it."""
        return self.desktop.environ["DISPLAY"]

    @property
    def drive(self) -> Path:
        """C:."""
        return self.prefix / "drive_c"

    @property
    def program(self) -> Path:
        """Where it is installed."""
        return self.drive / INSTALLED

    def start(self, program: Path, *options: str) -> "subprocess.Popen[bytes]":
        """Start a setup program or what is installed; the environment has nothing of ours."""
        return subprocess.Popen(
            ["wine", str(program), *options],
            env=self.environ,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def setup(self, program: Path, *options: str) -> SetupRun:
        """Run the setup silently to its end."""
        self.runs += 1
        log = self.folder / f"setup{self.runs}.log"
        with self.start(program, "/S", f"/LOG={windows_path(log)}", *options) as run:
            run.communicate(timeout=LIMIT_S)
        return SetupRun(run.returncode, log.read_text(encoding="utf-16-le") if log.exists() else "")

    def uninstall(self, *options: str) -> int:
        """Run the uninstaller silently to its end (by itself it goes on in a copy)."""
        with self.start(self.program / "uninstall.exe", "/S", *options, *IN_PLACE) as run:
            run.communicate(timeout=LIMIT_S)
        if run.returncode == 0:
            # Run like this it cannot remove itself.
            (self.program / "uninstall.exe").unlink(missing_ok=True)
        if self.program.exists() and not any(self.program.iterdir()):
            with suppress(OSError):  # a file system of its own
                self.program.rmdir()
        return run.returncode

    def offhook(self, *arguments: str, environ: dict[str, str] | None = None, cwd: Path | None = None) -> str:
        """What the installed command prints."""
        done = subprocess.run(
            ["wine", str(self.program / "app" / "offhook.exe"), *arguments],
            env=self.environ | (environ or {}),
            cwd=cwd or self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
            check=False,
        )
        # After it was killed, Wine may have something to say of its own.
        lines = done.stdout.decode(errors="replace").splitlines()
        return "\n".join(line for line in lines if not line.startswith("wine: ")).strip()

    @property
    def environ(self) -> dict[str, str]:
        """What programs in it are started with."""
        own = {name: value for name, value in self.desktop.environ.items() if not name.startswith("PYTHON")}
        return own | self.extra

    def registry(self, key: str) -> list[str]:
        """Every key and value below this one, as `reg query` prints them; none if there is no such key."""
        for _ in range(QUERIES):
            done = subprocess.run(
                ["wine", "reg", "query", key, "/s"],
                env=self.desktop.environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LIMIT_S,
                check=False,
            )
            if done.returncode == 0:
                lines = done.stdout.decode(errors="replace").splitlines()
                return [line.rstrip() for line in lines if line.strip()]
            if NO_SUCH_KEY in done.stderr:
                return []
            # It fails as well for a key that is written just then, and for one that has nothing in it.
            time.sleep(AGAIN_S)
        return []

    def menu(self) -> set[str]:
        """The entries in the Start menu: everybody's, for which Wine takes the user's folder in an MSI."""
        return {path.stem for path in self.drive.rglob("Offhook/*.lnk")}

    def files(self) -> set[str]:
        """Every file of the drive."""
        found = set()
        for where, _, names in os.walk(self.drive):
            found |= {str((Path(where) / name).relative_to(self.drive)) for name in names}
        return found

    def clean(self) -> None:
        """Whatever a test has left."""
        if (self.program / "uninstall.exe").exists():
            self.uninstall("/PURGE=1")
        shutil.rmtree(self.program, ignore_errors=True)
        self.desktop.run("wine", "reg", "delete", UNINSTALL, "/f", check=False)
