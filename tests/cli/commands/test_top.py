"""`offhook top`, with everything running."""

import asyncio
import fcntl
import json
import os
import pty
import struct
import sys
import termios
from pathlib import Path

from offhook.cli.commands.top import ENTER, LEAVE
from tests.cli.helpers import LIMIT_S, a_site

SIZE = struct.pack("HHHH", 24, 80, 0, 0)


async def test_once_it_prints_what_goes_on_and_as_json_for_programs(tmp_path: Path) -> None:
    async with a_site(tmp_path, ["4000"]) as (command, _):
        text = await command.run("top", "--once")
        told = await command.run("top", "--once", "--json")
    assert (text.code, told.code, text.err + told.err) == (0, 0, "")
    assert "1 in service, 0 silent, 1 away" in text.out
    assert "No calls just now." in text.out
    figures = json.loads(told.out)
    assert figures["terminals"] == {"in_service": 1, "silent": 0, "away": 1}
    assert figures["calls"] == {"being_made": 0, "answered": 0}
    assert figures["trunks"] == []


async def test_into_a_pipe_it_is_shown_once_or_not_at_all(tmp_path: Path) -> None:
    async with a_site(tmp_path) as (command, _):
        assert "take --once" in (await command.run("top")).err
        result = await command.run("top", "--json")
    assert (result.code, result.out) == (2, "")
    assert "--json goes with --once" in result.err


async def test_on_a_terminal_it_lives_and_the_keys_sort_and_quit(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, SIZE)
    async with a_site(tmp_path, ["4000", "4001"]) as (command, _):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "offhook.cli.main", "top"),
            cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path), "TERM": "xterm", "COLUMNS": "", **command.environ},
            stdin=theirs,
            stdout=theirs,
            stderr=asyncio.subprocess.PIPE,
        )
        os.close(theirs)
        shown = Shown(ours)
        await shown.until("2 in service")
        await shown.until("No calls just now.")
        assert (await command.run("dial", "4001")).code == 0
        await shown.until("Lee Min-ho 4001")
        os.write(ours, b"s")
        await shown.until("s sorts: longest first")
        os.write(ours, b"q")
        await shown.until(LEAVE)
        async with asyncio.timeout(LIMIT_S):
            assert process.stderr is not None
            assert (await process.wait(), await process.stderr.read()) == (0, b"")
    shown.close()
    assert shown.text.startswith(ENTER)


class Shown:
    """What a terminal was sent."""

    def __init__(self, file: int) -> None:
        self.text, self._file, self._more = "", file, asyncio.Event()
        asyncio.get_running_loop().add_reader(file, self._read)

    async def until(self, text: str) -> None:
        async with asyncio.timeout(LIMIT_S):
            while text not in self.text:
                self._more.clear()
                await self._more.wait()

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._file)
        os.close(self._file)

    def _read(self) -> None:
        try:
            found = os.read(self._file, 65536)
        except OSError:  # nobody has the other end open any more
            found = b""
        if not found:
            asyncio.get_running_loop().remove_reader(self._file)
        self.text += found.decode("utf-8", "replace")
        self._more.set()
