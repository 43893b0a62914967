"""A Windows under Wine, with the Windows Python of tools/install-wine in it."""

import asyncio
import os
import shutil
import subprocess
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import pytest

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "wine"
PYTHON = HOME / "python" / "python.exe"

STOP_S = 10.0

SAY_S = 40.0
"""How long the telephony service may take to say what it is waited for."""


def environment(**more: str) -> dict[str, str]:
    """What a program needs to run in `windows()`, and to import pytest and the tests. There is no screen."""
    own = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "PYTHONHOME")}
    return {
        **own,
        "WINEDEBUG": "-all",
        "PYTHONPATH": f"{windows_path(HOME / 'site')};{windows_path(ROOT)}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        **more,
    }


def windows_path(path: Path) -> str:
    """A file of ours as programs in it know it."""
    return "Z:" + str(path).replace("/", "\\")


@contextmanager
def windows() -> Iterator[None]:
    """One runs for this process, a copy, so that nobody waits for another's registry. Missing Wine is a
    failure."""
    assert PYTHON.is_file(), f"{PYTHON} is missing; run: tools/install-wine"
    with TemporaryDirectory(prefix="offhook-windows-", ignore_cleanup_errors=True) as folder:
        prefix = Path(folder, "prefix")
        shutil.copytree(HOME / "prefix", prefix, symlinks=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WINEPREFIX", str(prefix))
            server = subprocess.Popen(
                ["wineserver", "-f", "-p"], env=environment(), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
            )
            try:
                # The services inherit what they are started with, and keep it open.
                subprocess.run(
                    ["wineboot"], env=environment(), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, check=True
                )
                yield
            finally:
                server.terminate()
                server.wait(STOP_S)


def run(*arguments: str, limit: float, **more: str) -> tuple[int, str]:
    """Run the Windows Python, with `more` in its environment: its exit status and output.

    Standard output is a pipe: Windows programs under Wine cannot write into a plain file that they inherit.
    """
    process = subprocess.Popen(
        ["wine", str(PYTHON), *arguments],
        env=environment(**more),
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    with process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            output += f"\nended after {limit:g} s\n".encode()
        return process.returncode, output.decode(errors="replace").replace("\r\n", "\n")


class WindowsService:
    """tests/tspi_host/service.py, running: the telephony service with one
    line to a Smart Messenger at a port; `whole`: calls come in as well."""

    def __init__(self, port: int, terminal: str, *, whole: bool = False) -> None:
        self._set_up((str(port), terminal, *(("whole",) if whole else ())), environment())

    @classmethod
    def installed(cls, prefix: Path, screen: str) -> Self:
        """The same in another Windows, with the provider and the lines that are installed there."""
        made = cls.__new__(cls)
        made._set_up(("installed",), environment(WINEPREFIX=str(prefix), DISPLAY=screen))
        return made

    def _set_up(self, arguments: tuple[str, ...], environ: dict[str, str]) -> None:
        self._argv = ("wine", str(PYTHON), "-m", "tests.tspi_host.service", *arguments)
        self._environ = environ
        self._said: list[str] = []
        self._process: Process | None = None

    async def ask(self, command: str) -> None:
        """Have it do something."""
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(command.encode() + b"\n")
        await self._process.stdin.drain()

    async def says(self, *lines: str) -> None:
        """Read until it has said all of these, in this order; other lines may come between."""
        wanted = list(lines)
        assert self._process is not None and self._process.stdout is not None
        while wanted:
            try:
                data = await asyncio.wait_for(self._process.stdout.readline(), SAY_S)
            except TimeoutError:
                data = b""
            line = data.decode(errors="replace").rstrip()
            self._said.append(line)
            assert data, f"the telephony service did not say {wanted[0]!r}, but:\n" + "\n".join(self._said)
            if line == wanted[0]:
                del wanted[0]

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._argv, env=self._environ, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=STDOUT
        )
        return self

    async def end(self) -> None:
        """Have it close its line and shut the provider down; it must have found every rule kept."""
        assert self._process is not None and self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.close()
            await self.says("over")

    async def kill(self) -> None:
        """End it without any warning."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        try:
            if kind is None and self._process.returncode is None:
                await self.end()
        finally:
            if kind is not None and self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            # asyncio leaves the pipes' transport to the garbage collector, which warns of it.
            self._process._transport.close()  # type: ignore[attr-defined]
