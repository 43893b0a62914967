"""What is imported in the window's program is imported as Python does it: without the sources being read."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from offhook.desktop.singleinstance import address, hand_over
from tests.desktop.world import CONFIG, PEOPLE
from tests.peers.program import free_port
from tests.waiting import until

PROGRAM = """
import builtins, linecache, sys
python = builtins.__import__
from offhook.cli.main import main
code = main(["messenger", "--config", sys.argv[1]])
print(len(sys.modules) > 500, builtins.__import__ is python, len(linecache.cache) < 20)
sys.exit(code)
"""


@pytest.mark.timeout(120)
async def test_the_program_keeps_no_sources(tmp_path: Path) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(CONFIG.format(folder=tmp_path, sip=free_port()))
    (tmp_path / "people.csv").write_text(PEOPLE)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(file)),
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until(lambda: process.returncode is not None or hand_over(["end"], address(str(file))))
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (process.returncode, out.decode().split()) == (0, ["True"] * 3)
