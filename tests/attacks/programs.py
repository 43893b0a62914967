"""Offhook as a separate process, seen from another process on the machine."""

import asyncio
import re
from pathlib import Path

from tests.cli.helpers import Command


async def started(folder: Path) -> tuple[asyncio.subprocess.Process, dict[str, int]]:
    """`offhook up` as a process with debug logging, and its ports."""
    process = await Command(folder).start("up", "--config", "offhook.toml", "--set", "log.level=debug")
    assert process.stderr is not None
    ports: dict[str, int] = {}
    log = folder / "log"
    with log.open("wb") as file:
        while len(ports) < 3:
            line = await process.stderr.readline()
            assert line, log.read_text()
            file.write(line)
            for name, pattern in (
                ("sip", rb"phones register at 127\.0\.0\.1:(\d+)"),
                ("sscp", rb"Call Manager at ws://127\.0\.0\.1:(\d+)"),
                ("tsp", rb"TSP sessions on port (\d+)"),
            ):
                if match := re.search(pattern, line):
                    ports[name] = int(match[1])
    return process, ports


def in_process_list(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text()
    except PermissionError:
        return ""  # best of all: coredumps.switch_off closes the environment to all but root
