"""What a crash leaves behind: nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.helpers import interrupt

LOOK = """
import ctypes, resource
from offhook.common import coredumps
coredumps.switch_off(private={private})
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize(("private", "seen"), [(True, "0 0"), (False, "0 1")])
def test_a_crash_leaves_no_copy_of_the_memory(private: bool, seen: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(private=private)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == seen


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
async def test_what_runs_for_long_leaves_none(tmp_path: Path) -> None:
    from tests.attacks.programs import in_process_list, started
    from tests.attacks.site import write_site

    write_site(tmp_path)
    process, _ = await started(tmp_path)
    limits = in_process_list(process.pid, "limits").splitlines()
    await interrupt(process)
    assert [line.split()[4] for line in limits if "core file" in line] == ["0"]
