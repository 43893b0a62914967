"""How a program of the bed tells what it has heard: a line of JSON, with the steady clock's time."""

import json
import sys
import threading
import time
from typing import Any

_lock = threading.Lock()


def say(**what: Any) -> None:
    """One line."""
    line = json.dumps({"at": time.monotonic(), **what}) + "\n"
    with _lock:
        sys.stdout.write(line)
