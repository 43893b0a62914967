"""asyncio on Qt's event loop."""

import asyncio
import threading


async def test_what_blocks_runs_in_threads_of_python_and_not_in_qthreads() -> None:
    name = await asyncio.get_running_loop().run_in_executor(None, lambda: threading.current_thread().name)
    assert name.startswith("offhook-work")
