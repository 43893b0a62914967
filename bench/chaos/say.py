"""How a program of the bed tells what it has heard: a line of JSON, with the steady clock's time."""

import sys
import threading
import time
from typing import Any

import msgspec

_lock = threading.Lock()


def say(**what: Any) -> None:
    """One line."""
    line = msgspec.json.encode({"at": time.monotonic(), **what}).decode() + "\n"
    with _lock:
        sys.stdout.write(line)
