"""What the tests start can be stopped, however the tests themselves were started."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

CODE = """
import signal, subprocess, sys
import tests.conftest
child = subprocess.Popen([sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
child.stdout.readline()
child.send_signal(signal.SIGINT)
child.wait()
signal.raise_signal(signal.SIGINT)
print(child.returncode == -signal.SIGINT, "and the tests go on")
"""


def test_a_child_hears_ctrl_c_when_the_tests_run_in_the_background() -> None:
    """`nohup make test &` in a script: SIGINT is ignored, and so it is by all that is started."""
    command = ["sh", "-c", 'trap "" INT HUP; exec "$0" -c "$1"', sys.executable, CODE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "True and the tests go on\n", done.stderr
