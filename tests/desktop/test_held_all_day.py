"""What the window's program holds all day: no sources of what it has imported, and nothing that few need."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from offhook.desktop.singleinstance import address, hand_over
from tests.desktop.world import CONFIG, PEOPLE
from tests.peers.program import free_port
from tests.waiting import until

PROGRAM = """
import json, linecache, sys
from offhook.cli.main import main
code = main(["messenger", "--config", sys.argv[1]])
print(json.dumps([list(linecache.cache), list(sys.modules)]))
sys.exit(code)
"""

FEW = 10
"""Files that Python itself may look into."""

ON_DEMAND = {
    "offhook.certificates",
    "offhook.desktop.about",
    "offhook.desktop.contacts",
    "offhook.desktop.firstrun",
    "offhook.desktop.history",
    "offhook.desktop.login",
    "offhook.desktop.screenpops",
    "offhook.desktop.settings.pages",
    "offhook.desktop.trust",
    "offhook.desktop.updatebar",
    "offhook.sscp.client",
    "offhook.update",
    "urllib.request",
}


@pytest.mark.timeout(120)
async def test_the_program_holds_neither_sources_nor_what_few_need(tmp_path: Path) -> None:
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
    assert process.returncode == 0
    sources, modules = json.loads(out)
    assert "offhook.desktop.mainwindow" in modules
    assert ON_DEMAND & set(modules) == set()
    assert len(sources) < FEW, sources
