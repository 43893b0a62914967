"""Windows programs of both kinds under Wine, in the Windows that tools/install-wine-x86 makes."""

import asyncio
import os
import re
from asyncio.subprocess import DEVNULL
from dataclasses import dataclass
from pathlib import Path

from tests.peers.program import PeerProgramError, Program, find

BUILD = Path(__file__).parents[2] / "build"
WINE = BUILD / "wine-x86"

# Wine's 32-bit half is looked for beside WINEDLLPATH; without -all Debian's script asks for another package.
ENVIRONMENT = {"WINEPREFIX": str(WINE / "prefix"), "WINEDLLPATH": str(WINE), "WINEDEBUG": "-all"}

PERSIST_S = 60
"""How long Wine's server outlives the last program: the next one starts at once."""


def program_path(architecture: str, name: str) -> Path:
    """A program of native/host; one that was not built is a failure, never a reason to skip."""
    path = BUILD / "host" / architecture / f"{name}.exe"
    if not path.is_file():
        raise PeerProgramError(f"{path} is missing; run: .venv/bin/python tools/build-host")
    return path


def windows_path(path: Path) -> str:
    """The path as programs under Wine have it."""
    return "Z:" + str(path).replace("/", "\\")


async def warm_up() -> None:
    """Start Wine's services, away from our pipes: they would hold them open, and a reader would never end."""
    if not (WINE / "version").is_file():
        raise PeerProgramError(f"{WINE} is missing; run: tools/install-wine-x86")
    for command in (("wineserver", f"-p{PERSIST_S}"), ("wine", "wineboot")):
        process = await asyncio.create_subprocess_exec(
            find(command[0]),
            *command[1:],
            env={**os.environ, **ENVIRONMENT},
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        await process.wait()


def program(folder: Path, architecture: str, name: str, *arguments: str) -> Program:
    """A program of native/host, to be started once Wine is warm."""
    environment = [f"{key}={value}" for key, value in ENVIRONMENT.items()]
    path = program_path(architecture, name)
    return Program(folder, "env", *environment, find("wine"), str(path), *arguments)


@dataclass(frozen=True)
class Report:
    """What a program told in the Test Anything Protocol."""

    passed: list[str]
    failed: list[str]
    whole: bool
    text: str


def report(output: str) -> Report:
    """Read a program's output. `whole`: the plan came, at the end, and every check of it was made."""
    lines = [line.rstrip("\r") for line in output.splitlines()]
    checks = [found for line in lines if (found := re.fullmatch(r"(not )?ok (\d+) - (.*)", line))]
    plan = f"1..{len(checks)}"
    numbers = [int(check[2]) for check in checks]
    return Report(
        passed=[check[3] for check in checks if not check[1]],
        failed=[check[3] for check in checks if check[1]],
        whole=lines[-1:] == [plan] and numbers == list(range(1, len(checks) + 1)),
        text=output,
    )
