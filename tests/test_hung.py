"""A test that is ended as it takes too long says where its tasks wait."""

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.hung import waits_in

HANGS = """\
import asyncio

async def test_it():
    await never()

async def never():
    await asyncio.Event().wait()
"""


async def test_a_task_says_the_lines_that_it_waits_in() -> None:
    async def inner() -> None:
        await asyncio.Event().wait()

    async def outer() -> None:
        await inner()

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    names = [line.rpartition(" ")[2] for line in waits_in(task)]
    assert names[:3] == ["outer", "inner", "wait"]
    task.cancel()


def test_it_is_in_the_output_of_the_test(tmp_path: Path) -> None:
    (tmp_path / "test_hangs.py").write_text(HANGS)
    (tmp_path / "conftest.py").write_text("from tests.hung import show_tasks_too\nshow_tasks_too()\n")
    folder = str(tmp_path)
    how = ("-m", "pytest", "-o", "asyncio_mode=auto", "--timeout=1", "--rootdir", folder, folder)
    done = subprocess.run(
        [sys.executable, *how],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert "test_hangs.py:7 never" in done.stdout, done.stdout
