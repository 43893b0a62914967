"""README's own way from zero to a call, by its code blocks, with two real phones."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.peers.program import free_port

ROOT = Path(__file__).parents[2]


@pytest.mark.peer
@pytest.mark.timeout(60)
async def test_the_readme_leads_to_a_call_between_two_phones(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "tools" / "try-readme"), "--offhook", str(Path(sys.executable).parent)),
        *("--listen", "127.0.0.1", "--port", str(free_port())),
        cwd=tmp_path,
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "OFFHOOK_TSP_LISTEN": f"127.0.0.1:{free_port()}",
            "OFFHOOK_SSCP_LISTEN": f"127.0.0.1:{free_port()}",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(50):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    told_all = out.decode()
    assert process.returncode == 0, told_all + err.decode()
    for told in ("2 phones have registered", "the first call is connected", "$ offhook dial", "done"):
        assert told in told_all
