"""What the garbage collector looks at while calls are up: it stops everything for as long."""

import subprocess
import sys

SCRIPT = """
import gc
from offhook.assembly.run import tune_gc

tune_gc()
most = 0

def note(phase, info):
    global most
    if phase == "start":
        most = max(most, sum(len(gc.get_objects(young)) for young in range(info["generation"] + 1)))

gc.callbacks.append(note)
kept = [[] for _ in range(2_700_000)]
print(most)
"""


def test_however_many_objects_stay_few_are_looked_at_at_once() -> None:
    """In another process, whose collector is nobody else's."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert 20_000 < int(done.stdout) < 60_000
